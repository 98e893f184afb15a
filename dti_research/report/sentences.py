"""Findings and alternative texts: sentences built from computed results, in the reader's language. No figure in them is typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from dti_research import data
from dti_research.index.framework import Finding, Framework
from dti_research.report.language import format_number, pick
from dti_research.report.words import CONCEPTS, KINDS, READINGS, WORDS, points_note, word
from dti_research.study.published import EXPLAINED, REPRODUCED, Verdict


def _percent(share: float, language: str) -> str:
    return format_number(100 * share, 1, language) + " %"


def about_frameworks(
    largest: pd.DataFrame, findings: Sequence[Finding], verdicts: Sequence[Verdict], language: str
) -> list[str]:
    """What notebook 01 found."""
    counts = Counter(v.outcome.verdict for v in verdicts)
    kinds = Counter(word(KINDS, f.kind, language) for f in findings)
    listed = ", ".join(f"{kind} ({n})" for kind, n in kinds.most_common())
    sentences = []
    if findings:
        where = len({f.framework for f in findings})
        sentences.append(
            pick(
                f"Có {len(findings)} phát hiện về bản in, trong {where} bộ chỉ số.",
                f"There are {len(findings)} findings about the print, in {where} frameworks.",
                language,
            )
        )
        sentences.append(pick(f"Đó là: {listed}.", f"They are: {listed}.", language))
    else:
        sentences.append(
            pick(
                "Không tìm thấy chỗ nào bản in tự mâu thuẫn.",
                "No place was found where the print disagrees with itself.",
                language,
            )
        )
    for framework, row in largest.iterrows():
        concept = ", ".join(word(CONCEPTS, one, language) for one in row.concepts)
        share = _percent(row.share, language)
        note = points_note([data.load_framework(framework)], language)
        sentences.append(
            pick(
                f"{framework}: nội dung nặng điểm nhất là {concept}, {share} tổng điểm.{note}",
                f"{framework}: most points go to {concept}, {share} of all.{note}",
                language,
            )
        )
    sentences.append(
        pick(
            f"Trong {len(verdicts)} số liệu in về các bộ chỉ số này, {counts[REPRODUCED]} tính lại được, "
            f"{counts[EXPLAINED]} khác nhưng giải thích được, {counts['contradicted']} mâu thuẫn, "
            f"{counts['not checkable']} không kiểm được vì chưa tìm thấy số liệu cần thiết.",
            f"Of {len(verdicts)} printed figures on these frameworks, {counts[REPRODUCED]} are reproduced, "
            f"{counts[EXPLAINED]} differ and are explained, {counts['contradicted']} are contradicted, and "
            f"{counts['not checkable']} cannot be checked because what they need was not found in print.",
            language,
        )
    )
    return sentences


def about_ranking(
    table: pd.DataFrame, framework: Framework, points_of: Framework, verdicts: Sequence[Verdict], language: str
) -> list[str]:
    """What notebook 02 found."""
    n, good = len(table), int(table.reproduced.sum())
    same_rank = int((table.order_printed == table.order_computed).sum())
    worst = table.difference.abs().idxmax()
    miss = format_number(table.difference.abs().max(), 6, language)
    points = pick(points_of.name_vi, points_of.name_en, language)
    origin = word(WORDS, points_of.weights, language)
    sentences = [
        pick(
            f"Với điểm của {points} ({origin}), {good} trên {n} giá trị tổng hợp in ra được tính lại đúng trong giới hạn làm tròn.",
            f"With the points of {points} ({origin}), {good} of {n} printed composites are reproduced within rounding.",
            language,
        ),
        pick(
            f"Chênh lệch lớn nhất là {miss}, ở {data.unit_names()[worst]}.",
            f"The largest miss is {miss}, at {data.unit_names()[worst]}.",
            language,
        ),
        pick(
            f"{same_rank} trên {n} đơn vị có thứ hạng (trong số này) trùng với bản in.",
            f"{same_rank} of {n} units get the rank that print gives them among these units.",
            language,
        ),
    ]
    moved = (table.order_printed - table.order_computed).abs()
    if moved.max() > 0:
        unit = moved.idxmax()
        sentences.append(
            pick(
                f"Đơn vị xê dịch nhiều nhất là {data.unit_names()[unit]}: từ hạng {table.order_printed[unit]} thành hạng "
                f"{table.order_computed[unit]}.",
                f"{data.unit_names()[unit]} moves most: from rank {table.order_printed[unit]} to rank "
                f"{table.order_computed[unit]}.",
                language,
            )
        )
    counts = Counter(v.outcome.verdict for v in verdicts)
    own = points_note([framework], language)
    sentences.append(
        pick(
            f"Trong {len(verdicts)} số liệu in về kết quả năm này, với điểm của chính {framework.id}, "
            f"{counts[REPRODUCED]} tính lại được, "
            f"{counts[EXPLAINED]} khác nhưng giải thích được, {counts['contradicted']} mâu thuẫn, "
            f"{counts['not checkable']} không kiểm được.{own}",
            f"Of {len(verdicts)} printed figures on this year's results, with {framework.id}'s own points, "
            f"{counts[REPRODUCED]} are reproduced, {counts[EXPLAINED]} "
            f"differ and are explained, {counts['contradicted']} are contradicted, "
            f"{counts['not checkable']} cannot be checked.{own}",
            language,
        )
    )
    return sentences


def about_boundaries(
    disputed: pd.DataFrame,
    changes: pd.DataFrame,
    composites: pd.Series,
    bounds: pd.DataFrame,
    simulated: pd.DataFrame,
    language: str,
) -> list[str]:
    """What notebook 03 found."""
    intervals = ", ".join(dict.fromkeys(disputed["interval"]))
    sentences = [
        pick(
            f"Các cách đọc cho mức khác nhau ở những khoảng điểm: {intervals}."
            if len(disputed)
            else "Mọi cách đọc đều cho cùng một mức.",
            f"The readings disagree about the scores {intervals}."
            if len(disputed)
            else "All readings give every score the same level.",
            language,
        ),
        pick(
            f"Áp cùng tỷ lệ ranh giới đó lên {len(composites)} giá trị tổng hợp đã công bố, {len(changes)} đơn vị đổi mức "
            "tùy cách đọc.",
            f"Carried over as shares to {len(composites)} published composites, {len(changes)} units change level "
            "with the reading.",
            language,
        ),
    ]
    if len(bounds):
        # The interval that the printed boundaries themselves leave open, where there is one.
        open_ones = set(disputed.interval[disputed["lower-boundary"] != disputed["upper-boundary"]])
        rows = bounds[bounds.interval.isin(open_ones)] if bounds.interval.isin(open_ones).any() else bounds
        widest = rows.loc[(rows.at_most - rows.at_least).idxmax()]
        reading = word(READINGS, widest.reading, language)
        sentences.append(
            pick(
                f'Tổng điểm không được công bố: nếu mức được cho theo cách đọc "{reading}", '
                f"từ {widest.at_least} đến {widest.at_most} đơn vị "
                f"có thể đứng trong {widest.interval}; bản in không cho biết hơn.",
                f'Totals are not published: if levels were given by the reading "{reading}", '
                f"between {widest.at_least} and {widest.at_most} units "
                f"may stand in {widest.interval}; the print tells no more.",
                language,
            )
        )
    if len(simulated):
        reading = simulated.mean().idxmax()
        quoted = f'"{word(READINGS, reading, language)}"'
        mean = format_number(float(simulated[reading].mean()), 2, language)
        draws = format_number(len(simulated), 0, language)
        sentences.append(
            pick(
                f"Mô phỏng ({draws} lần rút, phân bố đều trong mức: một giả định): đọc theo cách {quoted} "
                f"thì trung bình {mean} đơn vị đổi mức.",
                f"Simulated ({draws} draws, uniform within a level: an assumption): by the reading {quoted}, "
                f"{mean} units change level on average.",
                language,
            )
        )
    return sentences


def alt_concepts(shares: pd.DataFrame, language: str) -> str:
    """The heat map for who cannot see it: the heaviest concept of each framework."""
    parts = [
        f"{framework}: {word(CONCEPTS, shares[framework].idxmax(), language)} {_percent(shares[framework].max(), language)}"
        for framework in shares.columns
    ]
    opening = pick(
        f"Bảng nhiệt {len(shares)} nội dung theo {shares.shape[1]} bộ chỉ số. Nặng điểm nhất: ",
        f"Heat map of {len(shares)} concepts by {shares.shape[1]} frameworks. Most points: ",
        language,
    )
    return opening + "; ".join(parts) + "."


def alt_differences(result: pd.DataFrame, language: str) -> str:
    """The dots for who cannot see them."""
    largest = format_number(result.difference.abs().max(), 6, language)
    return pick(
        f"Biểu đồ điểm: {len(result)} đơn vị theo thứ tự in; {int(result.reproduced.sum())} đơn vị trong giới hạn "
        f"làm tròn; chênh lệch lớn nhất {largest}.",
        f"Dot plot of {len(result)} units in printed order; {int(result.reproduced.sum())} within rounding; "
        f"largest difference {largest}.",
        language,
    )


def alt_curve(composites: pd.Series, boundaries: dict[str, float], language: str) -> str:
    """The curve for who cannot see it: units at or above each printed boundary."""
    parts = [
        f"{name} ({format_number(at, 4, language)}): {int((composites >= at).sum())}" for name, at in boundaries.items()
    ]
    return pick(
        f"Đường bậc thang giảm dần, {len(composites)} đơn vị. Số đơn vị đạt từ mỗi ranh giới in trở lên: {'; '.join(parts)}.",
        f"A falling step line, {len(composites)} units. Units at or above each printed boundary: {'; '.join(parts)}.",
        language,
    )


def alt_simulation(simulated: pd.DataFrame, language: str) -> str:
    """The bars for who cannot see them: mean number of changes under each reading."""
    parts = [
        f"{word(READINGS, reading, language)}: {format_number(float(simulated[reading].mean()), 2, language)}"
        for reading in simulated.columns
    ]
    return (
        pick("Số đơn vị đổi mức trung bình: ", "Mean number of units that change level: ", language)
        + "; ".join(parts)
        + "."
    )
