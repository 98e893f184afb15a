# How long smaa takes. From the root of the repository:
#   Rscript tests/reference/smaa/time.R VALUES POINTS_OR_WEIGHTS DRAWS [FRAMEWORK] [LIBRARY]
# VALUES: csv with the column unit and one column per indicator.
# POINTS_OR_WEIGHTS: csv with the columns framework, indicator, points (then FRAMEWORK is needed: weights are drawn from a
#   Dirichlet distribution around its points, concentration 50), or csv of weights, one column per indicator (its rows are
#   taken again and again until there are DRAWS of them; give "" as FRAMEWORK if a LIBRARY follows).

args <- commandArgs(trailingOnly = TRUE)
stopifnot(length(args) >= 3)
suppressPackageStartupMessages(library(smaa, lib.loc = if (length(args) > 4) args[5]))
repetitions <- 3
N <- as.integer(args[3])

table <- read.csv(args[1], check.names = FALSE, encoding = "UTF-8")
given <- read.csv(args[2], check.names = FALSE, encoding = "UTF-8")
if ("points" %in% names(given)) {
  given <- given[given$framework == args[4] & given$indicator %in% names(table), ]
  codes <- given$indicator
  set.seed(20261121)
  draw <- function() {
    g <- matrix(rgamma(N * length(codes), rep(50 * given$points / sum(given$points), each = N)), nrow = N)
    g / rowSums(g)
  }
} else {
  codes <- names(given)
  draw <- function() as.matrix(given)[rep_len(seq_len(nrow(given)), N), ]
}
values <- as.matrix(table[codes])
m <- nrow(values); n <- ncol(values)
cat(R.version.string, "| smaa", packageDescription("smaa", lib.loc = if (length(args) > 4) args[5])$Version,
    "| BLAS", basename(extSoftVersion()[["BLAS"]]), "|", m, "x", n, "values,", N, "draws\n")

steps <- c("draw weights", "build array", "smaa()", "smaa.values", "smaa.ranks", "smaa.ra", "smaa.cw", "smaa.pwi")
seconds <- matrix(NA, repetitions, length(steps), dimnames = list(paste("repetition", 1:repetitions), steps))
for (i in 1:repetitions) {
  clock <- function(step, expression) {
    gc(FALSE)
    seconds[i, step] <<- system.time(expression, gcFirst = FALSE)[["elapsed"]]
  }
  clock("draw weights", weights <- draw())
  clock("build array", meas <- array(rep(values, each = N), dim = c(N, m, n), dimnames = list(NULL, table$unit, codes)))
  clock("smaa()", smaa(meas, weights))
  clock("smaa.values", v <- smaa.values(meas, weights))
  clock("smaa.ranks", r <- smaa.ranks(v))
  clock("smaa.ra", smaa.ra(r))
  clock("smaa.cw", smaa.cw(r, weights))
  clock("smaa.pwi", smaa.pwi(r))
}
print(round(seconds, 3))
best <- apply(seconds, 2, median)
cat("median seconds: ", paste0(steps, " ", format(best, digits = 3, trim = TRUE), collapse = "; "), "\n")
cat("median microseconds per draw: ", paste0(steps, " ", format(1e6 * best / N, digits = 3, trim = TRUE), collapse = "; "), "\n")
