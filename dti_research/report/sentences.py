"""Findings and alternative texts: sentences built from computed results, in the reader's language. No figure in them is typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.index.framework import Contradiction as Finding
from dti_research.index.framework import Framework
from dti_research.report.language import format_number, pick
from dti_research.report.tables import factor_names, indicator_names
from dti_research.report.words import CONCEPTS, KINDS, READINGS, WORDS, points_note, word
from dti_research.study.claims import EXPLAINED, REPRODUCED, Verdict
from dti_research.study.methods import Sensitivity
from dti_research.study.weights.robustness import Robustness, monte_carlo_error


def percent(share: float, language: str) -> str:
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
        share = percent(row.share, language)
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


def unit_names(units: Sequence[str]) -> str:
    known = data.unit_names()
    return ", ".join(known.get(unit, unit) for unit in units)


def about_weights(
    result: Robustness,
    attainable: pd.DataFrame,
    distance: float,
    changes: pd.DataFrame,
    framework: Framework,
    note: str,
    partial: str,
    language: str,
) -> list[str]:
    """What notebook 04 found. `note`: what has to be said of the weights; `partial`: of a list that leaves units out."""
    ranks, n = result.ranks, len(result.units)
    none = pick("không có", "none", language)
    draws = format_number(result.computed, 0, language)
    leader = ranks.index[(ranks.published == 1).argmax()]
    first = result.top(1)[leader]
    share = percent(first, language)
    error = format_number(100 * monte_carlo_error(first, result.computed), 2, language) + " %"
    held = ranks[(ranks.q05 == ranks.published) & (ranks.q95 == ranks.published)]
    fixed = attainable[attainable.best == attainable.worst]
    widest = (ranks.q95 - ranks.q05).idxmax()
    moved = percent(distance / 2, language)
    sentences = [
        pick(
            f"{unit_names([leader])}, đứng đầu với trọng số gốc, đứng đầu trong {share} của {draws} lần rút trọng số "
            f"(mức tập trung {result.concentration:g}; sai số 95 % ± {error}).{note}",
            f"{unit_names([leader])}, first with the given weights, is first in {share} of {draws} draws of weights "
            f"(concentration {result.concentration:g}; 95 % error ± {error}).{note}",
            language,
        ),
        pick(
            f"Giữ nguyên hạng trong cả khoảng 5-95 % của các lần rút: {unit_names(held.index) or none} ({len(held)} trên {n}).",
            f"These keep their rank throughout the 5-95 % interval of the draws: {unit_names(held.index) or none} "
            f"({len(held)} of {n}).",
            language,
        ),
        pick(
            f"Khoảng 5-95 % rộng nhất: {unit_names([widest])}, từ hạng {ranks.q05[widest]} đến hạng {ranks.q95[widest]}.",
            f"The widest 5-95 % interval: {unit_names([widest])}, from rank {ranks.q05[widest]} to rank {ranks.q95[widest]}.",
            language,
        ),
        pick(
            f"Chính xác, không qua mô phỏng: chuyển không quá {moved} tổng trọng số thì chắc chắn giữ hạng: "
            f"{unit_names(fixed.index) or none} ({len(fixed)} trên {n}).",
            f"Exactly, without draws: as long as no more than {moved} of the weight is moved, these keep their rank for "
            f"certain: {unit_names(fixed.index) or none} ({len(fixed)} of {n}).",
            language,
        ),
    ]
    codes = indicator_names(framework, language)
    finite = changes[np.isfinite(changes.distance) & (changes.distance > 0)]
    if len(finite):
        pair = finite.loc[finite.distance.idxmin()]
        least = format_number(50 * pair.distance, 2, language) + " %"
        sentences.append(
            pick(
                f"Cặp sát nhau nhất: chỉ cần chuyển {least} tổng trọng số từ {codes[pair.loses_most]} sang "
                f"{codes[pair.gains_most]} là {unit_names([pair.lower])} bắt kịp {unit_names([pair.higher])}.",
                f"The closest pair: moving {least} of the weight from {codes[pair.loses_most]} to {codes[pair.gains_most]} "
                f"lets {unit_names([pair.lower])} catch up with {unit_names([pair.higher])}.",
                language,
            )
        )
    never = changes[np.isinf(changes.distance)]
    if len(never):
        pairs = "; ".join(
            pick(
                f"{unit_names([low])} dưới {unit_names([high])}",
                f"{unit_names([low])} below {unit_names([high])}",
                language,
            )
            for high, low in zip(never.higher, never.lower, strict=True)
        )
        sentences.append(
            pick(
                f"Không trọng số nào đảo được những cặp kề nhau sau, vì đơn vị dưới không cao hơn ở chỉ số nào: {pairs}.",
                f"No weights reverse these neighbours, because the lower one is higher on no indicator: {pairs}.",
                language,
            )
        )
    if len(result.failed):
        failed = int(result.failed.draws.sum())
        sentences.append(pick(f"{failed} lần rút không tính được.", f"{failed} draws could not be computed.", language))
    return sentences + [partial] * bool(partial)


def about_methods(
    answers: Mapping[str, Sensitivity],
    nodes: pd.DataFrame,
    left_out: pd.DataFrame,
    scenarios: Robustness,
    framework: Framework,
    partial: str,
    language: str,
) -> list[str]:
    """What notebook 05 found. `answers`: outcome in words to its sensitivity; `partial`: see `about_weights`."""
    words = factor_names(framework, language)
    note = points_note([framework], language)
    sentences = []
    for title, answer in answers.items():
        if not answer.varies:
            sentences.append(
                pick(
                    f"{title}: không đổi trong mọi tổ hợp; không lựa chọn nào có ảnh hưởng.{note}",
                    f"{title}: the same in every combination; no choice matters.{note}",
                    language,
                )
            )
        else:
            two = answer.indices.sort_values("total", ascending=False).head(2)
            listed = pick(", sau đó là ", ", then ", language).join(
                f"{words.get(factor, factor)} ({format_number(total, 2, language)} ± {format_number(half, 2, language)})"
                for factor, total, half in zip(two.factor, two.total, two.total_half_width, strict=True)
            )
            settled = bool(answer.convergence.same_order.fillna(False).iloc[-1])
            unsure = pick(
                " Mẫu còn nhỏ: thứ tự ba yếu tố lớn nhất chưa ổn định.",
                " The sample is small: the order of the three largest has not settled.",
                language,
            )
            mean = format_number(answer.mean, 2, language)
            sentences.append(
                pick(
                    f"{title} (trung bình {mean}): yếu tố ảnh hưởng lớn nhất (tổng tác động) là "
                    f"{listed}.{'' if settled else unsure}{note}",
                    f"{title} (mean {mean}): the largest total effect is that of "
                    f"{listed}.{'' if settled else unsure}{note}",
                    language,
                )
            )
        note = ""
    single = left_out[left_out.kind == "indicator"]
    worst = single[single.mean_shift > single.mean_shift.max() - 1e-9]
    shift = format_number(worst.mean_shift.max(), 2, language)
    named = pick(" hoặc ", " or ", language).join(words[node] for node in worst.node)
    leader = unit_names(list(dict.fromkeys(unit for one in worst["first"] for unit in one.split(" / "))))
    sentences.append(
        pick(
            f"Bỏ một chỉ số: bỏ {named} làm thứ hạng xê dịch nhiều nhất, trung bình {shift} bậc; đứng đầu khi đó "
            f"là {leader}.",
            f"Leaving one indicator out: without {named} ranks shift most, by {shift} places on average; first is "
            f"then {leader}.",
            language,
        )
    )
    nodes = nodes[nodes.kind == "indicator"]
    moved = nodes[["mean_shift_lower", "mean_shift_higher"]].max(axis=1)
    most = nodes.node[moved > moved.max() - 1e-9]
    node, shift = (
        pick(" hoặc ", " or ", language).join(words[one] for one in most),
        format_number(moved.max(), 2, language),
    )
    sentences.append(
        pick(
            f"Tăng hoặc giảm một phần tư trọng số của một chỉ số: {node} làm thứ hạng xê dịch nhiều nhất, trung bình {shift} bậc.",
            f"The weight of one indicator changed by a quarter: {node} shifts ranks most, by {shift} places on average.",
            language,
        )
    )
    first = scenarios.top(1)
    leader, share = unit_names([first.idxmax()]), percent(first.max(), language)
    draws, shift = format_number(scenarios.computed, 0, language), format_number(scenarios.mean_rank_shift, 2, language)
    failed = format_number(int(scenarios.failed.draws.sum()), 0, language)
    sentences.append(
        pick(
            f"Khi cả cách tính lẫn trọng số đều rút ngẫu nhiên ({draws} lần), {leader} đứng đầu trong {share}; thứ hạng xê "
            f"dịch trung bình {shift} bậc; {failed} lần không tính được.",
            f"With method and weights both drawn ({draws} draws), {leader} is first in {share}; ranks shift by {shift} places "
            f"on average; {failed} draws could not be computed.",
            language,
        )
    )
    return sentences + [partial] * bool(partial)


def about_totals(changes: pd.DataFrame, intervals: pd.DataFrame, framework: Framework, language: str) -> list[str]:
    """What notebook 09 found."""
    codes = indicator_names(framework, language)
    top, closest = changes.iloc[0], changes.loc[changes.distance.idxmin()]
    giving = ", ".join(codes[one] for one in top.giving.split(", "))
    room = (intervals.high - intervals.points).idxmin()

    def points(number: float, digits: int = 2) -> str:
        return format_number(float(number), digits, language)

    return [
        pick(
            f"{unit_names([top.higher])} và {unit_names([top.lower])} cách nhau {points(top.difference)} điểm. Chuyển chưa đến "
            f"{points(top.moved, 3)} trong {framework.total_points:g} điểm giữa các chỉ số thì mọi bảng điểm khớp với bản in "
            "đều giữ nguyên thứ tự; từ đó trở đi có những bảng điểm khiến họ bằng nhau (chẳng hạn chuyển từ "
            f"{giving} sang {codes[top.receiving]}).",
            f"{unit_names([top.higher])} and {unit_names([top.lower])} are {points(top.difference)} points apart. As long as fewer "
            f"than {points(top.moved, 3)} of {framework.total_points:g} points are moved between indicators, no values that "
            "give the printed totals swap them; from there on some let them draw level (for instance from "
            f"{giving} to {codes[top.receiving]}).",
            language,
        ),
        pick(
            "Chỉ biết tổng điểm thì không trọng số nào khiến hai đơn vị chắc chắn đổi chỗ: luôn có bảng điểm giữ nguyên thứ tự.",
            "With totals alone, no weights swap two units for certain: some values always keep the order.",
            language,
        ),
        pick(
            f"Nếu một chỉ số thay đổi và các chỉ số khác đổi theo tỷ lệ, {codes[room]} có ít khoảng tăng nhất: thứ tự hai đơn "
            f"vị đầu chắc chắn giữ nguyên từ {points(intervals.low[room])} đến {points(intervals.high[room])} điểm (in: "
            f"{points(intervals.points[room])}).",
            f"If one indicator changes and the others in proportion, {codes[room]} has least room above: the order of the first "
            f"two is certain from {points(intervals.low[room])} to {points(intervals.high[room])} points (printed: "
            f"{points(intervals.points[room])}).",
            language,
        ),
        pick(
            f"Cặp sát nhất trong danh sách: {unit_names([closest.higher])} và {unit_names([closest.lower])}; chuyển "
            f"{points(closest.moved, 3)} điểm là có thể đổi chỗ.",
            f"The closest pair of the list: {unit_names([closest.higher])} and {unit_names([closest.lower])}; moving "
            f"{points(closest.moved, 3)} points makes a swap possible.",
            language,
        ),
    ]


def alt_ranks(ranks: pd.DataFrame, language: str) -> str:
    """The rank intervals for who cannot see them: the first five units."""
    first = ranks.sort_values("published", kind="stable").head(5)
    parts = [f"{unit_names([row.Index])}: {row.q05}-{row.q95}" for row in first.itertuples()]
    opening = pick(
        f"Khoảng hạng của {len(ranks)} đơn vị (5-95 %), năm đơn vị đầu: ",
        f"Rank intervals of {len(ranks)} units (5-95 %), the first five: ",
        language,
    )
    return opening + "; ".join(parts) + "."


def alt_acceptability(acceptability: pd.DataFrame, language: str) -> str:
    """The acceptability map for who cannot see it: the most frequent rank of the first five units."""
    rank = pick("hạng", "rank", language)
    parts = [
        f"{unit_names([unit])}: {rank} {row.idxmax()} ({percent(row.max(), language)})"
        for unit, row in acceptability.head(5).iterrows()
    ]
    return (
        pick("Bản đồ nhiệt; hạng thường gặp nhất: ", "Heat map; most frequent rank: ", language)
        + "; ".join(parts)
        + "."
    )


def alt_changes(changes: pd.DataFrame, language: str) -> str:
    """The bars for who cannot see them: the smallest change of the first nine pairs."""
    never = pick("không thể", "never", language)
    parts = [
        f"{unit_names([row.lower])} → {unit_names([row.higher])}: "
        f"{format_number(row.distance, 3, language) if np.isfinite(row.distance) else never}"
        for row in changes.head(9).itertuples()
    ]
    return pick("Thay đổi nhỏ nhất: ", "Smallest change: ", language) + "; ".join(parts) + "."


def alt_effects(answers: Mapping[str, Sensitivity], framework: Framework, language: str) -> str:
    """The effects for who cannot see them: the three largest of each outcome."""
    words = factor_names(framework, language)
    parts = []
    for title, answer in answers.items():
        three = answer.indices.sort_values("total", ascending=False).head(3)
        listed = [
            f"{words.get(f, f)} {format_number(t, 2, language)}" for f, t in zip(three.factor, three.total, strict=True)
        ]
        parts.append(f"{title}: {', '.join(listed)}")
    return pick("Tổng tác động lớn nhất. ", "Largest total effects. ", language) + "; ".join(parts) + "."


def alt_concepts(shares: pd.DataFrame, language: str) -> str:
    """The heat map for who cannot see it: the heaviest concept of each framework."""
    parts = [
        f"{framework}: {word(CONCEPTS, shares[framework].idxmax(), language)} {percent(shares[framework].max(), language)}"
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
