# Reference values with functions of the R package COINr. From the root of the repository:
#   Rscript tests/reference/coinr/make.R COINR_R_FOLDER
# COINR_R_FOLDER: a folder with sensitivity.R, aggregate.R, DFtools.R and utils.R of COINr. None of their code stands here.

source_folder <- commandArgs(trailingOnly = TRUE)[1]
coinr <- new.env()
for (name in c("sensitivity.R", "aggregate.R", "DFtools.R", "utils.R")) {
  sys.source(file.path(source_folder, name), envir = coinr)
}
folder <- "tests/reference/coinr"

# The fewest digits that read back as the same double.
digits <- function(x) vapply(x, function(v) {
  for (d in 15:17) if (as.numeric(s <- formatC(v, digits = d, format = "g", width = 1)) == v) break
  s
}, "")
write <- function(x, name) {
  x[] <- lapply(x, function(column) if (is.double(column)) digits(column) else column)
  write.csv(x, file.path(folder, name), row.names = FALSE, quote = FALSE, eol = "\n")
}

# 1. Ranks under drawn weights ---------------------------------------------------------------------------------------------

table <- read.csv("data/processed/values-province-2022.csv", check.names = FALSE, encoding = "UTF-8")
weights <- as.matrix(read.csv("tests/reference/smaa/weights.csv", check.names = FALSE))
indicators <- read.csv("data/raw/indicators.csv", encoding = "UTF-8")
indicators <- indicators[indicators$framework == "national-province-2022", ]
codes <- colnames(weights)
points <- indicators$points[match(codes, indicators$indicator)]
values <- as.matrix(table[codes])
rownames(values) <- table$unit
draws <- nrow(weights)

# get_sensitivity() runs on a stand-in for a coin, a list with its values and weights, and on these for what surrounds it:
coinr$check_coin_input <- function(coin) invisible(NULL)
coinr$is.coin <- is.list
coinr$Regen <- function(coin, quietly) coin
coinr$get_data <- function(coin, dset, iCodes) {
  data.frame(uCode = rownames(coin$values), Index = apply(coin$values, 1, coinr$a_amean, w = coin$weights))
}
# The given draws in their order, instead of a random sample; and the target of the sensitivity analysis, kept.
kept <- NULL
coinr$SA_sample <- function(N, d) cbind(seq_len(draws), seq_len(draws))
coinr$SA_estimate <- function(yy, N, d, Nboot) {
  kept <<- yy
  list(SensInd = data.frame(Variable = seq_len(d)))
}
specs <- list(
  weights = list(Address = "$weights", Distribution = lapply(seq_len(draws), function(i) weights[i, ]), Type = "discrete"),
  unused = list(Address = "$unused", Distribution = seq_len(draws), Type = "discrete")
)

make <- function(values, prefix) {
  coin <- list(values = values, weights = points / sum(points), unused = 0)
  # N is half of the draws: of a sensitivity sample only the first 2 N replications enter the rank statistics.
  out <- coinr$get_sensitivity(coin, specs, N = draws / 2, SA_type = "SA", dset = "", iCode = "Index", quietly = TRUE)
  stopifnot(length(kept) == draws, ncol(out$Ranks) == draws + 2, identical(unlist(out$Para$unused), seq_len(draws)))
  for (i in seq_len(draws)) stopifnot(identical(out$Para$weights[[i]], weights[i, ]))

  stats <- out$RankStats[match(rownames(values), out$RankStats$uCode), ]
  names(stats)[1] <- "unit"
  write(stats, paste0(prefix, "rank_stats.csv"))
  write(data.frame(draw = seq_len(draws), mean_absolute_rank_change = unname(kept)), paste0(prefix, "mean_rank_shift.csv"))
  ties <- sum(apply(as.matrix(out$Ranks[-(1:2)]), 2, anyDuplicated) > 0)
  cat(nrow(values), "units,", draws, "draws,", ties, "of them with a tie; mean of mean_absolute_rank_change", mean(kept), "\n")
}

make(values, "")

# Second case: da-nang, first in every draw above, is left out; a twin of ho-chi-minh ties with it in every draw.
others <- values[rownames(values) != "da-nang", ]
make(rbind(others, twin = others["ho-chi-minh", ]), "tie-")
cat(R.version.string, "\n")
