"""The command that asks a printed table which weights are behind it, and a printed row which points."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import JsonOption, json_number, print_json, print_table
from dti_research.errors import InputError, UnknownName, check_share, check_whole, find_name, nearest

MOST_SHOWN = 3
"""So many proposals of points stand in the table; --json has them all."""


def recover(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV with the columns unit, composite and one for each indicator, as printed."),
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="A published table instead of a file, such as province-2022.")
    ] = None,
    scale: Annotated[
        int | None, typer.Option(help="What the points add to; the smallest that works without it.")
    ] = None,
    multiple: Annotated[
        int | None, typer.Option(help="Points in multiples of it; without it 10, 5 and 1 are tried.")
    ] = None,
    digits: Annotated[
        int | None, typer.Option(help="Decimals of all printed numbers; as many as a column shows without it.")
    ] = None,
    composite_digits: Annotated[int | None, typer.Option(help="Decimals of the composite, if others.")] = None,
    rounding: Annotated[
        str, typer.Option(help="How it was printed: nearest, down (cut off), either, or twice (rounded means).")
    ] = "nearest",
    total: Annotated[
        str | None, typer.Option(help="What the weights add to: a number, or free (unknown).", show_default="1")
    ] = None,
    step: Annotated[
        float | None,
        typer.Option(help="Weights within less than this share of the total count as known.", show_default="0.01"),
    ] = None,
    largest: Annotated[
        int | None, typer.Option(help="Without --scale: the largest scale that is tried.", show_default="1000")
    ] = None,
    earned_in: Annotated[
        str | None,
        typer.Option(
            metavar="FRAMEWORK",
            help="The other way round: weights are those of this framework, FILE has composite and pillars; which points?",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Which weights are behind a printed table? All that it allows, with proof; or the misprint that it must hold.

    Weights are taken as at least 0, and the composite as the weighted arithmetic mean.
    """
    from dti_research.study.recovery import LARGEST_SCALE, ROUNDING, STEP

    find_name("rounding", rounding, ROUNDING)
    for name, number, least in (
        ("scale", scale, 1),
        ("multiple", multiple, 1),
        ("largest", largest, 1),
        ("digits", digits, 0),
        ("composite-digits", composite_digits, 0),
    ):
        if number is not None:
            check_whole(f"--{name}", number, least)
    if earned_in is not None:
        others = {
            "table": table,
            "scale": scale,
            "multiple": multiple,
            "total": total,
            "step": step,
            "largest": largest,
        }
        for name, given in others.items():
            if given is not None:
                raise UnknownName(
                    f"--{name} {given} asks for weights, and --earned-in {earned_in} has them; leave one of them out"
                )
        if file is None:
            raise UnknownName("--earned-in needs FILE with the columns unit, composite and pillars; give its path")
        return _earned(file, earned_in, digits, composite_digits, rounding, as_json)

    if (file is None) == (table is None):
        both = "both say" if file else "are missing, and one of them says"
        raise UnknownName(f"FILE and --table {both} which table is meant; give one of them")
    if scale is not None and largest is not None:
        raise UnknownName(f"--largest {largest} bounds the search for a scale, and --scale {scale} gives it; give one")
    weights_add_to = _total("1" if total is None else total)
    width = STEP if step is None else check_share("--step", step)
    most = LARGEST_SCALE if largest is None else largest
    _weights(file, table, scale, multiple, digits, composite_digits, rounding, weights_add_to, width, most, as_json)


def _total(text: str) -> float | None:
    """What the weights add to, from the words of the option; None: free."""
    if text == "free":
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise UnknownName(f"--total {text!r}: expected a number above 0 with a decimal point, or free; correct it")
    return number


def _known_digits(shown, digits: int | None, composite_digits: int | None):
    """Decimals of each column: as the options say, else as the text shows."""
    known = shown if digits is None else shown * 0 + digits
    if composite_digits is not None and "composite" in known:
        known = known.where(known.index != "composite", composite_digits)
    return known


# ------------------------------------------------------------------------------------------------- weights behind a table


