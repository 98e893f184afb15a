"""The commands. No science here: each one loads, asks a study, and prints a table or one JSON document.

Exit status: 0 done, 1 a check failed (a file that cannot be used, a report that broke), 2 wrong use (an unknown name or option).
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dti_research import data
from dti_research.errors import InputError, UnknownName, find_name, nearest

app = typer.Typer(
    help="Vietnam's Digital Transformation Indexes: every printed figure a claim that runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
LanguageOption = Annotated[str, typer.Option("--language", help="Language of the table: en or vi.")]


def _print_json(document: object) -> None:
    # Straight to the stream: a console would wrap long lines. Never NaN, which is no JSON.
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _number(value: object) -> object:
    """A number as JSON has it: none of NumPy's own, and null for what is not finite."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_table(columns: list[str], rows: list[list[object]], title: str = "") -> None:
    table = Table(title=title or None, title_justify="left", show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    # A pipe or a file has no width of its own; 80 columns would break every line of it.
    Console(width=None if sys.stdout.isatty() else 200, soft_wrap=False, highlight=False).print(table)


def _note(text: str) -> None:
    print(text, file=sys.stderr)


@app.command("list")
def list_frameworks(as_json: JsonOption = False, language: LanguageOption = "en") -> None:
    """The frameworks: who issued them, how large they are, where their weights come from, how many units have values."""
    find_name("language", language, ["en", "vi"])
    tables, raw_values = data.load_tables(), data.load_raw("values")
    claims = data.load_claims()
    rows = []
    for framework in data.load_frameworks().values():
        own = tables.index[tables.framework == framework.id]
        composites = claims[(claims.check == "composite") & claims.table.isin(own)]
        rows.append(
            {
                "id": framework.id,
                "name_vi": framework.name_vi,
                "name_en": framework.name_en,
                "issuer": framework.issuer,
                "decision": framework.decision,
                "years": list(framework.years),
                "main_indicators": framework.main_indicators,
                "components": framework.components,
                "total_points": framework.total_points,
                "total_printed": framework.total_printed,
                "measure": framework.measure,
                "weights": framework.weights,
                "units_with_values": int(raw_values[raw_values.table.isin(own)].unit.nunique()),
                "units_with_composites": int(composites.unit.nunique()),
                "note": framework.note_en,
            }
        )
    if as_json:
        return _print_json(rows)
    name = f"name_{language}"
    _print_table(
        [
            "id",
            "name",
            "issuer",
            "decision",
            "years",
            "main",
            "components",
            "points",
            "weights",
            "values",
            "composites",
        ],
        [
            [
                r["id"],
                r[name],
                r["issuer"],
                r["decision"],
                ", ".join(map(str, r["years"])),
                r["main_indicators"],
                r["components"],
                None if r["total_points"] is None else f"{r['total_points']:g}",
                r["weights"],
                r["units_with_values"],
                r["units_with_composites"],
            ]
            for r in rows
        ],
    )
    print("main: main indicators; values, composites: units with printed indicator values, with a printed composite.")
    print("An empty cell: nobody printed it.")


@app.command()
def show(
    framework: Annotated[str, typer.Argument(help="Framework id, as `dti list` shows it.")],
    as_json: JsonOption = False,
    language: LanguageOption = "en",
) -> None:
    """The tree of one framework: points, shares, components, pillars, level rules as printed, sources."""
    find_name("language", language, ["en", "vi"])
    one = data.load_framework(framework)
    total = one.total_points
    shares = {
        i.code: i.points / total if i.points is not None and total and not i.optional else None for i in one.indicators
    }
    if as_json:
        document = asdict(one) | {"total_points": total}
        for indicator in document["indicators"]:
            indicator["share"] = shares[indicator["code"]]
        return _print_json(document)
    name = f"name_{language}"
    print(f"{one.id}: {getattr(one, name)}")
    print(f"{one.issuer}, {one.decision} {one.decision_date}; years {', '.join(map(str, one.years))}")
    printed = "not printed" if one.total_printed is None else f"{one.total_printed:g} points printed"
    counts = ["not printed" if n is None else n for n in (one.main_indicators, one.components)]
    print(f"main indicators {counts[0]}, components {counts[1]}, {printed}; weights: {one.weights}")
    if getattr(one, f"note_{language}"):
        print(getattr(one, f"note_{language}"))
    member = {i.code: [p.code for p in one.pillars if i.code in p.indicators] for i in one.indicators}
    if one.indicators:
        _print_table(
            ["indicator", "name", "group", "pillars", "points", "share", "components", "source", "locator"],
            [
                [
                    i.code + (" (some units only)" if i.optional else ""),
                    getattr(i, name),
                    i.group,
                    ", ".join(member[i.code]),
                    "not published" if i.points is None else f"{i.points:g}",
                    None if shares[i.code] is None else f"{100 * shares[i.code]:.1f} %",
                    i.components,
                    i.source,
                    i.locator,
                ]
                for i in one.indicators
            ],
        )
    else:
        print("Main indicators: nobody printed their names and points where we could read them.")
    for rule in one.level_rules:
        _print_table(
            ["level", "from", "edge", "to", "edge", "source", "locator"],
            [
                [
                    getattr(b, name),
                    None if b.lower is None else f"{b.lower:g}",
                    None if b.lower is None else b.lower_edge,
                    None if b.upper is None else f"{b.upper:g}",
                    None if b.upper is None else b.upper_edge,
                    b.source,
                    b.locator,
                ]
                for b in rule.bands
            ],
            title=f"Levels as printed: {rule.document}",
        )
    print(f"source of the counts: {one.source}, {one.locator} (addresses: data/raw/sources.csv)")
    if one.decision_source:
        print(f"source of the decision's number and date: {one.decision_source}, {one.decision_locator}")


@app.command()
def audit(
    framework: Annotated[str | None, typer.Argument(help="One framework id; all of them without it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Where the print disagrees with itself."""
    from dti_research.study.audit import audit as find_all

    findings = find_all(framework)
    if as_json:
        return _print_json([asdict(finding) for finding in findings])
    columns = ["framework", "kind", "where", "printed", "expected", "source", "locator"]
    _print_table(columns, [[getattr(f, c) for c in columns] for f in findings])
    print(f"{len(findings)} findings")


@app.command()
def reproduce(
    framework: Annotated[str | None, typer.Argument(help="One framework id; all of them without it.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = "en",
    verdict: Annotated[str | None, typer.Option(help="Only the claims with this verdict.")] = None,
) -> None:
    """Every printed figure against what we compute."""
    from dti_research.study.published import NEEDS, VERDICTS
    from dti_research.study.published import reproduce as reproduce_all

    find_name("language", language, ["en", "vi"])
    if framework:
        data.load_framework(framework)
    if verdict:
        find_name("verdict", verdict, VERDICTS)
    verdicts = reproduce_all(framework)
    counts = Counter(v.outcome.verdict for v in verdicts)
    counts = {name: counts[name] for name in VERDICTS}
    shown = [v for v in verdicts if verdict in (None, v.outcome.verdict)]
    place = 0 if language == "vi" else 1
    rows = [
        {
            "id": v.claim.id,
            "framework": v.claim.framework,
            "what": v.what(language),
            "printed": v.claim.printed,
            "computed": v.outcome.computed,
            "verdict": v.outcome.verdict,
            "finding": v.outcome.finding.id if v.outcome.finding else None,
            "source": v.claim.source,
            "locator": v.claim.locator,
            "check": v.claim.check,
            "bound": v.outcome.bound,
            "needs": NEEDS[v.outcome.needs][place] if v.outcome.needs else None,
        }
        for v in shown
    ]
    for row in rows:
        if hasattr(row["computed"], "item"):
            row["computed"] = row["computed"].item()
    if as_json:
        return _print_json({"counts": counts, "claims": rows})
    _print_table(
        ["id", "what", "printed", "computed", "verdict", "finding, or what it needs", "source", "locator"],
        [
            [
                r["id"],
                r["what"],
                r["printed"],
                f"{r['computed']:.6g}" if isinstance(r["computed"], float) else r["computed"],
                r["verdict"],
                r["finding"] or r["needs"],
                r["source"],
                r["locator"],
            ]
            for r in rows
        ],
    )
    print(", ".join(f"{count} {name}" for name, count in counts.items()) + f"; {len(verdicts)} claims in all")
    recovered = sorted(
        {v.claim.framework for v in verdicts}
        & {f.id for f in data.load_frameworks().values() if f.weights == "recovered"}
    )
    if recovered:
        print(f"Points of {', '.join(recovered)}: recovered from a printed table, not printed.")


def _odd_names(names: Iterable[str], codes: dict[str, str], unit_set: str) -> list[str]:
    """What a reader should know about the names in a table: some belong to another set, some are nearly known."""
    lines = []
    known = data.load_units(unit_set)
    if codes and not set(codes.values()) <= set(known.index):
        lines.append(f"the names are read as units of before the mergers of 2025-07-01, not of {unit_set}")
    aliases = {data.match_key(name): name for name in data.load_raw("aliases").name}
    for name in names:
        if name not in codes:
            near = nearest(data.match_key(name), aliases)
            if near:
                found = aliases[near.split("'")[1]]
                lines.append(
                    f"{name!r} is no unit that we know; did you mean {found!r}? It is scored under its own name"
                )
    return lines


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="CSV with the column unit and one column for each indicator code.")],
    framework: Annotated[str, typer.Option(help="Framework id, as `dti list` shows it.")],
    method: Annotated[str, typer.Option(help="A method by name; an unknown name lists the known ones.")] = "published",
    normalise: Annotated[str | None, typer.Option(help="Another normalisation than the method's.")] = None,
    weight: Annotated[str | None, typer.Option(help="Another weight rule than the method's.")] = None,
    aggregate: Annotated[str | None, typer.Option(help="Another aggregation than the method's.")] = None,
    maximum: Annotated[str | None, typer.Option(help="own or common: what a unit is measured against.")] = None,
    levels: Annotated[str | None, typer.Option(help="Reading of the level boundaries.")] = None,
    document: Annotated[str | None, typer.Option(help="Whose level bands: press-release or newspaper.")] = None,
    points: Annotated[Path | None, typer.Option(help="CSV with the columns indicator and points.")] = None,
    targets: Annotated[Path | None, typer.Option(help="CSV with the columns indicator and target.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Composite, rank and level of a table of values.

    Levels are given as printed where the framework prints bands; --levels names another reading: as-printed, lower-boundary,
    upper-boundary, share-60-80 (boundaries at 60 % and 80 % of the total, for any framework), none.
    """
    from dti_research.index.levels import READINGS
    from dti_research.index.score import find_method
    from dti_research.index.score import score as compute
    from dti_research.study.boundaries import levels_of

    one = data.load_framework(framework)
    chosen = find_method(method)
    steps = {"normalise": normalise, "weight": weight, "aggregate": aggregate, "maximum": maximum}
    if any(steps.values()):
        chosen = replace(chosen, name="own", **{step: name for step, name in steps.items() if name})
    if targets:
        chosen = replace(chosen, targets=data.read_numbers(targets, "target"))
    if levels:
        find_name("reading", levels, [*READINGS, "none"])
    if document and not one.level_rules:
        raise UnknownName(
            f"--document {document}: nobody prints level bands for {one.id}; leave it out, use share-60-80"
        )
    if document:
        find_name("level document", document, [rule.document for rule in one.level_rules])
    values = data.read_values(file)
    own_points = data.read_numbers(points, "points") if points else None
    if own_points is not None and one.measure == "points" and one.points is None and values.max(axis=None) <= 1:
        raise InputError(
            f"{file}: every value is at most 1, and with --points values are read as points earned; multiply each by its "
            "indicator's points, or leave --points out and name a rule (--method equal-indicators), which reads shares"
        )
    _check_points_earned(file, one, values)
    try:
        codes = data.find_units(list(values.index), one.unit_set)
        scores = compute(values, one, chosen, own_points)
    except UnknownName:
        raise
    except InputError as error:
        raise InputError(f"{file}: {error}") from None

    reading = levels or ("as-printed" if one.level_rules and scores.measure == "points" else "none")
    if document and reading in ("none", "share-60-80"):
        raise UnknownName(
            f"--document {document} has no use with the reading {reading}; choose a reading of printed bands"
        )
    named = None if reading == "none" else levels_of(scores, one, reading, document)
    source = (
        chosen.weight if chosen.weight == "equal-indicators" else "file" if own_points is not None else chosen.weight
    )
    source = one.weights if source == "published" else source
    for line in _odd_names(values.index, codes, one.unit_set):
        _note(f"dti: {line}")
    units = [
        {
            "unit": codes.get(unit, unit),
            "composite": float(scores.composite[unit]),
            "maximum": float(scores.maximum[unit]),
            "rank": int(scores.rank[unit]),
            "level": (" / ".join(named[unit]) or None) if named is not None else None,
            "name": unit,
        }
        for unit in scores.rank.sort_values(kind="stable").index
    ]
    if as_json:
        return _print_json(
            {
                "framework": one.id,
                "method": chosen.name,
                "levels": None if reading == "none" else reading,
                "measure": scores.measure,
                "weights": source,
                "steps": {name: getattr(chosen, name) for name in steps},
                "units": units,
            }
        )
    _print_table(
        ["rank", "unit", "code", f"composite [{scores.measure}]", "of", "level"],
        [
            [
                u["rank"],
                u["name"],
                codes.get(u["name"]),
                f"{u['composite']:.4f}",
                f"{u['maximum']:g}" if scores.measure in ("points", "share") else None,
                u["level"] or ("" if named is None else "no level: a gap in the print"),
            ]
            for u in units
        ],
    )
    print(f"{one.id}; method {chosen.name}; levels: {reading}; points: {source}")
    if source == "recovered":
        print(f"Points are recovered from a printed table, not printed: {one.note_en}")


def _check_points_earned(place: object, one, values) -> None:
    """Shares read as points would pass every other check, and give wrong answers."""
    if one.measure == "points" and one.points is not None and values.max(axis=None) <= 1 < one.points.min():
        raise InputError(
            f"{place}: every value is at most 1, and values of {one.id} are points earned, of {one.points.min():g} to "
            f"{one.points.max():g}; if these are shares, multiply each column by the points of its indicator (dti show {one.id})"
        )


def _given_table(
    file: Path | None, framework: str, year: int | None, points: Path | None, points_of: str | None
) -> tuple[object, str, object, object, dict[str, str]]:
    """Framework, where its values come from, normalised table, weights, and the name of each unit."""
    from dti_research.index.score import published_table
    from dti_research.index.weight import check_points
    from dti_research.study.frameworks import points_from

    one = data.load_framework(framework)
    if points and points_of:
        raise UnknownName("--points and --points-of both say whose points to use; give one of them")
    if file and year:
        raise UnknownName(f"--year {year} names a published table, and FILE is another; give one of them")
    own_points = points_from(points_of or "", one)
    if points:
        try:
            own_points = check_points(data.read_numbers(points, "points"), one)
        except InputError as error:
            raise InputError(f"{points}: {str(error).removeprefix(f'{points}: ')}") from None
    table = data.table_of(one.id, year) if file is None else str(file)
    values = data.load_values(table) if file is None else data.read_values(file)
    _check_points_earned(table, one, values)
    try:
        codes = data.find_units(list(values.index), one.unit_set)
        normalised, weights = published_table(values, one, own_points)
    except UnknownName:
        raise
    except InputError as error:
        raise InputError(f"{table}: {error}") from None
    if file is not None:
        for line in _odd_names(values.index, codes, one.unit_set):
            _note(f"dti: {line}")
    official = data.unit_names()
    names = {codes.get(unit, unit): official.get(unit, unit) if file is None else unit for unit in values.index}
    normalised = normalised.rename(index=codes)
    return one, table, normalised, weights, names


def _points_origin(one, points: Path | None, points_of: str | None) -> str:
    """Whose points were used: a file, another framework, or the framework's own, printed or recovered."""
    if points:
        return str(points)
    used = data.load_framework(points_of) if points_of else one
    return (
        f"{used.id}, {'recovered from a printed table, not printed' if used.weights == 'recovered' else used.weights}"
    )


def _concentration(text: str) -> float | str:
    if text == "uniform":
        return text
    try:
        return float(text)
    except ValueError:
        raise UnknownName(f"--concentration {text!r}; expected a number above 0, inf or uniform") from None


FileArgument = Annotated[
    Path | None,
    typer.Argument(
        help="CSV with the column unit and one column for each indicator code; without it, the published values."
    ),
]
FrameworkOption = Annotated[str, typer.Option(help="Framework id, as `dti list` shows it.")]
YearOption = Annotated[int | None, typer.Option(help="Year of the published values; the latest without it.")]
PointsOption = Annotated[
    Path | None, typer.Option(help="CSV with the columns indicator and points: weights of your own.")
]
PointsOfOption = Annotated[str | None, typer.Option(help="Weigh by the points of this framework, by concept.")]


@app.command()
def robustness(
    framework: FrameworkOption,
    file: FileArgument = None,
    draws: Annotated[int, typer.Option(help="Draws of weights.")] = 10_000,
    concentration: Annotated[
        str, typer.Option(help="The larger, the closer to the weights; or uniform, or inf.")
    ] = "50",
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.")] = 1,
    by_group: Annotated[
        bool, typer.Option("--by-group", help="Draw groups first, then indicators inside each.")
    ] = False,
    top: Annotated[int | None, typer.Option(help="Probability to be among so many first; 3 without it.")] = None,
    document: Annotated[
        str | None, typer.Option(help="Levels by these printed bands: press-release or newspaper.")
    ] = None,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    pairs: Annotated[bool, typer.Option(help="Who stands above whom; --no-pairs for thousands of units.")] = True,
    as_json: JsonOption = False,
) -> None:
    """How far does each rank move when the weights are drawn at random around the given ones?

    Levels are those at 60 % and 80 % of the maximum, or of the printed bands under each reading where --document names them.
    """
    from dti_research.index.levels import DEFAULT_LEVELS
    from dti_research.study.robustness import monte_carlo_error, rank_robustness, tree_of

    one, table, normalised, weights, names = _given_table(file, framework, year, points, points_of)
    tree = tree_of(one) if by_group else None
    if by_group and tree is None:
        raise UnknownName(f"--by-group: {one.id} prints no groups of indicators; leave it out")
    if document and not one.level_rules:
        raise UnknownName(f"--document {document}: nobody prints level bands for {one.id}; leave it out")
    if document:
        find_name("level document", document, [rule.document for rule in one.level_rules])
    in_points = document is not None and one.measure == "points"
    result = rank_robustness(
        normalised,
        weights,
        draws=draws,
        concentration=_concentration(concentration),
        seed=seed,
        pairs=pairs,
        optional=[i.code for i in one.scored if i.optional],
        tree=tree,
        rule=one.level_rule(document) if document else DEFAULT_LEVELS,
        total=one.total_points if in_points else 1.0,
        digits=2 if in_points else 4,
    )
    near = min(3, len(normalised)) if top is None else top
    first, among = result.top(1), result.top(near)
    order = result.ranks.sort_values("published", kind="stable").index
    if as_json:

        def error(shares: object) -> object:
            return monte_carlo_error(shares, result.computed)

        readings = dict.fromkeys(result.levels.columns.get_level_values("reading"))
        return _print_json(
            {
                "framework": one.id,
                "table": table,
                "draws": result.draws,
                "computed": result.computed,
                "failed": result.failed.reset_index().to_dict("records"),
                "concentration": concentration if _number(result.concentration) is None else result.concentration,
                "seed": seed,
                "drawn": "by group" if by_group else "over all indicators",
                "points": _points_origin(one, points, points_of),
                "weights": weights.to_dict(),
                "mean_rank_shift": result.mean_rank_shift,
                "top": near,
                "units": [
                    {
                        "unit": unit,
                        "name": names[unit],
                        **{name: result.ranks[name][unit].item() for name in result.ranks},
                        "first": float(first[unit]),
                        "first_error": float(error(first[unit])),
                        "top": float(among[unit]),
                        "top_error": float(error(among[unit])),
                        "acceptability": result.acceptability.loc[unit].tolist(),
                        "acceptability_error": error(result.acceptability.loc[unit]).tolist(),
                        "levels": {r: result.levels[r].loc[unit].to_dict() for r in readings},
                        "levels_error": {r: error(result.levels[r].loc[unit]).to_dict() for r in readings},
                        "central_weights": result.central_weights.loc[unit].to_dict() if first[unit] else None,
                        "win": result.win.loc[unit].to_dict() if pairs else None,
                        "win_error": error(result.win.loc[unit]).to_dict() if pairs else None,
                    }
                    for unit in order
                ],
                "convergence": [
                    {"draws": step, **{name: _number(change) for name, change in row.items()}}
                    for step, row in result.convergence.to_dict("index").items()
                ],
            }
        )

    def percent(share: float) -> str:
        return f"{100 * share:.1f}"

    rows = []
    for unit in order:
        row = result.ranks.loc[unit]
        level = result.levels.loc[unit].groupby("reading", sort=False).idxmax().iloc[0]
        sure = result.levels.loc[unit, level]
        rows.append(
            [int(row.published), names[unit], int(row["median"]), f"{row.q05:.0f}-{row.q95:.0f}", f"{row['shift']:.2f}",
             percent(first[unit]), percent(among[unit]), f"{level[1]} ({percent(sure)} %)"]
        )  # fmt: skip
    _print_table(
        ["rank", "unit", "median", "5-95 %", "mean shift", "first %", f"top {near} %", "likeliest level"], rows
    )
    spread = f"concentration {concentration}, seed {seed}, drawn {'by group' if by_group else 'over all indicators'}"
    print(f"{one.id}; {table}; {result.computed} draws, {spread}; mean rank shift {result.mean_rank_shift:.2f}")
    if result.concentration != float("inf"):
        most = 100 * monte_carlo_error(0.5, result.computed)
        print(f"Error of a percentage, by chance of the draws: at most ± {most:.1f} points (95 %).")
    print(
        "rank: with the given weights; median, 5-95 %: of the draws; mean shift: places away from rank, on average; levels: "
        f"{'as ' + document + ' prints them' if document else 'at 60 % and 80 % of the maximum'}."
    )
    for scenario, row in result.failed.iterrows():
        print(f"{row.draws} draws of {scenario} could not be computed: {row.reason}")
    print(f"points: {_points_origin(one, points, points_of)}")


@app.command()
def stability(
    framework: FrameworkOption,
    file: FileArgument = None,
    units: Annotated[tuple[str, str] | None, typer.Option(help="Two units: what would change their order?")] = None,
    distance: Annotated[float, typer.Option(help="How far the weights may move, sum of absolute changes.")] = 0.1,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """What do other weights change for certain? Exact answers by linear programming, without draws.

    Moving 1 % of the weight from one indicator to another is a change of 0.02.
    """
    import unicodedata

    from dti_research.index.score import rank_min
    from dti_research.study import stability as exact

    one, table, normalised, weights, names = _given_table(file, framework, year, points, points_of)

    def records(frame: object) -> list[dict]:
        return [{key: _number(value) for key, value in row.items()} for row in frame.reset_index().to_dict("records")]

    if units:

        def plain(name: str) -> str:  # as one types who has no Vietnamese keyboard
            letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
            return "".join(c for c in letters if c.isalnum())

        codes = {plain(name): unit for unit, name in names.items()} | {plain(unit): unit for unit in names}
        pair = []
        for unit in units:
            found = codes.get(plain(unit)) or data.find_units([unit], one.unit_set).get(unit)
            if found not in names:
                find_name("unit", unit, names.values())
            pair.append(found)
        composite = (normalised @ weights).round(12)
        higher, lower = sorted(pair, key=lambda unit: -composite[unit])
        intervals = exact.weight_intervals(normalised, weights, exact.stays_above(higher, lower), distance=distance)
        changes = {norm: exact.smallest_change(normalised, weights, lower, higher, norm) for norm in exact.NORMS}
        reach = exact.pair_extremes(normalised, weights, distance)
        rank = rank_min(normalised @ weights)
        certain = bool(reach.loc[lower, higher] <= exact.TIE)
        if as_json:
            return _print_json(
                {
                    "framework": one.id,
                    "table": table,
                    "higher": higher,
                    "lower": lower,
                    "ranks": [int(rank[higher]), int(rank[lower])],
                    "difference": float(composite[higher] - composite[lower]),
                    "points": _points_origin(one, points, points_of),
                    "weights": weights.to_dict(),
                    "distance": distance,
                    "certain_within_distance": certain,
                    "smallest_change": {
                        norm: {
                            "distance": _number(change.distance),
                            "weights": None if change.weights is None else change.weights.to_dict(),
                        }
                        for norm, change in changes.items()
                    },
                    "intervals": records(intervals),
                }
            )
        print(
            f"{names[higher]} (rank {rank[higher]}) is {composite[higher] - composite[lower]:.4f} above {names[lower]} "
            f"(rank {rank[lower]})"
        )
        for norm, change in changes.items():
            if change.weights is None:
                print(f"No weights bring {names[lower]} above {names[higher]}: it is higher on no indicator.")
                break
            print(f"Smallest change of weights that makes them level, {exact.NORMS[norm]}: {change.distance:.4f}")
        says = "certain" if certain else "not certain"
        print(f"Within a distance of {distance:g} (sum of absolute changes) their order is {says}.")
        table_rows = intervals[["weight", "low", "high"]].assign(
            **{f"level at ({norm})": c.weights for norm, c in changes.items() if c.weights is not None}
        )
        _print_table(
            ["indicator", *table_rows.columns],
            [
                [code, *(f"{value:.4f}" for value in row)]
                for code, row in zip(table_rows.index, table_rows.to_numpy(), strict=True)
            ],
        )
        print("low to high: this weight moves, the others in proportion, and the order holds.")
    else:
        ranks = exact.attainable_ranks(normalised, weights, distance)
        changes = exact.neighbour_changes(normalised, weights)
        # Of several that share the first place, the one that stands first in the table.
        leader = ranks.published.idxmin()
        first = exact.weight_intervals(normalised, weights, exact.stays_first(leader), distance=distance)
        dominated = exact.dominated_pairs(normalised, weights)
        if as_json:
            return _print_json(
                {
                    "framework": one.id,
                    "table": table,
                    "points": _points_origin(one, points, points_of),
                    "weights": weights.to_dict(),
                    "distance": distance,
                    "ranks": records(ranks.rename_axis("unit")),
                    "neighbours": records(changes),
                    "first": leader,
                    "first_place": records(first),
                    "dominated": [[a, b] for a in dominated.index for b in dominated.columns if dominated.loc[a, b]],
                }
            )
        order = ranks.sort_values("published", kind="stable")
        _print_table(
            ["rank", "unit", "best", "worst", "gap"],
            [
                [row.published, names[row.Index], row.best, row.worst, max(row.best_gap, row.worst_gap)]
                for row in order.itertuples()
            ],
            title=f"Ranks within a distance of {distance:g} of the weights (sum of absolute changes); gap 0: proven",
        )
        _print_table(
            ["lower", "catches up with", "smallest change", "gains most", "loses most"],
            [
                [names[row.lower], names[row.higher],
                 "never" if math.isinf(row.distance) else f"{row.distance:.4f}",
                 *(one if isinstance(one, str) else "" for one in (row.gains_most, row.loses_most))]
                for row in changes.itertuples()
            ],
            title="Neighbours",
        )  # fmt: skip
        _print_table(
            ["indicator", "weight", "low", "high"],
            [[row.Index, *(f"{value:.4f}" for value in (row.weight, row.low, row.high))] for row in first.itertuples()],
            title=f"Weights with which {names[leader]} stays first",
        )
        pairs_ = len(normalised) * (len(normalised) - 1) // 2
        print(f"{int(dominated.to_numpy().sum())} of {pairs_} pairs are dominated: no weights reverse them")
        print("low to high: one weight moves, the others in proportion.")
        print(f"A distance of {distance:g} is {50 * distance:g} % of the weight moved from some indicators to others.")
        print("In a worst rank, leads below a millionth of the largest difference do not count.")
    print(f"{one.id}; {table}")
    print(f"points: {_points_origin(one, points, points_of)}")


@app.command()
def correlate(
    framework: FrameworkOption,
    file: FileArgument = None,
    method: Annotated[str, typer.Option(help="pearson, spearman or kendall.")] = "pearson",
    interval: Annotated[str, typer.Option(help="bca (bootstrap) or fisher-z.")] = "bca",
    adjustment: Annotated[
        str, typer.Option(help="Correction over a family of tests: holm, benjamini-hochberg or none.")
    ] = "holm",
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples, and permutations behind each p.")] = 9999,
    seed: Annotated[int, typer.Option(help="Seed of both: the same seed gives the same answer.")] = 2024,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which pillars and indicators say the same thing, and does each indicator count for what it weighs?

    Every coefficient with its 95 % interval; pillars that share indicators beside what they share.
    """
    import pandas as pd

    from dti_research.study import coherence, correlation
    from dti_research.study.importance import importance, nominal_target, weights_for

    one, table, normalised, weights, _ = _given_table(file, framework, year, points, points_of)
    options = {
        "method": method,
        "interval": interval,
        "adjustment": adjustment,
        "resamples": resamples,
        "permutations": resamples,
        "seed": seed,
    }
    between = correlation.correlate(normalised, **options)
    wholes = correlation.wholes_of(one, weights)
    own = correlation.part_whole(normalised, wholes, **options)
    pillars = correlation.correlate_wholes(normalised, correlation.wholes_of(one, weights, single=True), **options)
    checks = coherence.indicator_checks(normalised)
    ranked = int(data.load_tables().ranked.get(table, "") or 0) if file is None else 0
    cut, selected, by_cut = ranked > len(normalised), None, None
    if cut:
        kept = data.load_ranks(table)[normalised.index]
        selected = correlation.after_selection(normalised, wholes, kept, ranked, method=method, seed=seed)
        by_cut = coherence.consistency_after_selection(normalised, wholes, kept, ranked, seed=seed)
    flags = coherence.find_flags(checks, between, own, pillars, cut=cut)
    groups = coherence.consistencies(normalised, wholes)
    whole = coherence.consistency(normalised)
    parts = coherence.components(normalised, seed=seed)
    counts = importance(normalised, weights, seed=seed)
    intended = weights_for(normalised, nominal_target(normalised, weights))
    families = {"indicators": between, "rest": own, "pillars": pillars}

    def records(frame: object) -> list[dict]:
        return [{key: _number(value) for key, value in row.items()} for row in frame.to_dict("records")]

    if as_json:
        return _print_json(
            {
                "framework": one.id,
                "table": table,
                "n": between.n,
                "ranked": ranked or None,
                "cut": cut,
                "units": list(normalised.index),
                "method": method,
                "interval": interval,
                "confidence": between.confidence,
                "adjustment": adjustment,
                "resamples": resamples,
                "seed": seed,
                "points": _points_origin(one, points, points_of),
                "weights": weights.to_dict(),
                "wholes": {name: column.to_dict() for name, column in wholes.items()},
                **{
                    name: {
                        "family": answer.family,
                        "tests": answer.tests,
                        "least_p": _number(answer.least_p),
                        **(
                            {}
                            if name == "pillars"  # its test is not against 0
                            else {
                                "power": correlation.POWER,
                                "detectable": answer.detectable,
                                "detectable_first": answer.detectable_first,
                            }
                        ),
                        "pairs": records(answer.pairs),
                    }
                    for name, answer in families.items()
                },
                "selection": None if selected is None else records(selected),
                "consistency_after_selection": None if by_cut is None else by_cut.to_dict("index"),
                "consistency": {
                    name: {
                        key: _number(getattr(group, key))
                        for key in ("items", "alpha", "low", "high", "standardised", "omega", "note")
                    }
                    | {"without": records(group.without.reset_index())}
                    for name, group in groups.items()
                },
                "components": {
                    "variances": records(parts.variances.reset_index()),
                    "loadings": records(parts.loadings.rename(columns=str).reset_index()),
                    "kmo": _number(parts.kmo),
                    "adequacy": {code: _number(value) for code, value in parts.adequacy.items()},
                },
                "checks": records(checks.reset_index()),
                "importance": records(counts.reset_index()),
                "intended": {
                    "weights": intended.weights.to_dict(),
                    "linear_share": intended.linear_share.to_dict(),
                    "target": intended.target.to_dict(),
                    "largest_gap": intended.largest_gap,
                    "possible": intended.possible,
                    "residual": intended.residual,
                    "unique": intended.unique,
                    "signed": None if intended.signed is None else intended.signed.to_dict(),
                },
                "flags": records(flags),
            }
        )

    def number(value: float) -> str:
        return "" if math.isnan(value) else f"{value:.2f}"

    def p(value: float) -> str:
        return "" if math.isnan(value) else f"{value:.4f}"

    def show(answer: object, title: str, a: str, b: str, columns: dict[str, str]) -> None:
        noted = bool(answer.pairs.note.any())
        rows = [
            [row["a"], row["b"], *(number(row[name]) for name in columns), p(row["p"]), p(row["p_adjusted"])]
            + [row["note"]] * noted
            for row in answer.pairs.to_dict("records")
        ]
        _print_table([a, b, *columns.values(), "p", "adjusted"] + ["note"] * noted, rows, title=title)

    ends = {"low": "low", "high": "high"}
    show(
        between,
        f"Pairs of indicators ({method}, n = {between.n})",
        "indicator",
        "indicator",
        {"coefficient": "coefficient"} | ends,
    )
    show(
        own,
        "Indicators and the wholes that they count in",
        "indicator",
        "whole",
        {"with_part": "with itself", "forced": "forced", "coefficient": "with the rest"} | ends,
    )
    show(
        pillars,
        "Pillars, beside what they share",
        "pillar",
        "pillar",
        {"coefficient": "coefficient"}
        | ends
        | {"shared": "shared", "shared_low": "5 %", "shared_high": "95 %", "forced": "forced"},
    )
    _print_table(
        ["indicator", "weight %", "importance %", "low", "high", "contribution %", "weight needed %"],
        [
            [
                code,
                *(
                    f"{100 * x:.1f}"
                    for x in (row.weight, row.linear_share, row.low, row.high, row.contribution, intended.weights[code])
                ),
            ]
            for code, row in counts.iterrows()
        ],
        title="Weight is not importance",
    )
    _print_table(
        ["flag", "of", "and", "value", "low", "high", "threshold", "settled"],
        [
            [f.flag, f.a, f.b, *map(number, (f.value, f.low, f.high, f.threshold))]
            + ["" if f.settled is pd.NA else "yes" if f.settled else "no"]
            for f in flags.itertuples()
        ],
        title="Flags",
    )
    print(
        f"Cronbach's alpha {whole.alpha:.2f} ({whole.low:.2f} to {whole.high:.2f}) of the sum without weights; components above "
        f"chance: {parts.kept}, the first holds {100 * parts.variances.share.iloc[0]:.1f} % of the variance"
    )
    print(
        f"low to high: 95 % interval ({interval}); p: by permutation; adjusted: {adjustment}, over each table by "
        "itself; forced: if "
        "all indicators were independent; shared: if only those that two pillars share went together, with 5 % and 95 % of the "
        "shuffles, and p against that"
    )
    print(
        "importance: squared correlation with the composite, of the sum of these; contribution: weight times covariance with the "
        "composite, of its variance; weight needed: for importance to equal weight"
    )
    print(
        f"With {between.n} units a true coefficient below {between.detectable:.2f} is missed more often than "
        f"{10 - round(10 * correlation.POWER)} times in 10; as the first of {between.tests}, below {between.detectable_first:.2f}."
    )
    if between.least_p >= 1 - between.confidence:
        print(
            f"No adjusted p can fall below {between.least_p:.3f} here, whatever the coefficients: raise --resamples, or choose "
            "another --adjustment; with very few units nothing helps."
        )
    says = "reach" if intended.possible else f"do not reach, by up to {100 * intended.largest_gap:.1f} points,"
    print(f"The weights needed {says} what was intended: that each indicator's importance is its weight.")
    if cut:
        middle, low, high = by_cut.loc["alpha"]
        print(
            f"Values of {between.n} of {ranked} ranked units are printed, and a list cut by rank makes coefficients of its own: "
            f"independent indicators cut like this have correlations of {selected['mean'].iloc[: between.tests].min():.2f} to "
            f"{selected['mean'].iloc[: between.tests].max():.2f} on average, and alpha {middle:.2f} ({low:.2f} to {high:.2f}); "
            "simulated."
        )
    print(f"{one.id}; {table}; seed {seed}")
    print(f"points: {_points_origin(one, points, points_of)}")


@app.command()
def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="Reports of reports/runs.yml; all of them without a name.")
    ] = None,
    assign: Annotated[list[str] | None, typer.Option("--set", help="parameter=value, for every report built.")] = None,
    output: Annotated[Path | None, typer.Option(help="Folder to build into (reports/ without it).")] = None,
    language: Annotated[list[str] | None, typer.Option(help="vi or en; both without it.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Build reports: a page, its notebook, tables and figures each.

    With --set they go to my-reports/ unless --output names a folder.
    """
    from dti_research.report.build import build_reports

    if assign and output is None:  # a report with other parameters must not stand under the name of the standard one
        output = Path("my-reports")

    overrides = {}
    for pair in assign or []:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UnknownName(f"--set {pair!r}; expected parameter=value, such as --set year=2022")
        overrides[name] = value
    index = build_reports(
        data.ROOT,
        data.ROOT / "reports" / "runs.yml",
        names=names or None,
        overrides=overrides,
        output=output,
        languages=language or None,
        progress=not quiet,
    )
    print(index)


def main() -> None:
    """Run the command line; a message instead of a traceback for anything that the user can mend."""
    try:
        app(standalone_mode=True)
    except UnknownName as error:
        _note(f"dti: {error}")
        sys.exit(2)
    except InputError as error:
        _note(f"dti: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
