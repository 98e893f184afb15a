"""A table normalised in one way, ready for many sets of weights: composites and ranks of all of them by one matrix product."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dti_research.index.framework import Framework
from dti_research.index.normalise import normalise
from dti_research.index.score import METHODS, check_columns, points_scale
from dti_research.index.weight import WEIGHT, check_weights
from dti_research.study.weights.draws import SCALE, back, prepare, rank_rows


class Scale:
    """A table normalised in one way, ready for many sets of weights."""

    def __init__(
        self,
        values: pd.DataFrame,
        framework: Framework,
        normalisation: str,
        points: pd.Series | None,
        targets: pd.Series | Mapping[str, float] | None = None,
    ) -> None:
        values = check_columns(values, framework)
        optional = [i.code for i in framework.scored if i.optional]
        given = points_scale(framework, points)
        maximum = pd.Series(1.0, index=values.columns) if given is None else given
        options = {"targets": dict(targets)} if normalisation == "distance-to-target" and targets is not None else {}
        self.table = normalise(values, normalisation, maximum, optional=optional, **options)
        self.units, self.indicators = self.table.index, self.table.columns
        self.applies = self.table.notna().to_numpy().astype(float)
        self.required = ~self.table.columns.isin(optional)
        self.points = None if given is None else float(given.drop(optional).sum())

    def composites(self, aggregation: str, weights: np.ndarray) -> np.ndarray:
        """Composites, shape (row, unit), of weights, shape (row, indicator), that need not add to 1: one matrix product."""
        weights = np.atleast_2d(weights)
        used = (weights > 0).any(axis=0)
        # Where an indicator does not apply or has no weight, any number above 0 will do.
        table = np.where((self.applies > 0) & used, self.table.to_numpy(), 1.0)
        sums = weights @ (prepare(table, aggregation) * self.applies).T / (weights @ self.applies.T)
        return back(sums, aggregation)

    def reach(self, weights: np.ndarray) -> np.ndarray:
        """The most that each unit can reach, shape (row, unit) [points, or 1 for shares]."""
        if self.points is None:
            return np.ones((len(weights), len(self.units)))
        return weights @ self.applies.T / weights[:, self.required].sum(axis=1, keepdims=True) * self.points


def ranks_of(composites: np.ndarray) -> np.ndarray:
    """The rank of every unit in each row, shape (row, unit); ties share the smallest."""
    rows, units = composites.shape
    ranks = np.empty((units, rows), dtype=int)
    rank_rows(np.rint(composites * -SCALE), np.ones(units, dtype=int), ranks)
    return ranks.T + 1


def centre_of(framework: Framework, weight_rule: str, points: pd.Series | None, scale: Scale) -> np.ndarray:
    weights = WEIGHT[weight_rule](framework, points)
    check_weights(weights, scale.indicators[~scale.required])
    return weights.reindex(scale.indicators).to_numpy()


def published_ranking(
    values: pd.DataFrame, framework: Framework, points: pd.Series | None
) -> tuple[Scale, np.ndarray, np.ndarray]:
    """Table, weights and ranks of the published method."""
    method = METHODS["published"]
    scale = Scale(values, framework, method.normalise, points)
    weights = centre_of(framework, method.weight, points, scale)
    return scale, weights, ranks_of(scale.composites(method.aggregate, weights))[0]