def _weights(
    file: Path | None,
    table: str | None,
    scale: int | None,
    multiple: int | None,
    digits: int | None,
    composite_digits: int | None,
    rounding: str,
    total: float | None,
    step: float,
    largest: int,
    as_json: bool,
) -> None:
    from dti_research.study import misprint, recovery

    if file is None:
        values, composites, shown = data.load_printed(table)
        official = data.unit_names()
        names = {unit: official[unit] for unit in values.index}
    else:
        printed, shown = data.read_printed(file)
        values, composites = printed.drop(columns="composite"), printed["composite"]
        names = {unit: unit for unit in values.index}
        if values.columns.empty:
            raise InputError(f"{file} row 1: no indicators; expected a column for each besides unit and composite")
    place = table or str(file)
    known = _known_digits(shown, digits, composite_digits).to_dict()
    try:
        found = recovery.recover(values, composites, digits=known, rounding=rounding, total=total, step=step)
    except InputError as error:
        raise InputError(f"{place}: {error}") from None

    def propose(one: recovery.Recovery) -> recovery.Proposals:
        multiples = None if multiple is None else (multiple,)
        return recovery.propose_points(one, scale=scale, multiples=multiples, largest=largest)

    points = propose(found)
    conflict = repair = rest = rest_points = None
    if found.verdict == "impossible":
        diagnosis = misprint.diagnose(found)
        conflict, repair = diagnosis.contradiction, diagnosis.repair
        rest = diagnosis.rest if repair.alternatives else None
        rest_points = None if rest is None else propose(rest)

    if as_json:
        return print_json(
            {
                "table": place,
                "units": list(found.units),
                "names": names,
                **_document(found, points, scale),
                "total": {end: json_number(x) for end, x in zip(("low", "high"), found.total, strict=True)},
                "step": found.step,
                "digits": {column: int(count) for column, count in found.digits.items()},
                "rounding": found.rounding,
                "contradiction": [] if conflict is None else list(conflict.units),
                "contradiction_smallest": None if conflict is None else conflict.smallest,
                "repair": {} if repair is None else _repair_document(repair, rest, rest_points, scale),
            }
        )

    if found.verdict == "impossible":
        print("impossible: no weights give every printed composite.")
        _print_contradiction(conflict, names)
        _print_repair(repair, names, values)
        if rest is not None:
            left_out = _listed(names[unit] for unit in repair.alternatives[0])
            _print_weights(rest, rest_points, scale, multiple, f"Without {left_out}")
    else:
        _print_weights(found, points, scale, multiple, f"{len(found.units)} units")
    widest = int(found.digits.drop("composite").max())
    _print_digits(found.digits, widest, rounding, digits, composite_digits)
    adds_to = "their total unknown" if total is None else f"adding to {total:g}"
    print(f"{place}; weights taken as at least 0, {adds_to}; composite as the weighted arithmetic mean")


def _document(one, points, scale: int | None) -> dict[str, object]:
    """Verdict, weights and points as JSON has them."""
    return {
        "verdict": one.verdict,
        "weights": {
            code: {"low": json_number(row.low), "high": json_number(row.high)} for code, row in one.weights.iterrows()
        },
        "points": [
            {"scale": found.scale, "multiple": found.multiple, "points": {c: int(n) for c, n in found.points.items()}}
            for found in points.found
        ],
        "points_searched": points.searched,
        "points_more": points.more,
        "points_blocked": {
            code: dict(zip(("low", "high"), _in_points(one, code, scale), strict=True)) for code in points.blocked
        },
    }


def _repair_document(repair, rest, rest_points, scale: int | None) -> dict[str, object]:
    document = {
        "units": list(repair.alternatives[0]) if repair.alternatives else [],
        "alternatives": [list(units) for units in repair.alternatives],
        "more": repair.more,
        "misprints": [{k: json_number(v) for k, v in row.items()} for row in repair.misprints.to_dict("records")],
    }
    if rest is None:
        return document | {"note": _no_repair(repair)}
    return document | _document(rest, rest_points, scale)


def _no_repair(repair) -> str:
    from dti_research.study.misprint import MOST_MISPRINTS

    if repair.more:
        return f"no {MOST_MISPRINTS} units or fewer were found whose misprints would explain it; the search was cut"
    return f"more than {MOST_MISPRINTS} units would have to be misprinted"


def _in_points(one, code: str, scale: int) -> tuple[float, float]:
    """Between how many points of the scale a weight lies."""
    row, (low, high) = one.weights.loc[code], one.total
    most = row.high / low if low > 0 and math.isfinite(row.high) else 1.0
    return scale * row.low / high, scale * min(1.0, most)


# ------------------------------------------------------------------------------------------------------------- for people


def _listed(names) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _ends(low: float, high: float, decimals: int) -> list[str]:
    """Proven bounds, cut outwards so that they stay true, and the distance of what is shown."""
    factor = 10**decimals
    ends = [f(x * factor) / factor if math.isfinite(x) else x for f, x in ((math.floor, low), (math.ceil, high))]
    shown = [*ends, ends[1] - ends[0]]
    return [f"{x:.{decimals}f}" if math.isfinite(x) else "no bound" for x in shown]


