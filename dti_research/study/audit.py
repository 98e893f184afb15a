"""Where does the print disagree with itself? Findings from the structure of a framework, and from the claims about it.

A finding is a contradiction of the publisher, never a slip of ours. Gaps, overlaps and off-scale boundaries come from the level
bands (`index.levels.find_findings`), most others from a claim whose check failed (`study.published`); here are the rest, and all
together. Handbook step 10 (back to the data).
"""

from __future__ import annotations

from collections.abc import Iterable

from dti_research.errors import find_name
from dti_research.index.framework import Finding, Framework, LevelBand
from dti_research.study.published import EPSILON, Print, composites_under, load_print, reproduce, show_number


def find_boundary_disagreements(framework: Framework) -> list[Finding]:
    """Boundaries that two documents print differently for one level, and levels that only one of them prints."""
    found = []

    def disagree(where: str, printed: str, expected: str, theirs: LevelBand) -> None:
        kind = "sources-disagree"
        found.append(Finding(framework.id, kind, where, printed, expected, theirs.source, theirs.locator))

    first, *others = framework.level_rules or (None,)
    for other in others:
        mine = {band.name_vi: band for band in first.bands}
        theirs = {band.name_vi: band for band in other.bands}
        for name in [*mine, *(name for name in theirs if name not in mine)]:
            if name not in mine or name not in theirs:
                where = other.document if name not in theirs else first.document
                disagree(f"{where}: level {name}", "no such level", "one", (mine | theirs)[name])
                continue
            for edge in ("lower", "upper"):
                a, b = getattr(mine[name], edge), getattr(theirs[name], edge)
                if a != b:
                    shown = "none" if a is None else show_number(a)
                    disagree(
                        f"{other.document}: level {name}, {edge} boundary",
                        "none" if b is None else show_number(b),
                        f"{shown} ({mine[name].source}, {mine[name].locator})",
                        theirs[name],
                    )
    return found


def find_unscored(framework: Framework) -> list[Finding]:
    """Main indicators that are counted among the main indicators and carry no points."""
    listed = [i for i in framework.indicators if not i.optional]
    return [
        Finding(
            framework=framework.id,
            kind="unscored-indicator",
            where=indicator.code,
            printed=f"{len(listed)} main indicators",
            expected=f"{len(framework.scored)} carry points; {indicator.name_en} carries none",
            source=indicator.source,
            locator=indicator.locator,
        )
        for indicator in listed
        if indicator.points == 0
    ]


def find_percentages(print_: Print, framework: str) -> list[Finding]:
    """Printed percentages of a whole that do not add to 100; rounding may be all there is to it, and is then said."""
    found = []
    for table in print_.tables.index[print_.tables.framework == framework]:
        for source in dict.fromkeys(c.source for c in print_.find(table=table, check="percentage")):
            shares = print_.find(table=table, check="percentage", source=source)
            total = sum(c.number for c in shares)
            if abs(total - 100) <= EPSILON:
                continue
            allowed = sum(c.half_digit for c in shares)
            rounding = "; the rounding of each explains it" if abs(total - 100) <= allowed else ""
            found.append(
                Finding(
                    framework=framework,
                    kind="percentages-do-not-add",
                    where=table,
                    printed=" + ".join(c.printed for c in shares) + f" = {total:g} %",
                    expected=f"100 %{rounding}",
                    source=source,
                    locator=shares[0].locator,
                )
            )
    return found


def find_points_findings(framework: Framework, print_: Print) -> list[Finding]:
    """A table whose points were printed nowhere: do the points of an earlier edition explain it?"""
    if framework.weights != "recovered":
        return []
    codes = set(framework.points.index)
    earlier = [
        f
        for f in print_.frameworks.values()
        if f.weights == "printed"
        and f.points is not None
        and codes == set(f.points.index)
        and f.years < framework.years
    ]
    found = []
    for table in print_.tables.index[print_.tables.framework == framework.id]:
        if table not in print_.values or not earlier:
            continue
        rows = composites_under(table, earlier[-1].id, print_)
        if rows.reproduced.all():
            continue
        found.append(
            Finding(
                framework=framework.id,
                kind="points-do-not-explain",
                where=table,
                printed=f"{len(rows)} composites",
                expected=(
                    f"points of Decision {earlier[-1].decision}: {int(rows.reproduced.sum())} of {len(rows)} within rounding, "
                    f"largest miss {rows.difference.abs().max():.4f}"
                ),
                source=print_.tables.loc[table, "source"],
                locator=print_.tables.loc[table, "locator"],
            )
        )
    return found


def audit(framework: str | None = None, print_: Print | None = None) -> list[Finding]:
    """Where the print disagrees with itself: all findings, each once, framework by framework.

    Examples
    --------
    >>> [f.where for f in audit("hcmc-department-2023") if f.kind == "level-gap"]
    ['press-release: [198, 199)', 'newspaper: [198, 199)']
    """
    print_ = print_ or load_print()
    wanted = [find_name("framework", framework, print_.frameworks)] if framework else list(print_.frameworks)
    found: dict[str, Finding] = {}
    for name in wanted:
        one = print_.frameworks[name]
        from_claims = [v.outcome.finding for v in reproduce(name, print_) if v.outcome.finding]
        structural = (
            print_.level_findings(name)
            + find_boundary_disagreements(one)
            + find_unscored(one)
            + find_percentages(print_, name)
            + find_points_findings(one, print_)
        )
        for finding in structural + from_claims:
            found.setdefault(finding.id, finding)
    return list(found.values())


def audit_all(frameworks: Iterable[Framework]) -> list[Finding]:
    """The findings of several frameworks."""
    return [finding for framework in frameworks for finding in audit(framework.id)]
