"""README tells the truth: its numbers are those that the package computes, its commands exist, its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dti_research import cli, data, open_assessment, study
from dti_research.study import claims, rankings
from dti_research.study.claims import audit

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", README)


def test_counts_of_verdicts():
    verdicts = [v.outcome.verdict for v in claims.reproduce()]
    counts = [verdicts.count(name) for name in claims.VERDICTS]
    said = re.search(
        r"Of (\d+) printed figures, (\d+) are reproduced, (\d+) differ and are explained, (\d+) are contradicted, and (\d+)",
        FLAT,
    )
    assert list(map(int, said.groups())) == [len(verdicts), *counts]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "{} claims reproduced, {} explained, {} contradicted, {} not checkable".format(*counts) in changelog
    assert f"{len(audit())} findings in `dti audit`" in changelog


def test_first_finding():
    for points_of, reproduced in (("national-province-2022", "0 of the 34"), ("national-province-2024", "34 of 34")):
        rebuilt = rankings.ask(open_assessment("province-2024-34", points_of=points_of)).rebuilt
        assert reproduced in FLAT and int(reproduced.split()[0]) == rebuilt.reproduced
    points = data.load_framework("national-province-2024").points
    assert "/".join(f"{p:.0f}" for p in points) in FLAT and f"{points.sum():.0f}, recovered" in FLAT
    for number in ("0.7582", "0.7723", "0.7692", "0.8668", "0.8836"):
        assert number in FLAT
        own = [v for v in claims.reproduce("national-province-2024") if v.claim.printed == number]
        assert {v.outcome.verdict for v in own} == {"reproduced"}


def test_commands_and_reports_that_are_named_exist():
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert set(re.findall(r"`dti (\w+)", README)) <= commands
    runs = yaml.safe_load((ROOT / "reports" / "runs.yml").read_text(encoding="utf-8"))["reports"]
    named = set(
        re.findall(
            r"`((?:rankings|boundaries|frameworks|weights|methods|totals|pillars|audit|editions|recovered)-[a-z0-9-]+)`",
            README,
        )
    )
    assert named and named <= {run["name"] for run in runs}
    for framework in re.findall(r"--framework ([\w-]+)", README):
        data.load_framework(framework.replace("ID", "hcmc-district-2023"))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (ROOT / target).is_file(), target


def test_what_is_named_of_the_library_is_found_without_a_further_import():
    named = {name for name in re.findall(r"\bdti\.([\w.]*\w)", README) if not name.startswith("gov")}
    said = re.search(r"packages of `dti_research.study`: (.*?)\. `dti", FLAT)
    questions = re.findall(r"`(\w+)`", said[1])
    assert set(questions) == set(study.QUESTIONS)
    assert {"Framework", "study.weights.ask_robustness", "tables", "open_assessment"} <= named
    wanted = sorted(named | {f"study.{question}" for question in questions})
    code = f"import operator, dti_research as dti; [operator.attrgetter(name)(dti) for name in {wanted}]"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_every_package_of_study_is_a_question():
    folder = ROOT / "dti_research" / "study"
    assert {path.parent.name for path in folder.glob("*/__init__.py")} <= set(study.QUESTIONS) <= set(dir(study))
    with pytest.raises(AttributeError, match="no attribute 'weigths'"):
        _ = study.weigths


def test_the_tree_is_the_tree():
    blocks = re.findall(r"^```\w*\n(.*?)^```", README, flags=re.S | re.M)
    (tree,) = [block for block in blocks if block.startswith("data/raw/")]
    for line in tree.splitlines():
        folder = ROOT / "dti_research" if line.startswith("  ") else ROOT
        assert (folder / line.split()[0]).exists(), line


def test_fourth_finding():
    from dti_research.index.score import published_table
    from dti_research.study import rank_robustness, scenario_robustness
    from dti_research.study.methods import variance_based
    from dti_research.study.weights.stability import smallest_change

    values, framework = data.load_values("province-2024-34"), data.load_framework("national-province-2024")
    table, weights = published_table(values, framework)
    result = rank_robustness(table, weights, draws=20_000, concentration=50, seed=2024)
    said = re.search(
        r"first in ([\d.]+) % of them.*Đồng Nai, (\d+)th, lies between (\d+)th and (\d+)nd in at least 90 %", FLAT
    )
    row = result.ranks.loc["dong-nai-2025"]
    first = f"{100 * result.top(1)['ha-noi']:.1f}"
    assert said.groups() == (first, *(f"{row[c]:.0f}" for c in ("published", "q05", "q95")))
    most = 50 * smallest_change(table, weights, "thua-thien-hue", "ha-noi").distance
    assert f"no more than {int(10 * most) / 10} % of the weight is moved" in FLAT  # cut, not rounded up
    mixed = scenario_robustness(
        values, framework, normalisations=["share-of-maximum", "min-max", "z-score", "rank"],
        aggregations=["arithmetic", "geometric", "harmonic"],
        weight_rules=["published", "equal-pillars", "equal-indicators"], draws=20_480, concentration=50, seed=2024,
    )  # fmt: skip
    assert mixed.top(1).idxmax() == "thua-thien-hue" and mixed.top(1)["ha-noi"] > 0.2
    effects = (
        variance_based(values, framework, concentration=50, samples=512, seed=2024).indices.set_index("factor").total
    )
    assert effects.idxmax() == "aggregation" and len(effects) == 2 + 8


def test_fifth_finding():
    from dti_research.index.score import published_table
    from dti_research.study.pillars import correlation
    from dti_research.study.pillars.importance import importance
    from dti_research.study.pillars.intended import weights_for

    values, framework = data.load_values("province-2024-34"), data.load_framework("national-province-2024")
    table, weights = published_table(values, framework)
    found = importance(table, weights, seed=2024)
    rows = [found.loc[code] for code in ("digital_government", "digital_human_resources")]
    said = re.search(
        r"activity has ([\d.]+) % of the \(recovered\) weight and ([\d.]+) % of the importance.*covariance with it, ([\d.]+) %\); "
        r"digital human resources have ([\d.]+) % and ([\d.]+) %",
        FLAT,
    )
    shares = [rows[0].weight, rows[0].linear_share, rows[0].contribution, rows[1].weight, rows[1].linear_share]
    assert said.groups() == tuple(f"{100 * share:.1f}" for share in shares)
    assert found.gap.idxmin() == "digital_government" and found.gap.idxmax() == "digital_human_resources"
    outside = (found.weight < found.low) | (found.weight > found.high)
    assert set(found.index[outside]) == {"digital_government", "digital_human_resources"}
    assert not weights_for(table, weights).possible
    assert f"{(values.digital_awareness == 1).sum()} of 34 provinces have the maximum" in FLAT
    options = {"interval": "fisher-z", "permutations": 9999, "seed": 2024}
    pairs = correlation.correlate_wholes(table, correlation.wholes_of(framework), **options).pairs.set_index(["a", "b"])
    row = pairs.loc["economy", "society"]
    assert f"correlate {row.coefficient:.2f}, where the indicators that they share would give {row.shared:.2f}" in FLAT
    assert f"and {row.forced:.2f} if all were independent" in FLAT
    three = pairs[pairs.index.get_level_values("b") != "composite"]
    assert (three.p_adjusted < 0.05).tolist() == [False, False, True]
    between = correlation.correlate(table, **options)
    assert between.tests == 28 and (between.pairs.p_adjusted >= 0.05).all()
    assert f"true correlation below {between.detectable:.2f} is missed more often than 2 times in 10" in FLAT


def test_first_finding_is_proven():
    from dti_research.study.recovery import leave_one_out, propose_points, recover

    values, composites, digits = data.load_printed("province-2024-34")
    found = recover(values, composites, digits=digits)
    said = re.search(
        r"to within ([\d.]+) % of the total.*On a scale of (\d+) these hold one set of whole points, ([\d/]+),", FLAT
    )
    points = propose_points(found, multiples=[1])
    (one,) = points.found
    width = 100 * found.weights.width.max()
    assert width <= float(said[1]) < width + 0.01  # rounded up
    assert said.groups()[1:] == (str(one.scale), "/".join(map(str, one.points)))
    assert leave_one_out(found, propose_points(found)).same_points.all()
    assert propose_points(found, scale=1000).blocked
    in_tens = [scale for scale in range(10, 1001, 10) if propose_points(found, scale=scale, multiples=[10]).found]
    assert in_tens == [940]


def test_sixth_finding():
    from dti_research.study import editions

    answer = editions.ask(editions.open_pair("province-2022", "province-2024-34"), seed=2024)
    said = re.search(r"Of (\d+) provinces that kept their name .* more than half, for (\d+);", FLAT)
    assert said.groups() == (str(len(answer.improved)), str(len(answer.improved_by_shorter_list)))
    da_nang = answer.mergers.rank.loc["da-nang"]
    said = re.search(r"from (\d+)nd to (\d+)th place in the same year: \+([\d.]+) by the merger and (-[\d.]+) by", FLAT)
    assert said.groups() == (
        f"{da_nang.before:.0f}", f"{da_nang.after:.0f}", f"{da_nang.merged:.1f}", f"{da_nang.listed:.1f}"
    )  # fmt: skip
    moved = answer.mobility.summary
    said = re.search(
        r"rose by ([\d.]+) on average, but ([\d.]+) % stayed.*tau-b ([\d.]+), 95 % interval ([\d.]+) to ([\d.]+)\)",
        FLAT,
    )
    kendall = moved.loc["kendall"]
    assert said.groups() == (
        f"{moved.value['change']:.3f}", f"{100 * moved.value['same_group']:.1f}",
        *(f"{kendall[c]:.2f}" for c in ("value", "low", "high")),
    )  # fmt: skip
    split = answer.split.composite
    assert set(split.index) == {"quang-ninh", "thua-thien-hue", "cao-bang"}
    assert (split["values"] > 0).all() and (split.weights < 0).all()