def _print_weights(one, points, scale: int | None, multiple: int | None, title: str) -> None:
    """The weights and points of a table without contradiction, and in one sentence how well they are known."""
    low, high = one.total
    known_total = low == high
    columns = ["low %", "high %", "width %"] if known_total else ["low", "high", "width"]
    factor, decimals = (100 / low, 3) if known_total else (1, 5)
    in_points = [f"{name}, of {scale}" for name in ("low", "high", "width")] if scale else []
    shown = points.found[:MOST_SHOWN]
    rows = [
        [
            code,
            *_ends(factor * row.low, factor * row.high, decimals),
            *(_ends(*_in_points(one, code, scale), 2) if scale else []),
            *(found.points[code] for found in shown),
        ]
        for code, row in one.weights.iterrows()
    ]
    heads = [f"points of {found.scale}" for found in shown]
    what = "weights in percent of their total" if known_total else "weights, by which each value is multiplied"
    print_table(["indicator", *columns, *in_points, *heads], rows, title=f"{title}: {what}")
    wide = [code for code, row in one.weights.iterrows() if not row.width < one.step * low]
    step = f"{100 * one.step:g} % of the total"
    if one.verdict == "unique":
        print(f"unique: every weight is known to within less than {step}.")
    else:
        print(f"range: the table leaves {len(wide)} of {len(rows)} weights open by {step} or more: {_listed(wide)}.")
    print("low to high: no weight outside gives every row as printed; proven.")
    if not known_total:
        print(f"The weights add to {' to '.join(_ends(low, high, 5)[:2])}.")
    print(_points_found(one, points, scale, multiple))


def _points_found(one, points, scale: int | None, multiple: int | None) -> str:
    """In one sentence, which points in whole numbers fit."""
    steps = f" in multiples of {multiple}" if multiple else " in whole numbers"
    if points.found:
        first = points.found[0]
        same = sum((found.scale, found.multiple) == (first.scale, first.multiple) for found in points.found)
        sets = f"{'at least ' if points.more else ''}{same} sets give" if same > 1 or points.more else "one set gives"
        also = "" if same <= MOST_SHOWN else "; --json lists more than the table here"
        if scale is not None:
            return f"Points of {scale} in multiples of {first.multiple}: {sets} every printed composite{also}."
        return f"Points{steps}: the smallest scale is {first.scale}, where {sets} every printed composite{also}."
    if scale is None:
        cut = "; the search was cut there, as too many had to be tried" if points.more else ""
        reached = points.searched * (multiple or 1)
        return f"No points{steps} on a scale of up to {reached} give every printed composite{cut}."
    if points.more:
        return f"No points of {scale}{steps} were found; the search was cut, as too many had to be tried."
    if points.blocked:
        between = _listed(
            f"{code} between {' and '.join(_ends(*_in_points(one, code, scale), 4)[:2])}" for code in points.blocked
        )
        return f"No points of {scale}{steps} give every printed composite: there would have to be {between}."
    return (
        f"No points of {scale}{steps} give every printed composite: each interval holds some, but no choice of them adds to "
        f"{scale} and gives every row."
    )


def _print_contradiction(conflict, names: dict[str, str]) -> None:
    units = _listed(names[unit] for unit in conflict.units)
    if len(conflict.units) == 1:
        print(f"{units} contradicts itself: no weighted mean of its values is its composite.")
        return
    says = "no smaller set does" if conflict.smallest else "none of them can be spared for that"
    print(f"These {len(conflict.units)} units contradict each other, as no weights fit all of them ({says}): {units}.")


def _print_repair(repair, names: dict[str, str], values) -> None:
    """The fewest misprints that explain a table which no weights give, the first alternative number by number."""
    if not repair.alternatives:
        print(
            f"Misprints do not explain it: {_no_repair(repair)}. Perhaps the composite is no weighted arithmetic mean of these "
            "columns, or their digits or --total are others."
        )
        return
    first, *others = repair.alternatives
    print(
        f"At least {len(first)} of {len(values)} units must hold a misprint, if the composite is a weighted mean. First "
        f"explanation: {_listed(names[unit] for unit in first)}."
    )
    numbers = repair.misprints[(repair.misprints.alternative == 0) & repair.misprints.nearest.notna()]
    for row in numbers[numbers.column == "composite"].itertuples():
        alike = f"; differing in one digit or two swapped: {', '.join(row.one_digit)}" if row.one_digit else ""
        # One decimal more than printed: these are bounds before rounding.
        between = " to ".join(_ends(row.low, row.high, len(row.nearest.partition(".")[2]) + 1)[:2])
        print(
            f"{names[row.unit]}: the composite printed is {row.printed}; it would have to be {between}, before rounding; "
            f"nearest that fits {row.nearest}{alike}."
        )
    # A share of 7.42 would explain the row, too, and nobody would believe it: only what other cells of the table hold.
    least, most = min(0.0, values.min(axis=None)), values.max(axis=None)
    cells = [
        [names[row.unit], row.column, row.printed, row.nearest]
        + [", ".join(text for text in row.one_digit if least <= float(text) <= most)]
        for row in numbers[numbers.column != "composite"].itertuples()
        if least <= float(row.nearest) <= most
    ]
    if cells:
        print_table(
            ["unit", "indicator", "printed", "nearest that fits", "one digit or two swapped"],
            cells,
            title="Or one of these values instead, the composite as printed",
        )
        print(f"Only numbers from {least:g} to {most:g}, as the table has them; --json lists the others, too.")
    if others:
        more = "; and perhaps others" if repair.more else ""
        print(f"Other explanations: {'; '.join(_listed(names[u] for u in units) for units in others)}{more}.")
    print("The table alone cannot tell a misprint of a value from one of the composite: look at the print.")


