"""Whose points weigh: those of one framework, carried over to the indicators of another by concept.

Handbook step 6 (weighting). Left out: weights that nobody printed for any framework (`study.recovery`).
"""

from __future__ import annotations

import pandas as pd

from dti_research import data
from dti_research.errors import InputError
from dti_research.index.framework import Framework


def carry_points(source: Framework, target: Framework) -> pd.Series:
    """The points of one framework, carried over to the indicators of another by concept.

    What if the provinces were weighed as HCMC weighs its districts? Concepts that the target does not score are left out, and only
    proportions matter. Where the target has several indicators of one concept they share its points in proportion to their own
    (equally, where they have none).

    Returns
    -------
    Series, shape (indicator of `target`,) [points of `source`]

    Raises
    ------
    InputError
        The source prints no points, or has no indicator of a concept that the target scores.

    Examples
    --------
    >>> from dti_research.study.frameworks import choose_frameworks
    >>> district, province = choose_frameworks(["hcmc-district-2023", "national-province-2024"])
    >>> [f"{points:g}" for points in carry_points(district, province)]
    ['60', '50', '70', '60', '35', '185', '90', '90']
    """
    if source.points is None or not len(source.points):
        raise InputError(
            f"{source.id}: nobody prints its points; choose a framework with points (`dti list` shows them)"
        )
    given = source.points.groupby({i.code: i.concept for i in source.indicators}).sum()
    concepts = pd.Series({i.code: i.concept for i in target.scored})
    lacking = sorted(set(concepts) - set(given.index[given > 0]))
    if lacking:
        raise InputError(
            f"{source.id} gives no points to {', '.join(lacking)}, which {target.id} scores; choose a framework that covers "
            "the same concepts"
        )
    own = target.points if target.points is not None else pd.Series(1.0, index=concepts.index)
    parts = own / own.groupby(concepts).transform("sum")
    return (parts * concepts.map(given)).rename("points")


def points_from(source: str, target: Framework) -> pd.Series | None:
    """The points of the framework named `source`, carried over to `target`; None for no name, or for its own.

    Examples
    --------
    >>> from dti_research.study.frameworks import choose_frameworks
    >>> (province,) = choose_frameworks(["national-province-2024"])
    >>> points_from("", province) is None, points_from("hcmc-district-2023", province)["cybersecurity"]
    (True, np.float64(35.0))
    """
    return None if source in ("", target.id) else carry_points(data.load_framework(source), target)
