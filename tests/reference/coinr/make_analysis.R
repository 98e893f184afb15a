# Reference values with COINr's functions for analysis and weights. From the root of the repository:
#   Rscript tests/reference/coinr/make_analysis.R COINR_R_FOLDER
# COINR_R_FOLDER: a folder with correlations.R, PCA.R, stats.R, treat.R, DFtools.R, utils.R, aggregate.R and weights.R of COINr.
# None of their code stands here.

source_folder <- commandArgs(trailingOnly = TRUE)[1]
coinr <- new.env()
for (name in c("correlations.R", "PCA.R", "stats.R", "treat.R", "DFtools.R", "utils.R", "aggregate.R", "weights.R")) {
  sys.source(file.path(source_folder, name), envir = coinr)
}
folder <- "tests/reference/coinr"

# The fewest digits that read back as the same double.
digits <- function(x) vapply(x, function(v) {
  if (!is.finite(v)) return(as.character(v))
  for (d in 15:17) if (as.numeric(s <- formatC(v, digits = d, format = "g", width = 1)) == v) break
  s
}, "")
write <- function(x, name) {
  x[] <- lapply(x, function(column) if (is.double(column)) digits(column) else column)
  write.csv(x, file.path(folder, name), row.names = FALSE, quote = FALSE, eol = "\n")
}

read <- function(name) {
  table <- read.csv(file.path("data/processed", paste0("values-", name, ".csv")), check.names = FALSE, encoding = "UTF-8")
  table[setdiff(names(table), c("unit", "name_vi", "composite_printed"))]
}
x <- read("province-2024-34")
codes <- names(x)
points <- c(50, 50, 140, 100, 100, 200, 150, 150)
stopifnot(identical(dim(x), c(34L, 8L)), sum(points) == 940, identical(codes, c(
  "digital_awareness", "digital_institutions", "digital_infrastructure", "digital_human_resources", "cybersecurity",
  "digital_government", "digital_economy", "digital_society"
)))

# A stand-in for a coin: one data set, two levels (indicators, index); and for the functions of COINr around those that are run.
coin_of <- function(x, points) {
  coin <- list(
    Data = x,
    Meta = list(
      Weights = list(Original = data.frame(
        # The index has weight 0, not 1: get_opt_weights() counts the weights of level 1 by the cells of this table that equal 1.
        iCode = c(names(x), "Index"), Level = rep(c(1, 2), c(length(x), 1)), Weight = c(points, 0)
      )),
      Lineage = data.frame(Indicator = names(x), Index = "Index"), maxlev = 2
    ),
    Log = list(Aggregate = list())
  )
  coin$Log$Aggregate$w <- coin$Meta$Weights$Original
  coinr$Regen(coin)
}
coinr$Regen <- function(coin, ...) {
  w <- coin$Log$Aggregate$w
  coin$Data$Index <- apply(coin$Data[coin$Meta$Lineage$Indicator], 1, coinr$a_amean, w = w$Weight[w$Level == 1])
  coin
}
coinr$check_coin_input <- function(coin) invisible(NULL)
coinr$get_results <- function(...) NULL
coinr$extract_iData <- function(coin, iData, GET) iData
coinr$get_data <- function(coin, dset, iCodes = NULL, Level = 1, ...) {
  if (Level == 2) coin$Data["Index"] else coin$Data[coin$Meta$Lineage$Indicator]
}
coin <- coin_of(x, points)

# 1. get_corr, get_cronbach ------------------------------------------------------------------------------------------------

write(do.call(rbind, lapply(c("pearson", "spearman", "kendall"), function(type) {
  one <- function(levels, pval) suppressWarnings(coinr$get_corr(coin, dset = "", Levels = levels, cortype = type, pval = pval))
  do.call(rbind, lapply(list(1, c(1, 2)), function(levels) {
    all <- one(levels, 0)
    significant <- one(levels, 0.05)
    stopifnot(identical(all[1:2], significant[1:2]))
    data.frame(cortype = type, Var1 = all$Var1, Var2 = all$Var2, Correlation = all$Correlation, Correlation_pval_0.05 = significant$Correlation)
  }))
})), "get_corr.csv")
tables <- sapply(c("province-2024-34", "province-2022", "province-2020"), read, simplify = FALSE)
write(data.frame(table = names(tables), alpha = sapply(tables, function(x) {
  coinr$get_cronbach(coin_of(x, rep(2, length(x))), dset = "", iCodes = NULL, Level = 1)
})), "get_cronbach.csv")

# 2. get_PCA ---------------------------------------------------------------------------------------------------------------

pca <- coinr$get_PCA(coin, dset = "", Level = 1, by_groups = FALSE)
out <- pca$PCAresults$All
stopifnot(identical(out$iCodes, codes), identical(unname(out$PCAres$rotation[, 1]), out$wts), identical(pca$Weights$Weight[1:8], out$wts))
variance <- out$PCAres$sdev^2
rotation <- t(unname(out$PCAres$rotation))
colnames(rotation) <- codes
write(data.frame(
  component = seq_along(codes), sdev = out$PCAres$sdev, share = variance / sum(variance),
  cumulative = cumsum(variance) / sum(variance), rotation
), "get_pca.csv")

# 3. get_stats -------------------------------------------------------------------------------------------------------------

write(coinr$get_stats.data.frame(x, nsignif = NULL), "get_stats.csv")

# The example of COINr's help page: mtcars, of which the page prints three significant digits (published_get_stats.csv).
write(cbind(car = rownames(datasets::mtcars), datasets::mtcars), "mtcars.csv")
here <- coinr$get_stats.data.frame(datasets::mtcars)
published <- read.csv(file.path(folder, "published_get_stats.csv"))
for (name in names(here)) {
  same <- if (is.numeric(here[[name]])) isTRUE(all.equal(here[[name]], as.numeric(published[[name]]), tolerance = 1e-12)) else
    identical(here[[name]], published[[name]])
  if (!same) stop(name, " is not as published")
}

# 4. get_opt_weights -------------------------------------------------------------------------------------------------------

# For equal (Pearson) correlations with the index the weights are also known exactly: proportional to solve(cov(x), sd(x)).
sds <- sapply(x, sd)
exact <- solve(cov(x), sds)
exact <- exact / sum(exact)
correlation <- function(w) as.vector(cor(x, as.matrix(x) %*% w))
rows <- function(run, cortype, toler, w, objective, evaluations, convergence) data.frame(
  run = run, cortype = cortype, toler = toler, indicator = codes, weight = unname(w), correlation = correlation(w),
  objective = objective, evaluations = evaluations, convergence = convergence
)
opt <- function(run, ...) {
  args <- list(...)
  out <- suppressMessages(suppressWarnings(coinr$get_opt_weights(coin, itarg = "equal", dset = "", Level = 1, ...)))
  stopifnot(identical(out$WeightsOpt$iCode[1:8], codes))
  rows(
    run, "pearson", if (is.null(args$toler)) 0.1 else args$toler, out$WeightsOpt$Weight[1:8], out$OptResults$value,
    as.integer(out$OptResults$counts[["function"]]), as.integer(out$OptResults$convergence)
  )
}
write(rbind(
  opt("default"),
  opt("fine", toler = 1e-3, maxiter = 20000),
  rows("exact", "pearson", NA_real_, exact, NA_real_, NA_integer_, NA_integer_)
), "opt_weights.csv")
cat(R.version.string, "\n")
