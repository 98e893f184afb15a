"""Commands on rankings: a composite, rank and level for each unit, and how far other weights would move them."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.given import (
    FileArgument,
    FrameworkOption,
    PointsOfOption,
    PointsOption,
    YearOption,
    given_table,
    points_origin,
)
from dti_research.cli.terminal import JsonOption, json_number, print_json, print_table
from dti_research.errors import UnknownName, find_name


def _concentration(text: str) -> float | str:
    if text == "uniform":
        return text
    try:
        return float(text)
    except ValueError:
        raise UnknownName(f"--concentration {text!r}; expected a number above 0, inf or uniform") from None


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

    one, table, normalised, weights, names = given_table(file, framework, year, points, points_of)
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
        return print_json(
            {
                "framework": one.id,
                "table": table,
                "draws": result.draws,
                "computed": result.computed,
                "failed": result.failed.reset_index().to_dict("records"),
                "concentration": concentration if json_number(result.concentration) is None else result.concentration,
                "seed": seed,
                "drawn": "by group" if by_group else "over all indicators",
                "points": points_origin(one, points, points_of),
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
                    {"draws": step, **{name: json_number(change) for name, change in row.items()}}
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
    print_table(["rank", "unit", "median", "5-95 %", "mean shift", "first %", f"top {near} %", "likeliest level"], rows)
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
    print(f"points: {points_origin(one, points, points_of)}")


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

    one, table, normalised, weights, names = given_table(file, framework, year, points, points_of)

    def records(frame: object) -> list[dict]:
        return [
            {key: json_number(value) for key, value in row.items()} for row in frame.reset_index().to_dict("records")
        ]

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
            return print_json(
                {
                    "framework": one.id,
                    "table": table,
                    "higher": higher,
                    "lower": lower,
                    "ranks": [int(rank[higher]), int(rank[lower])],
                    "difference": float(composite[higher] - composite[lower]),
                    "points": points_origin(one, points, points_of),
                    "weights": weights.to_dict(),
                    "distance": distance,
                    "certain_within_distance": certain,
                    "smallest_change": {
                        norm: {
                            "distance": json_number(change.distance),
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
        print_table(
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
            return print_json(
                {
                    "framework": one.id,
                    "table": table,
                    "points": points_origin(one, points, points_of),
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
        print_table(
            ["rank", "unit", "best", "worst", "gap"],
            [
                [row.published, names[row.Index], row.best, row.worst, max(row.best_gap, row.worst_gap)]
                for row in order.itertuples()
            ],
            title=f"Ranks within a distance of {distance:g} of the weights (sum of absolute changes); gap 0: proven",
        )
        print_table(
            ["lower", "catches up with", "smallest change", "gains most", "loses most"],
            [
                [names[row.lower], names[row.higher],
                 "never" if math.isinf(row.distance) else f"{row.distance:.4f}",
                 *(one if isinstance(one, str) else "" for one in (row.gains_most, row.loses_most))]
                for row in changes.itertuples()
            ],
            title="Neighbours",
        )  # fmt: skip
        print_table(
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
    print(f"points: {points_origin(one, points, points_of)}")
