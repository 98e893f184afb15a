# Reference values with the R package smaa. From the root of the repository:
#   Rscript tests/reference/smaa/make.R [LIBRARY]
# LIBRARY: where smaa is installed, if not in one of R's own libraries.

args <- commandArgs(trailingOnly = TRUE)
library(smaa, lib.loc = if (length(args)) args[1])

folder <- "tests/reference/smaa"
table <- read.csv("data/processed/values-province-2022.csv", check.names = FALSE, encoding = "UTF-8")
weights <- as.matrix(read.csv(file.path(folder, "weights.csv"), check.names = FALSE))
codes <- colnames(weights)
values <- as.matrix(table[codes])
rownames(values) <- table$unit
stopifnot(all(abs(rowSums(weights) - 1) < 1e-12))

# The fewest digits that read back as the same double.
digits <- function(x) vapply(x, function(v) {
  if (is.na(v)) return("NA")
  for (d in 15:17) if (as.numeric(s <- formatC(v, digits = d, format = "g", width = 1)) == v) break
  s
}, "")

make <- function(values, prefix) {
  N <- nrow(weights); m <- nrow(values); n <- ncol(values)
  # The same values in each draw.
  meas <- array(rep(values, each = N), dim = c(N, m, n), dimnames = list(NULL, rownames(values), codes))
  stopifnot(identical(unname(meas[N, , ]), unname(values)))

  ranks <- smaa.ranks(smaa.values(meas, weights))
  ra <- smaa.ra(ranks)
  pwi <- smaa.pwi(ranks)
  cw <- smaa.cw(ranks, weights)

  # The one-stage function of the package must agree with the stages.
  once <- smaa(meas, weights)
  stopifnot(isTRUE(all.equal(c(once$ra), c(ra))), isTRUE(all.equal(c(once$cw), c(cw))))

  write <- function(x, columns, name) {
    out <- data.frame(unit = rownames(values), matrix(digits(c(x)), nrow = m))
    names(out) <- c("unit", columns)
    write.csv(out, file.path(folder, paste0(prefix, name)), row.names = FALSE, quote = FALSE, eol = "\n")
  }
  write(ra, paste0("rank_", 1:m), "acceptability.csv")
  write(pwi, rownames(values), "pwi.csv")
  write(cw, codes, "central_weights.csv")
  cat(m, "units,", N, "draws,", sum(apply(unclass(ranks), 1, anyDuplicated) > 0), "of them with a tie\n")
}

make(values, "")

# Second case: da-nang, first in every draw above, is left out; a twin of ho-chi-minh ties with it in every draw.
others <- values[rownames(values) != "da-nang", ]
make(rbind(others, twin = others["ho-chi-minh", ]), "tie-")

version <- packageDescription("smaa", lib.loc = if (length(args)) args[1])$Version
cat(R.version.string, "| smaa", version, "\n")
