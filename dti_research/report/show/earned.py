"""The parts of an answer on points earned, from printed composites and pillars."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dti_research.message import Listing, Message, Number
from dti_research.report.parts import Table
from dti_research.report.show import names
from dti_research.report.show.recovery import how_digits_were_read
from dti_research.study.recovery import EarnedAnswer
from dti_research.study.recovery.answer import with_width


def for_terminal(answer: EarnedAnswer) -> list[Any]:
    """Tables and sentences on what the units of a file earned."""
    parts = pd.concat({unit: earned.parts for unit, earned in answer.units.items()}, names=["unit"]).reset_index()
    frame = parts[["unit", "part"]].join(with_width(parts, 2)).assign(points=parts.maximum)
    caption = Message("recovery.caption_file_earned", framework=answer.framework.id)
    told = [
        Message("recovery.inconsistent", unit=unit, excess=Number(earned.excess, 1))
        for unit, earned in answer.units.items()
        if not earned.consistent
    ]
    told.append(Message("recovery.parts_head"))
    for part in parts.drop_duplicates("part").itertuples():
        told.append(Message("recovery.part", part=part.part, indicators=Listing(part.indicators)))
    told += how_digits_were_read(answer.digits, answer.rounding, answer.digits_given)
    weights = names.word("weights", answer.framework.weights)
    origin = Message("recovery.earned_from", file=answer.file, framework=answer.framework.id, weights=weights)
    return [Table("earned", frame, caption, digits=dict.fromkeys(("low", "high", "width"), 2)), *told, origin]


def document(answer: EarnedAnswer) -> dict[str, Any]:
    """The JSON document on points earned."""
    return {
        "framework": answer.framework.id,
        "table": answer.file,
        "points": answer.framework.weights,
        "digits": answer.digits.to_dict(),
        "rounding": answer.rounding,
        "units": {
            unit: {"consistent": earned.consistent, "excess": earned.excess, "parts": earned.parts.to_dict("index")}
            for unit, earned in answer.units.items()
        },
    }
