# Reference values from base R and from the packages boot, e1071 and pwr. From the root of the repository:
#   Rscript tests/reference/rstats/make.R
# Takes about a minute.

suppressPackageStartupMessages(library(boot))
folder <- "tests/reference/rstats"

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
tables <- sapply(c("province-2024-34", "province-2022", "province-2020"), read, simplify = FALSE)
stopifnot(identical(unname(t(sapply(tables, dim))), cbind(c(34L, 10L, 9L), c(8L, 8L, 3L))))
x34 <- tables[["province-2024-34"]]
codes <- names(x34)

# 1. Correlations ----------------------------------------------------------------------------------------------------------

tests <- list()
for (name in c("province-2024-34", "province-2020")) {
  x <- tables[[name]]
  pairs <- combn(names(x), 2)
  for (j in seq_len(ncol(pairs))) {
    a <- x[[pairs[1, j]]]
    b <- x[[pairs[2, j]]]
    p <- cor.test(a, b, conf.level = 0.95)
    s <- suppressWarnings(cor.test(a, b, method = "spearman"))
    k <- suppressWarnings(cor.test(a, b, method = "kendall"))
    tests[[length(tests) + 1]] <- data.frame(
      table = name, a = pairs[1, j], b = pairs[2, j], n = length(a), pearson = p$estimate[[1]],
      conf_low = p$conf.int[1], conf_high = p$conf.int[2], p = p$p.value,
      spearman = s$estimate[[1]], kendall = k$estimate[[1]]
    )
  }
}
tests <- do.call(rbind, tests)
write(tests, "cor_test.csv")

p <- tests[tests$table == "province-2024-34", c("a", "b", "p")]
stopifnot(nrow(p) == 28)
p$holm <- p.adjust(p$p, "holm")
p$BH <- p.adjust(p$p, "BH")
write(p, "p_adjust.csv")

# 2. Principal components --------------------------------------------------------------------------------------------------

pca <- prcomp(x34, scale. = TRUE)
write(data.frame(
  component = seq_along(codes), eigenvalue = pca$sdev^2, share = pca$sdev^2 / sum(pca$sdev^2),
  cumulative = cumsum(pca$sdev^2) / sum(pca$sdev^2), t(unname(pca$rotation)) |> `colnames<-`(codes)
), "prcomp.csv")

# 3. Skewness and kurtosis -------------------------------------------------------------------------------------------------

write(do.call(rbind, lapply(names(tables), function(name) data.frame(
  table = name, indicator = names(tables[[name]]), n = nrow(tables[[name]]),
  skewness = sapply(tables[[name]], e1071::skewness, type = 2),
  kurtosis = sapply(tables[[name]], e1071::kurtosis, type = 2), row.names = NULL
))), "moments.csv")

# 4. Bootstrap -------------------------------------------------------------------------------------------------------------

R <- 99999
boots <- list()
for (pair in list(
  c("digital_human_resources", "cybersecurity"), c("digital_awareness", "cybersecurity"),
  c("digital_government", "digital_economy"), c("cybersecurity", "digital_society")
)) for (seed in 1:2) {
  data <- as.matrix(x34[pair])
  statistic <- function(d, i) suppressWarnings(cor(d[i, 1], d[i, 2]))  # NA where a resample has one value only
  set.seed(seed)
  out <- boot(data, statistic, R = R)
  undefined <- sum(!is.finite(out$t))
  # Where the acceleration is from. "reg": boot's default, a regression on the resamples. "jack": boot's jackknife, about the value
  # of the whole sample. "jack_mean": the same about the mean of the jackknife values, as in Efron's formula and in scipy.
  jack <- empinf(data = data, statistic = statistic, type = "jack", stype = "i")
  influences <- list(reg = empinf(out, type = "reg"), jack = jack, jack_mean = jack - mean(jack))
  for (influence in names(influences)) {
    L <- influences[[influence]]
    ci <- boot.ci(out, conf = 0.95, type = c("perc", "bca"), L = L)
    if (influence == "reg") stopifnot(all.equal(ci$bca, boot.ci(out, conf = 0.95, type = "bca")$bca))
    boots[[length(boots) + 1]] <- data.frame(
      a = pair[1], b = pair[2], seed = seed, R = as.integer(R), undefined = undefined, influence = influence, pearson = out$t0,
      z0 = qnorm(mean(out$t[is.finite(out$t)] < out$t0)), acceleration = sum(L^3) / (6 * sum(L^2)^1.5),
      bca_low = ci$bca[4], bca_high = ci$bca[5], percentile_low = ci$percent[4], percentile_high = ci$percent[5]
    )
  }
}
write(do.call(rbind, boots), "boot.csv")

# 5. Power of a test of a correlation --------------------------------------------------------------------------------------

grid <- expand.grid(n = c(34, 10, 9, 63), tests = c(1, 28))
write(do.call(rbind, Map(function(n, tests) {
  level <- 0.05 / tests
  r <- pwr::pwr.r.test(n = n, power = 0.8, sig.level = level)$r
  power <- function(r) pwr::pwr.r.test(n = n, r = r, sig.level = level)$power
  data.frame(
    n = as.integer(n), tests = as.integer(tests), sig_level = level, power = 0.8, r = r,
    r_fine = uniroot(function(r) power(r) - 0.8, c(r - 0.01, min(r + 0.01, 1 - 1e-10)), tol = 1e-14)$root, power_at_r = power(r)
  )
}, grid$n, grid$tests)), "power.csv")

# 6. How much of the composite follows each indicator ----------------------------------------------------------------------

points <- c(50, 50, 140, 100, 100, 200, 150, 150)
stopifnot(sum(points) == 940, identical(codes, c(
  "digital_awareness", "digital_institutions", "digital_infrastructure", "digital_human_resources", "cybersecurity",
  "digital_government", "digital_economy", "digital_society"
)))
w <- points / sum(points)
y <- as.vector(as.matrix(x34) %*% w)
write(do.call(rbind, lapply(seq_along(codes), function(i) {
  rest <- y - w[i] * x34[[i]]
  one <- function(method) cor(x34[[i]], rest, method = method)
  data.frame(
    indicator = codes[i], points = as.integer(points[i]), pearson = one("pearson"), spearman = one("spearman"),
    kendall = one("kendall"), pearson_with_whole = cor(x34[[i]], y)
  )
})), "part_whole.csv")

cat(R.version.string, "\n")
for (package in c("boot", "e1071", "pwr")) cat(package, format(packageVersion(package)), "\n")
