"""Checks on what a framework contains: points, components, indicators, pillars, levels and their boundaries."""

from __future__ import annotations

from dti_research.errors import InputError, find_name
from dti_research.index import levels
from dti_research.index.framework import Framework, Indicator
from dti_research.study.claims.checks.declare import check
from dti_research.study.claims.corpus import Claim, Print, of_first_source
from dti_research.study.claims.outcome import (
    CONTRADICTED,
    EPSILON,
    EXPLAINED,
    REPRODUCED,
    Outcome,
    compare,
    count,
    needs,
    remainder,
)


def _main(framework: Framework) -> list[Indicator]:
    """The main indicators that all units have."""
    return [indicator for indicator in framework.indicators if not indicator.optional]


@check()
def total_points(claim: Claim, print_: Print) -> Outcome:
    """The points of the main indicators must add to the printed total."""
    framework = print_.frameworks[claim.framework]
    # Recovered points are proportions only: a printed table of shares does not tell the scale of its points.
    if framework.points is None or framework.weights == "recovered":
        return needs("points")
    return count(claim, framework.total_points)


@check()
def total_components(claim: Claim, print_: Print) -> Outcome:
    """The component counts of the main indicators, or else of the groups, must add to the printed total."""
    framework = print_.frameworks[claim.framework]
    counts = [i.components for i in _main(framework)]
    if counts and None not in counts:
        return count(claim, sum(counts))
    groups = print_.find(framework=claim.framework, check="group_components", source=claim.source)
    groups = groups or of_first_source(print_.find(framework=claim.framework, check="group_components"))
    return count(claim, sum(c.number for c in groups) if len(groups) > 1 else None, "component-list")


@check(part="indicator")
def indicator_points(claim: Claim, print_: Print) -> Outcome:
    """The printed total less the points of all other indicators."""
    framework = print_.frameworks[claim.framework]
    others = [i.points for i in _main(framework) if i.code != claim.part]
    return remainder(claim, framework.total_printed, others, "points")


@check(part="indicator")
def indicator_components(claim: Claim, print_: Print) -> Outcome:
    """The printed total less the component counts of all other indicators."""
    framework = print_.frameworks[claim.framework]
    others = [i.components for i in _main(framework) if i.code != claim.part]
    return remainder(claim, framework.components, others, "component-list")


@check(part="group")
def group_points(claim: Claim, print_: Print) -> Outcome:
    """The points of the indicators of one group."""
    points = [i.points for i in print_.frameworks[claim.framework].indicators if i.group == claim.part]
    return count(claim, None if None in points else sum(points), "points")


@check(part="group")
def group_components(claim: Claim, print_: Print) -> Outcome:
    """The component counts of one group; where single counts are not printed, the printed total less the other groups."""
    framework = print_.frameworks[claim.framework]
    counts = [i.components for i in framework.indicators if i.group == claim.part]
    if None not in counts:
        return count(claim, sum(counts))
    groups = print_.find(framework=claim.framework, check=claim.check, source=claim.source)
    others = [group.number for group in groups if group.part != claim.part]
    return remainder(claim, framework.components if others else None, others, "component-list")


@check(part="indicator")
def share_of_points(claim: Claim, print_: Print) -> Outcome:
    """An indicator's points in per cent of the total."""
    framework = print_.frameworks[claim.framework]
    return compare(claim, 100 * framework.points[claim.part] / framework.points.sum(), claim.half_digit)


@check(may=("group", "pillar"))
def number_of_indicators(claim: Claim, print_: Print) -> Outcome:
    """The main indicators (of a group or pillar, if one is given) that the document lists; optional ones do not count."""
    framework = print_.frameworks[claim.framework]
    listed = _main(framework)
    if "group" in claim.given:
        return count(claim, sum(i.group == claim.given["group"] for i in listed))
    if "pillar" in claim.given:
        (pillar,) = [p for p in framework.pillars if p.code == claim.given["pillar"]]
        return count(claim, len(pillar.indicators))
    return count(claim, len(listed) or None, "component-list")


@check()
def number_of_pillars(claim: Claim, print_: Print) -> Outcome:
    """The pillars or groups that are children of the root."""
    return count(claim, len(print_.frameworks[claim.framework].pillars_or_indicators))


@check(given=("document",))
def number_of_levels(claim: Claim, print_: Print) -> Outcome:
    """The bands of the level rule."""
    return count(claim, len(print_.frameworks[claim.framework].level_rule(claim.given["document"]).bands))


@check(given=("decision",))
def number_of_frameworks(claim: Claim, print_: Print) -> Outcome:
    """The frameworks that one decision issues."""
    return count(claim, sum(f.decision == claim.given["decision"] for f in print_.frameworks.values()))


@check(given=("until",))
def number_of_editions(claim: Claim, print_: Print) -> Outcome:
    """The years assessed up to a year, over all editions of the provincial index."""
    family = claim.framework.rpartition("-")[0]
    years = {year for f in print_.frameworks.values() if f.id.startswith(family) for year in f.years}
    return count(claim, sum(year <= int(claim.given["until"]) for year in years))


def _boundary_is_printed(claim: Claim, print_: Print, where: str) -> None:
    bands = print_.frameworks[claim.framework].level_rule(claim.given["document"]).bands
    find_name(f"level {where}", claim.given["level"], [str(n + 1) for n in range(len(bands))])
    if getattr(bands[int(claim.given["level"]) - 1], claim.given["edge"]) is None:
        raise InputError(f"edge {where}: level {claim.given['level']} has no {claim.given['edge']} boundary in print")


@check(given=("document", "level", "edge"), valid=_boundary_is_printed)
def boundary(claim: Claim, print_: Print) -> Outcome:
    """A level boundary against 60 % (below the middle level) or 80 % (above it) of the framework's total.

    No document prints these shares. That they are meant is an assumption: 198 and 264 are just these shares of the
    departments' 330, in every source, and 414 and 552 just these of 690. So the departments' boundaries are consistent with
    their scale rather than proved.
    """
    framework = print_.frameworks[claim.framework]
    level, edge, document = int(claim.given["level"]), claim.given["edge"], claim.given["document"]
    if len(framework.level_rule(document).bands) != len(levels.REFERENCE_SHARES) + 1:
        return needs("boundary-rule")
    share = levels.REFERENCE_SHARES[level - 1 if edge == "upper" else level - 2]
    computed = share * framework.total_points
    if abs(computed - claim.number) <= EPSILON:
        return Outcome(REPRODUCED, computed, 0.0)
    own = [found for found in print_.level_contradictions(claim.framework)[document] if claim.number in found.at]
    for verdict, kinds in ((CONTRADICTED, ("level-gap", "level-overlap")), (EXPLAINED, ("off-scale-boundary",))):
        for contradiction in own:
            if contradiction.kind in kinds:
                return Outcome(verdict, computed, 0.0, contradiction)
    # A rule of its own, in whole steps of its scale: nothing in print says that it is wrong.
    return needs("boundary-rule")
