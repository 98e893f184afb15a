"""The command on what changed between two editions: load or read both, ask the studies, print."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import JsonOption, json_number, print_json, print_note, print_table
from dti_research.errors import InputError, UnknownName, check_whole, find_name, nearest


def editions(
    before: Annotated[
        str, typer.Argument(help="The earlier list: a published table, or a CSV with unit and composite.")
    ],
    after: Annotated[str, typer.Argument(help="The later one, for the same units or for those they were merged into.")],
    crosswalk: Annotated[
        Path | None, typer.Option(help="CSV with before and after: which unit became part of which.")
    ] = None,
    rule: Annotated[
        str, typer.Option(help="mean, weighted, namesake, highest or lowest: composites of merged units.")
    ] = "mean",
    points_before: Annotated[
        Path | None, typer.Option(help="CSV with indicator and points, if BEFORE has values.")
    ] = None,
    points_after: Annotated[
        Path | None, typer.Option(help="CSV with indicator and points, if AFTER has values.")
    ] = None,
    boundaries_before: Annotated[str, typer.Option(help="Where levels begin, lowest first: 0.6,0.8.")] = "",
    boundaries_after: Annotated[str, typer.Option(help="The same for the later list.")] = "",
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples behind the intervals.")] = 9999,
    seed: Annotated[int, typer.Option(help="Seed of them: the same seed gives the same answer.")] = 2024,
    as_json: JsonOption = False,
) -> None:
    """Why ranks moved between two editions, and how stable the order is.

    Each change is split among its causes, whatever order they are taken in (Shapley's rule). Two published lists: `dti editions
    province-2022 province-2024-34`. Two files of your own: the same units in both, or a crosswalk. Names of provinces may be
    written in any way that is in print (Hà Nội, TP. Hà Nội).
    """
    from dti_research.study import editions as study
    from dti_research.study.mobility import mobility
    from dti_research.study.pillars.pairs import FEWEST

    find_name("rule", rule, study.RULES)
    check_whole("resamples", resamples, 99)
    check_whole("seed", seed, 0)
    boundaries = [_boundaries(text) for text in (boundaries_before, boundaries_after)]
    _both_or_neither(
        {"--boundaries-before": boundaries[0], "--boundaries-after": boundaries[1]},
        "levels need boundaries in both lists, be they the same",
    )
    _both_or_neither(
        {"--points-before": points_before, "--points-after": points_after},
        "a change of composites is split only where both lists have values and points",
    )
    published = [name in data.load_tables().index for name in (before, after)]
    for name, known in zip((before, after), published, strict=True):
        if not known and not Path(name).exists():
            hint = nearest(name, data.complete_tables())
            raise UnknownName(
                f"{name}: no such file, and no published list of that name{hint}; give the path of a CSV file, or one of "
                f"{', '.join(data.complete_tables())}"
            )
    if all(published):
        for name, given in (
            ("--crosswalk", crosswalk),
            ("--points-before", points_before),
            ("--points-after", points_after),
        ):
            if given:
                raise UnknownName(f"{name} goes with files of your own; leave it out for published lists")
        if rule == "weighted":
            raise UnknownName(
                "--rule weighted: published lists come without weights of their parts; choose another rule"
            )
        pair = study.load_pair(before, after)
        first, second, walk, printed = pair.before, pair.after, pair.crosswalk, pair.printed
        bounds, split = study.bound_values(pair, rule), study.explain_values(pair)
        names = data.unit_names()
    elif any(published):
        one = before if published[0] else after
        raise UnknownName(
            f"{one} is a published list and the other is a file; expected two lists of one kind; write both as files"
        )
    else:
        first, names = _read_edition(before, points_before, "--points-before")
        second, _ = _read_edition(after, points_after, "--points-after")
        walk, printed = (None, None) if crosswalk is None else (_read_crosswalk(crosswalk), None)
        if walk is not None and not set(first.composites.index) <= set(second.composites.index):
            raise InputError(
                f"{after}: with a crosswalk it must still list the units of {before}, whose scores are merged by the rule; if it "
                f"lists only the new units, write {before} for the new units, too, and leave the crosswalk out"
            )
        bounds = split = None
    first, second = (
        study.Edition(one.composites, one.values, one.weights, edges)
        for one, edges in zip((first, second), boundaries, strict=True)
    )
    _check_scales({before: first, after: second})
    found = study.explain_change(first, second, crosswalk=walk, rule=rule, printed=printed)
    moved = (
        mobility(first.composites, second.composites, resamples=resamples, seed=seed)
        if len(first.composites) >= FEWEST
        else None
    )

    off = found.composite.remainder.abs()
    if first.values is not None and off.max() > 2 * 10.0**-first.digits:
        print_note(
            f"dti: values and points do not give the change of {int((off > 2 * 10.0**-first.digits).sum())} of "
            f"{len(off)} composites "
            f"(off by up to {off.max():.4g}): check the points; what is left stands under remainder"
        )

    def records(frame: object) -> list[dict]:
        return [{key: json_number(value) for key, value in row.items()} for row in frame.to_dict("records")]

    if as_json:
        return print_json(
            {
                "before": before,
                "after": after,
                "rule": rule if walk is not None else None,
                "causes": list(found.causes),
                **{
                    part: records(getattr(found, part).rename_axis("unit").reset_index())
                    for part in ("composite", "rank", "level")
                },
                "by_indicator": records(found.by_indicator if split is None else split.by_indicator),
                "values_and_weights": None if split is None else records(split.composite.reset_index()),
                "bounds": None if bounds is None else records(bounds.reset_index()),
                "mobility": None
                if moved is None
                else {
                    "groups": moved.groups,
                    "confidence": moved.confidence,
                    "resamples": resamples,
                    "seed": seed,
                    "summary": {
                        name: {key: json_number(x) for key, x in row.items()} for name, row in moved.summary.iterrows()
                    },
                    "moves": records(moved.moves.reset_index()),
                    "transitions": records(moved.transitions),
                },
            }
        )

    def show(frame: object, title: str, digits: int) -> None:
        whole = ("before", "after", "change")
        # What moved nobody here says nothing (a shorter list changes no composite); the best come first.
        frame = frame[[c for c in frame.columns if c in whole or (frame[c].abs() > 1e-9).any()]]
        print_table(
            ["unit", *frame.columns],
            [
                [
                    names.get(unit, unit),
                    *(f"{x:.{digits if digits == 4 else 0 if c in whole else 2}f}" for c, x in row.items()),
                ]
                for unit, row in frame.sort_values(["after", "before"], ascending=digits == 0, kind="stable").iterrows()
            ],
            title=title,
        )

    show(found.rank, "Ranks: before, after, and the places that each cause is worth (below 0: up)", 0)
    show(found.composite, "Composites, and the part of each cause", 4)
    if len(found.level):
        show(found.level, "Levels (0 is the lowest), and the part of each cause", 0)
    if split is not None:
        show(split.composite, "Values against weights, where values are printed both times", 4)
    if bounds is not None:
        print_table(
            ["unit", *bounds.columns],
            [[names.get(unit, unit), *(f"{x:.4f}" for x in row)] for unit, row in bounds.iterrows()],
            title="Bounds of what weights and values did, from the composites before alone",
        )
    print(
        "values, weights, indicators: inside the composite; composites: the three together; merged: taking on the composite of"
    )
    print(
        "the new unit; listed: one place for each new unit; boundaries: of levels. They add to change, less remainder."
    )
    if moved is None:
        print(
            f"How stable the order is was not computed: {len(first.composites)} units, and intervals need at least {FEWEST}."
        )
    else:
        print_table(
            ["", "value", "low", "high"],
            [[name, *(f"{x:.3f}" for x in row)] for name, row in moved.summary.iterrows()],
            title="How stable is the order? (Kendall's tau-b, mean places moved, share in the same fifth, mean change; 95 %)",
        )
    print(f"{before} to {after}" + ("" if walk is None else f"; composites of merged units: {rule}") + f"; seed {seed}")


def _both_or_neither(options: dict[str, object], why: str) -> None:
    """Two options that make sense together only."""
    missing = [name for name, given in options.items() if not given]
    if len(missing) == 1:
        other = next(name for name in options if name not in missing)
        raise UnknownName(f"{other} is given and {missing[0]} is not: {why}; give {missing[0]}, too, or leave both out")


def _check_scales(editions: dict[str, object]) -> None:
    """Shares beside points, or boundaries of another scale, would pass every other check and mean nothing."""
    sizes = {name: float(one.composites.abs().max()) for name, one in editions.items()}
    small, large = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
    if sizes[large] > 20 * sizes[small] > 0:
        raise InputError(
            f"{large}: composites up to {sizes[large]:g}, and in {small} up to {sizes[small]:g}; expected one scale; divide the "
            "larger ones by their maximum"
        )
    for name, one in editions.items():
        if one.boundaries and min(one.boundaries) > 20 * sizes[name] > 0:
            raise InputError(
                f"boundaries {', '.join(f'{edge:g}' for edge in one.boundaries)}: far above the composites of {name}, up to "
                f"{sizes[name]:g}; expected the same scale; write them as the composites are"
            )


def _boundaries(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise UnknownName(
            f"boundaries {text!r}: expected numbers with a decimal point, separated by commas: 0.6,0.8"
        ) from None


def _codes(names: Iterable[str], place: str, column: str = "unit") -> dict[str, str]:
    """Codes of the provinces among the names, so that one meets itself under another name; the others stay as they are."""
    try:
        return data.find_units(list(dict.fromkeys(names)), "province-63")
    except InputError as error:
        raise InputError(f"{place}: {str(error).replace('column unit', f'column {column}')}") from None


def _read_crosswalk(path: Path) -> object:
    """A user's crosswalk, with codes for the provinces in it. New units get those of old ones, so that the namesake is known."""
    walk = data.read_crosswalk(path)
    codes = _codes(walk["before"], str(path), "before")
    names = list(walk["after"].unique())
    try:
        later = data.find_units(names, "province-63")
    except InputError:
        # One new unit under two names is no mistake here: ask for one name after the other, which takes longer.
        later = {name: code for one in names for name, code in data.find_units([one], "province-63").items()}
    walk["before"] = [codes.get(name, name) for name in walk["before"]]
    walk["after"] = [later.get(name, name) for name in walk["after"]]
    return walk


def _read_edition(path: str, points: Path | None, option: str) -> tuple[object, dict[str, str]]:
    """A user's list: composites, or values and points, or both; and what each unit is called in it."""
    from dti_research.study.editions import Edition

    table = data.read_values(path)
    codes = _codes(table.index, path)
    names = {codes.get(name, name): name for name in table.index}
    table = table.rename(index=codes)
    values = table.drop(columns="composite", errors="ignore")
    if points is None:
        if "composite" not in table.columns:
            raise InputError(f"{path}: no column composite; expected one, or indicators with {option}; add either")
        return Edition(table["composite"]), names
    if values.empty:
        raise InputError(f"{path}: {option} is given and there are no columns of indicators; add them, or leave it out")
    weights = data.read_numbers(points, "points")
    weights = weights / weights.sum()
    unknown = sorted(set(values.columns) ^ set(weights.index))
    if unknown:
        raise InputError(
            f"{path}: {unknown[0]!r} stands in the table or in {points}, not in both; expected the same indicators"
        )
    composites = (
        table["composite"] if "composite" in table.columns else (values[weights.index] @ weights).rename("composite")
    )
    return Edition(composites, values, weights), names
