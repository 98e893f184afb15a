# Reference values from the R package psych (and factanal of base R). From the root of the repository:
#   Rscript tests/reference/psych/make.R

suppressPackageStartupMessages({
  library(psych)
  library(GPArotation)
})
# fa.parallel() works in forked processes, whose random numbers no seed sets; with one core it does not.
options(mc.cores = 1)
folder <- "tests/reference/psych"

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
  x <- table[setdiff(names(table), c("unit", "name_vi", "composite_printed"))]
  rownames(x) <- table$unit
  x
}
names3 <- c("province-2024-34", "province-2022", "province-2020")
tables <- c(sapply(names3, read, simplify = FALSE), list(attitude = datasets::attitude))
stopifnot(identical(unname(t(sapply(tables, dim))), cbind(c(34L, 10L, 9L, 30L), c(8L, 8L, 3L, 7L))))
write(datasets::attitude, "attitude.csv")

# 1. alpha -----------------------------------------------------------------------------------------------------------------

fits <- lapply(tables, function(x) psych::alpha(x, check.keys = FALSE))
# On the correlations: what the std. columns stand on.
fits_std <- lapply(tables, function(x) psych::alpha(cor(x), check.keys = FALSE))
rows <- function(f) do.call(rbind, unname(Map(f, names(tables), tables, fits, fits_std)))

write(rows(function(name, x, fit, std) data.frame(
  table = name, n_obs = nrow(x), n_items = ncol(x), raw_alpha = fit$total$raw_alpha, std_alpha = fit$total$std.alpha,
  average_r = fit$total$average_r, feldt_low = fit$feldt$lower.ci[[1]], feldt_high = fit$feldt$upper.ci[[1]],
  ase = fit$total$ase
)), "alpha.csv")
write(rows(function(name, x, fit, std) data.frame(
  table = name, item = names(x), raw_alpha = fit$alpha.drop$raw_alpha, std_alpha = fit$alpha.drop$std.alpha
)), "alpha_drop.csv")
write(rows(function(name, x, fit, std) data.frame(
  table = name, item = names(x), raw_r = fit$item.stats$raw.r, std_r = fit$item.stats$std.r,
  r_drop = fit$item.stats$r.drop, r_drop_std = std$item.stats$r.drop
)), "item_stats.csv")

# The help page of an early version prints alpha of attitude (published.csv, see the README).
published <- read.csv(file.path(folder, "published.csv"))
stopifnot(nrow(published) == 1, abs(fits[[published$table]]$total[[published$statistic]] - published$value) < 1e-7)

# 2. omega of one factor ---------------------------------------------------------------------------------------------------

# Of a call: its value, or NULL, and what it said on the way.
attempt <- function(call) {
  said <- character()
  value <- tryCatch(
    withCallingHandlers(call, warning = function(w) {
      said <<- c(said, conditionMessage(w))
      invokeRestart("muffleWarning")
    }),
    error = function(e) {
      said <<- c(said, paste("error:", conditionMessage(e)))
      NULL
    }
  )
  list(value = value, said = gsub("[,\n]+ *", "; ", paste(unique(trimws(said)), collapse = " | ")))
}
omegas <- factors <- list()
for (name in names(tables)) {
  x <- tables[[name]]
  R <- cor(x)
  fa_base <- attempt(factanal(x, factors = 1))
  # The same with the optimiser's tolerances turned down, for a finer reference.
  fa_tight <- attempt(factanal(x, factors = 1, control = list(opt = list(factr = 1, pgtol = 0, maxit = 10000))))
  capture.output(fa_psych <- attempt(suppressMessages(psych::omega(x, nfactors = 1, fm = "ml", plot = FALSE))))
  capture.output(fa_ml <- attempt(psych::fa(x, nfactors = 1, fm = "ml", rotate = "none")))
  cat(name, "factanal:", fa_base$said, "| tight:", fa_tight$said, "\n", name, "omega:", fa_psych$said, "\n", name, "fa:", fa_ml$said, "\n")
  one <- function(method, formula, value) {
    omegas[[length(omegas) + 1]] <<- data.frame(table = name, method = method, formula = formula, omega_total = value)
  }
  if (!is.null(fa_psych$value)) one("psych_omega", "psych", fa_psych$value$omega.tot)
  both <- list(factanal = fa_base$value, factanal_tight = fa_tight$value, psych_fa_ml = fa_ml$value)
  for (method in names(both)) {
    fit <- both[[method]]
    if (is.null(fit)) next
    l <- as.vector(fit$loadings)
    u <- unname(fit$uniquenesses)
    one(method, "implied", sum(l)^2 / (sum(l)^2 + sum(u)))
    one(method, "observed", 1 - sum(u) / sum(R))
    factors[[length(factors) + 1]] <- data.frame(table = name, method = method, item = names(x), loading = l, uniqueness = u)
  }
}
write(do.call(rbind, omegas), "omega.csv")
write(do.call(rbind, factors), "factanal.csv")

# 3. Parallel analysis -----------------------------------------------------------------------------------------------------

parallels <- list()
for (name in c("province-2024-34", "province-2020")) for (seed in c(1, 2)) {
  x <- tables[[name]]
  set.seed(seed)
  capture.output(out <- suppressWarnings(psych::fa.parallel(x, fa = "pc", n.iter = 2000, sim = TRUE, quant = 0.95, plot = FALSE)))
  k <- ncol(x)
  stopifnot(identical(dim(out$values), c(2000L, 2L * k)))
  resampled <- out$values[, 1:k]
  simulated <- out$values[, k + 1:k]
  q <- function(m) unname(apply(m, 2, quantile, 0.95))
  stopifnot(all.equal(unname(out$pc.sim), unname(colMeans(simulated))))
  parallels[[length(parallels) + 1]] <- data.frame(
    table = name, seed = as.integer(seed), component = 1:k, actual = out$pc.values,
    normal_mean = unname(colMeans(simulated)), normal_q95 = q(simulated),
    resampled_mean = unname(colMeans(resampled)), resampled_q95 = q(resampled), psych_ncomp = as.integer(out$ncomp)
  )
}
write(do.call(rbind, parallels), "parallel.csv")
cat(R.version.string, "psych", format(packageVersion("psych")), "\n")