def _margin(digits: int, rounding: str) -> str:
    """How far the number behind a printed one may be, in words."""
    half, whole = (f"{x * 10.0**-digits:.{digits + 1 if x < 1 else digits}f}" for x in (0.5, 1.0))
    return {"nearest": f"±{half}", "down": f"+{whole}", "either": f"-{half} to +{whole}", "twice": f"±{whole}"}[
        rounding
    ]


def _decimals(count: int) -> str:
    return "no decimals" if count == 0 else f"{count} decimal{'s' if count > 1 else ''}"


def _print_digits(known, widest: int, rounding: str, digits: int | None, composite_digits: int | None) -> None:
    """To how many decimals each column was taken as known, and what to say if zeros were dropped from one."""
    print("How the digits were read:")
    for count, columns in known.groupby(known, sort=False):
        who = "all columns" if len(columns) == len(known) else ", ".join(columns.index)
        print(f"- {who}: {_decimals(count)}, known to {_margin(count, rounding)}")
    own = known.get("composite", widest)
    for column, count in known.items():
        if count >= widest or (composite_digits if column == "composite" and digits is None else digits) is not None:
            continue
        # --digits is for the composite, too, unless it has its own.
        say = f"--digits {widest}" + (f" --composite-digits {own}" if own != widest else "")
        say = f"--composite-digits {widest}" if column == "composite" else say
        print(
            f"- {column} shows {_decimals(count)} and others up to {widest}: read as known to {_margin(count, rounding)}; if "
            f"zeros at the end were dropped (a spreadsheet drops them), say {say}"
        )


# ------------------------------------------------------------------------------------------------- points behind a row


def _earned(
    file: Path, framework: str, digits: int | None, composite_digits: int | None, rounding: str, as_json: bool
) -> None:
    from dti_research.study.earned import earned_points, pillars_of

    one = data.load_framework(framework)
    pillars = pillars_of(one)
    figures, shown = data.read_printed(file, needs=())
    for column in figures.columns:
        if column != "composite" and column not in pillars:
            raise InputError(
                f"{file} row 1: column {column!r}{nearest(column, ['composite', *pillars])}; expected composite or a pillar of "
                f"{one.id} ({', '.join(pillars)}); rename or remove it"
            )
    known = _known_digits(shown, digits, composite_digits)
    found = {}
    for unit, row in figures.iterrows():
        printed = row.dropna().to_dict()
        try:
            found[unit] = earned_points(
                one, printed.pop("composite", None), printed, digits=known.to_dict(), rounding=rounding
            )
        except InputError as error:
            raise InputError(f"{file}, {unit}: {error}") from None
    if as_json:
        return print_json(
            {
                "framework": one.id,
                "table": str(file),
                "points": one.weights,
                "digits": known.to_dict(),
                "rounding": rounding,
                "units": {
                    unit: {
                        "consistent": earned.consistent,
                        "excess": json_number(earned.excess),
                        "parts": {
                            part: {"indicators": row.indicators}
                            | {name: json_number(float(row[name])) for name in ("maximum", "low", "high")}
                            for part, row in earned.parts.iterrows()
                        },
                    }
                    for unit, earned in found.items()
                },
            }
        )
    rows = [
        [unit, part, *(_ends(row.low, row.high, 2) if earned.consistent else ["none"] * 3), f"{row.maximum:g}"]
        for unit, earned in found.items()
        for part, row in earned.parts.iterrows()
    ]
    print_table(["unit", "part", "low", "high", "width", "of"], rows, title=f"Points earned in {one.id}")
    for unit, earned in found.items():
        if not earned.consistent:
            print(
                f"{unit}: no points give all its figures; some would have to be wrong by {earned.excess:.1f} or more "
                "in the last digit."
            )
    print("low to high: no points outside give the printed figures. A part: indicators that count in the same pillars:")
    for part, row in next(iter(found.values())).parts.iterrows():
        print(f"- {part}: {', '.join(row.indicators)}")
    _print_digits(known, int(known.max()), rounding, digits, composite_digits)
    origin = "recovered from a printed table, not printed" if one.weights == "recovered" else one.weights
    print(f"{file}; points: {one.id}, {origin}")
