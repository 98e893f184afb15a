"""How fast is `rank_robustness`, and how much memory does it take, beside what else installs?

    make bench                          every row; about five minutes
    make bench ARGS="34x8 --repeat 5"   rows of one size

Each contender runs in a process of its own, one after the other, in turns; medians are shown. All draw their weights from a
Dirichlet distribution of concentration 50 k / 8 around the nominal ones (k indicators) and count ranks; where pairs are asked
for, also who stands above whom. dti_research gives medians, intervals, mean shifts, central weights and (34x8, 63x98) levels
besides. 34x8 are the provinces of 2024; the other tables are random, to four decimals, from a fixed seed.

dti_research uses as many threads as there are cores (eight at most), the others one. In rows "in process" the work alone is
timed; in rows "whole process" start, imports and the making of the table are timed too. Before anything is timed, the ranks of
50 draws as dti_research counts them are compared with scipy's.

Peers: a loop over `scipy.stats.rankdata`, and the same vectorised in chunks (rankdata-axis); pysensmcda 2.0.0, in an environment
of its own (.venv/peers, made at the first run: the only moment that needs a package index; without one its rows stay empty); the
R package smaa where `Rscript` has it. COINr has no row: it rebuilds the whole index for each draw, and nothing here installs it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv" / "peers"
PYSENSMCDA = "pysensmcda==2.0.0"

# size, draws, pairs, whole process (start and imports included) or only the work, {peer: how many times faster we mean to be}, MB
ROWS = [
    ("34x8", 100_000, True, False, {"pysensmcda": 8, "smaa": 15, "rankdata": 100, "rankdata-axis": None}, 200),
    ("34x8", 1_000_000, True, True, {"pysensmcda": 8}, 250),
    ("63x98", 10_000, True, False, {"pysensmcda": 6, "rankdata": None, "rankdata-axis": None}, 200),
    ("705x51", 10_000, True, True, {"pysensmcda": 8}, 350),
    ("10598x98", 10_000, False, True, {"rankdata": 5}, 500),
]


# ------------------------------------------------------------------------------------------------------ one contender, one run


def table(size: str):
    """Normalised values (unit, indicator) and nominal weights, as arrays."""
    import csv

    import numpy as np

    if size == "34x8":
        with open(ROOT / "data" / "raw" / "indicators.csv", encoding="utf-8") as file:
            points = {
                row["indicator"]: float(row["points"])
                for row in csv.DictReader(file)
                if row["framework"] == "national-province-2024" and float(row["points"] or 0) > 0
            }
        with open(ROOT / "data" / "processed" / "values-province-2024-34.csv", encoding="utf-8") as file:
            values = np.array([[float(row[code]) for code in points] for row in csv.DictReader(file)])
        weights = np.array(list(points.values()))
    else:
        n, k = map(int, size.split("x"))
        rng = np.random.default_rng(20261121)
        values, weights = rng.random((n, k)).round(4), rng.integers(20, 200, k).astype(float)
    return values, weights / weights.sum()


def draw(weights, draws: int):
    import numpy as np

    return np.random.default_rng(1).dirichlet(50 * len(weights) / 8 * weights, size=draws)


def run_dti_research(values, weights, draws: int, pairs: bool) -> None:
    import pandas as pd

    from dti_research.index.levels import DEFAULT_LEVELS
    from dti_research.study.weights import rank_robustness

    codes = [f"indicator {i}" for i in range(len(weights))]
    result = rank_robustness(
        pd.DataFrame(values, columns=codes), pd.Series(weights, codes), draws=draws, concentration=50 * len(weights) / 8,
        seed=1, pairs=pairs, rule=DEFAULT_LEVELS if len(values) < 100 else None,
    )  # fmt: skip
    assert result.computed == draws and len(result.ranks) == len(values)
    if pairs:
        assert result.acceptability.shape == result.win.shape


def run_rankdata(values, weights, draws: int, pairs: bool) -> None:
    import numpy as np
    from scipy.stats import rankdata

    drawn = draw(weights, draws)
    n = len(values)
    units = np.arange(n)
    if pairs:
        acceptability, wins = np.zeros((n, n), dtype=np.int64), np.zeros((n, n), dtype=np.int64)
        for one in drawn:
            composites = values @ one
            ranks = rankdata(-composites, method="min").astype(np.intp)
            acceptability[units, ranks - 1] += 1
            wins += composites[:, None] > composites
        quantiles = [np.searchsorted(row.cumsum(), draws * np.array([0.05, 0.5, 0.95])) + 1 for row in acceptability]
        assert len(quantiles) == n
    else:
        kept = np.empty((n, draws), dtype=np.uint16)
        for number, one in enumerate(drawn):
            kept[:, number] = rankdata(-(values @ one), method="min")
        kept.sort(axis=1)
        assert kept[:, [int(draws * q) for q in (0.05, 0.5, 0.95)]].shape == (n, 3)


def run_rankdata_axis(values, weights, draws: int, pairs: bool) -> None:
    import numpy as np
    from scipy.stats import rankdata

    n = len(values)
    counts, wins = np.zeros(n * n, dtype=np.int64), np.zeros((n, n), dtype=np.int64)
    drawn = draw(weights, draws)
    for start in range(0, draws, 1024):
        ranks = rankdata(-(drawn[start : start + 1024] @ values.T), method="min", axis=1).astype(np.intp)
        counts += np.bincount((np.arange(n) * n + ranks - 1).ravel(), minlength=n * n)
        for unit in range(n):
            wins[unit] += np.count_nonzero(ranks[:, [unit]] < ranks, axis=0)
    np.array([row.cumsum().searchsorted(draws * np.array([0.05, 0.5, 0.95])) + 1 for row in counts.reshape(n, n)])


def run_pysensmcda(values, weights, draws: int, pairs: bool) -> None:
    import numpy as np
    from pysensmcda.robustness import pairwise_winning_indices
    from pysensmcda.smaa import simulate

    result = simulate(lambda m, w, t: m @ w, values, np.ones(len(weights)), weights=draw(weights, draws))
    result.rank_acceptability()
    if pairs:
        pairwise_winning_indices(result.rankings)


RUNS = {
    "dti_research": run_dti_research,
    "rankdata": run_rankdata,
    "rankdata-axis": run_rankdata_axis,
    "pysensmcda": run_pysensmcda,
}


def check_agreement(values, weights) -> None:
    """The ranks of 50 draws, counted by dti_research, are those of scipy."""
    import numpy as np
    import pandas as pd
    from scipy.stats import rankdata

    from dti_research.study.weights import rank_robustness

    codes = [f"indicator {i}" for i in range(len(weights))]
    drawn = draw(weights, 50)
    result = rank_robustness(
        pd.DataFrame(values, columns=codes), pd.Series(weights, codes), draws=pd.DataFrame(drawn, columns=codes)
    )
    ranks = rankdata(-(drawn @ values.T), method="min", axis=1).astype(int)
    counts = np.array([np.bincount(column, minlength=len(values) + 1)[1:] for column in ranks.T])
    assert (result.rank_counts == counts).all(), "dti_research and scipy disagree"


def run_here(contender: str, size: str, draws: int, pairs: bool) -> None:
    """Do the work in this process and print what it took."""
    import resource

    values, weights = table(size)
    if contender == "agreement":
        return check_agreement(values, weights)
    if len(values) < 100 and draws <= 100_000:  # the rows whose work alone is timed: imports are no part of it
        RUNS[contender](values, weights, 50, pairs)
    start = time.perf_counter()
    RUNS[contender](values, weights, draws, pairs)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(json.dumps({"seconds": seconds, "peak": peak}))


# ------------------------------------------------------------------------------------------------------------------ all of them


def make_peers() -> str | None:
    """The Python of the environment with pysensmcda; None, with the reason said, where it cannot be made."""
    python = PEERS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Setting up {PEERS.relative_to(ROOT)} with {PYSENSMCDA} ...", file=sys.stderr)
        uv = shutil.which("uv")
        venv.create(PEERS, with_pip=not uv, symlinks=os.name != "nt")
        install = [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
        if subprocess.call([*map(str, install), PYSENSMCDA]):
            shutil.rmtree(PEERS)
            print("pysensmcda could not be installed: its rows stay empty.", file=sys.stderr)
            return None
    return str(python)


def has_smaa() -> bool:
    rscript = shutil.which("Rscript")
    return bool(rscript) and not subprocess.call(
        [rscript, "-e", "library(smaa)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def run_smaa(size: str, draws: int) -> dict:
    """The steps that lead to rank acceptability and pairwise wins, as time.R prints them (medians of three)."""
    assert size == "34x8"
    script = ROOT / "tests" / "reference" / "smaa" / "time.R"
    command = ["Rscript", str(script), str(ROOT / "data/processed/values-province-2024-34.csv"),
               str(ROOT / "data/raw/indicators.csv"), str(draws), "national-province-2024"]  # fmt: skip
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    (line,) = [line for line in printed.splitlines() if line.startswith("median seconds: ")]
    steps = dict(step.rsplit(" ", 1) for step in line.removeprefix("median seconds:").strip().split("; "))
    wanted = ("draw weights", "build array", "smaa.values", "smaa.ranks", "smaa.ra", "smaa.pwi")
    return {"seconds": sum(float(steps[name]) for name in wanted), "peak": float("nan")}


def run_apart(python: str, contender: str, size: str, draws: int, pairs: bool, whole: bool) -> dict:
    """A fresh process, as a user would start it."""
    command = [python, __file__, "--one", contender, size, str(draws), str(int(pairs))]
    start = time.perf_counter()
    printed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    wall = time.perf_counter() - start
    if printed.returncode:
        raise SystemExit(f"{contender} {size}: {printed.stderr.strip()[-800:]}")
    result = json.loads(printed.stdout.splitlines()[-1])
    return {"seconds": wall if whole else result["seconds"], "peak": result["peak"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", help="such as 34x8; all without one")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contender; the slowest rows run once")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        contender, size, draws, pairs = arguments.one
        return run_here(contender, size, int(draws), bool(int(pairs)))
    pythons = dict.fromkeys(RUNS, sys.executable) | {"pysensmcda": make_peers()}
    smaa = has_smaa()
    if not smaa:
        print("The R package smaa was not found: its row stays empty.", file=sys.stderr)
    for size in ("34x8", "63x98"):  # apart: what this process holds would count as memory of all that it starts
        subprocess.run([sys.executable, __file__, "--one", "agreement", size, "0", "1"], check=True, cwd=ROOT)
    print(f"{os.cpu_count()} cores; Python {sys.version.split()[0]}\n")
    print("| size, draws | contender | seconds, median [range] | us a draw | ours is faster by | aim | peak MB | aim |")
    print("|---|---|---|---|---|---|---|---|")
    for size, draws, pairs, whole, aims, memory in ROWS:
        if arguments.sizes and size not in arguments.sizes:
            continue
        taken: dict[str, list[dict]] = {}
        for turn in range(arguments.repeat):
            for contender in ("dti_research", *aims):
                slow = contender != "dti_research" and (size in ("705x51", "10598x98") or draws >= 1_000_000)
                if turn and (slow or contender == "smaa"):
                    continue
                if contender == "smaa":
                    if smaa:
                        taken.setdefault(contender, []).append(run_smaa(size, draws))
                elif pythons[contender]:
                    one = run_apart(pythons[contender], contender, size, draws, pairs, whole)
                    taken.setdefault(contender, []).append(one)
        ours = statistics.median(r["seconds"] for r in taken["dti_research"])
        for contender, runs in taken.items():
            seconds = sorted(r["seconds"] for r in runs)
            middle = statistics.median(seconds)
            own = contender == "dti_research"
            print(
                f"| {size}, {draws:,}, {'whole process' if whole else 'in process'} | {contender} "
                f"| {middle:.3f} [{seconds[0]:.3f}-{seconds[-1]:.3f}] | {middle / draws * 1e6:.2f} "
                f"| {'' if own else f'{middle / ours:.1f}'} | {'' if own else aims[contender] or ''} "
                f"| {max(r['peak'] for r in runs):.0f} | {memory if own else ''} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
