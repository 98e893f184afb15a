"""Where the print disagrees with itself: from the structure of a framework, and from the claims about it.

A contradiction is the publisher's, never a slip of ours. Gaps, overlaps and off-scale boundaries come from the level bands
(`index.levels.find_contradictions`), most others from a claim whose check failed; here are the rest, and all together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from dti_research.index.framework import Contradiction, Framework, LevelBand, Locator, Said
from dti_research.message import Listing, Message, Name, Number, shortest
from dti_research.study import rankings
from dti_research.study.assessment import open_assessment
from dti_research.study.claims.corpus import Print
from dti_research.study.claims.outcome import EPSILON


def find_boundary_disagreements(framework: Framework) -> list[Contradiction]:
    """Boundaries that two documents print differently for one level, and levels that only one of them prints."""
    found = []
    first, *others = framework.level_rules or (None,)
    for other in others:
        mine, theirs = ({band.name_vi: band for band in rule.bands} for rule in (first, other))
        for name, band in (mine | theirs).items():
            if name in mine and name in theirs:
                found += _edges_that_differ(framework.id, other.document, mine[name], band)
                continue
            without = (first if name in theirs else other).document
            where = Message("claims.where.level", document=without, level=name)
            missing, expected = Message("claims.no_such_level"), Message("claims.expected.such_a_level")
            found.append(_disagreement(framework.id, f"{without}: level {name}", where, missing, expected, band))
    return found


def _edges_that_differ(framework: str, document: str, mine: LevelBand, theirs: LevelBand) -> list[Contradiction]:
    found = []
    for edge in ("lower", "upper"):
        own, other = (getattr(band, edge) for band in (mine, theirs))
        if own == other:
            continue
        said = [Message("claims.no_boundary") if score is None else shortest(score) for score in (own, other)]
        subject = f"{document}: level {mine.name_vi}, {edge} boundary"
        where = Message(f"claims.where.boundary.{edge}", document=document, level=mine.name_vi)
        place = Locator.read(mine.locator).said
        expected = Message("claims.expected.elsewhere", printed=said[0], source=mine.source, place=place)
        found.append(_disagreement(framework, subject, where, said[1], expected, theirs))
    return found


def _disagreement(
    framework: str, subject: str, where: Message, printed: Said, expected: Message, band: LevelBand
) -> Contradiction:
    kind, locators = "sources-disagree", (band.locator,)
    return Contradiction(framework, kind, subject, printed, expected, band.source, locators, where)


def find_unscored(framework: Framework) -> list[Contradiction]:
    """Main indicators that are counted among the main indicators and carry no points."""
    listed = [indicator for indicator in framework.indicators if not indicator.optional]
    return [
        Contradiction(
            framework=framework.id,
            kind="unscored-indicator",
            subject=indicator.code,
            printed=Message("claims.main_indicators", count=len(listed)),
            expected=Message(
                "claims.expected.all_scored",
                count=len(framework.scored),
                indicator=Name(indicator.name_vi, indicator.name_en),
            ),
            source=indicator.source,
            locators=(indicator.locator,),
        )
        for indicator in listed
        if indicator.points == 0
    ]


def find_percentages(print_: Print, framework: str) -> list[Contradiction]:
    """Printed percentages of a whole that do not add to 100; rounding may be all there is to it, and is then said."""
    found = []
    for table in print_.tables.index[print_.tables.framework == framework]:
        for source in dict.fromkeys(claim.source for claim in print_.find(table=table, check="percentage")):
            shares = print_.find(table=table, check="percentage", source=source)
            total = sum(claim.number for claim in shares)
            if abs(total - 100) <= EPSILON:
                continue
            rounding = abs(total - 100) <= sum(claim.half_digit for claim in shares)
            found.append(
                Contradiction(
                    framework=framework,
                    kind="percentages-do-not-add",
                    subject=table,
                    printed=Message(
                        "claims.sum", shares=Listing((claim.said for claim in shares), " + "), total=shortest(total)
                    ),
                    expected=Message("claims.expected.hundred", rounding=rounding),
                    source=source,
                    locators=(shares[0].locator,),
                )
            )
    return found


def find_unexplained_tables(framework: Framework, print_: Print) -> list[Contradiction]:
    """A table whose points were printed nowhere: do the points of an earlier edition explain it?"""
    if framework.weights != "recovered":
        return []
    before = [f for f in print_.frameworks.values() if f.weights == "printed" and f.years < framework.years]
    alike = [f for f in before if f.points is not None and set(f.points.index) == set(framework.points.index)]
    found = []
    for table in print_.tables.index[print_.tables.framework == framework.id]:
        if table not in print_.values or not alike:
            continue
        rebuilt = rankings.ask(open_assessment(table, points_of=alike[-1].id)).rebuilt
        if rebuilt.reproduced == rebuilt.units:
            continue
        expected = Message(
            "claims.expected.earlier_points",
            decision=alike[-1].decision,
            reproduced=rebuilt.reproduced,
            count=rebuilt.units,
            miss=Number(rebuilt.largest_miss[1], 4),
        )
        row = print_.tables.loc[table]
        printed = Message("claims.composites", count=rebuilt.units)
        kind, locators = "points-do-not-explain", (row.locator,)
        found.append(Contradiction(framework.id, kind, table, printed, expected, row.source, locators))
    return found


def contradictions_of(framework: Framework, from_claims: Iterable[Contradiction], print_: Print) -> list[Contradiction]:
    """Where the print on one framework disagrees with itself: from its structure, then from claims; each once."""
    by_id: dict[str, Contradiction] = {}
    for found in itertools.chain(
        *print_.level_contradictions(framework.id).values(),
        find_boundary_disagreements(framework),
        find_unscored(framework),
        find_percentages(print_, framework.id),
        find_unexplained_tables(framework, print_),
        (contradiction for contradiction in from_claims if contradiction.framework == framework.id),
    ):
        by_id.setdefault(found.id, found)
    return list(by_id.values())
