"""Findings on coherence and the conclusions of an audit: sentences built from computed results. No figure in them is typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from dti_research.index.framework import Framework
from dti_research.report.language import format_number, pick
from dti_research.report.sentences import percent, unit_names
from dti_research.report.tables import factor_names, indicator_names, whole_names
from dti_research.report.words import (
    CONCEPTS,
    CORRELATION_WORDS,
    FLAGS,
    KINDS,
    WORDS,
    cite,
    partial_note,
    points_note,
    word,
)
from dti_research.study.coherence import THRESHOLDS, Components, Consistency
from dti_research.study.correlation import COMPOSITE, Correlations
from dti_research.study.frameworks import concept_shares, largest_concept
from dti_research.study.importance import IntendedWeights
from dti_research.study.review import Review


def about_pillars(
    between: Correlations,
    own: Correlations,
    wholes: Correlations,
    whole: Consistency,
    parts: Components,
    checks: pd.DataFrame,
    table: pd.DataFrame,
    intended: IntendedWeights,
    selected: pd.DataFrame,
    framework: Framework,
    partial: str,
    language: str,
) -> list[str]:
    """What notebook 06 found. `table`: as `importance` returns it; `partial`: see `about_weights`."""
    names = whole_names(framework, language)
    sentences = [
        *_about_pairs(between, names, language),
        *_about_wholes(wholes, selected if partial else None, names, language),
        *_about_rest(own, names, language),
        _about_one_thing(whole, parts, language),
        *_about_maximum(checks, names, language),
        *about_importance(table, intended, framework, language),
    ]
    if partial:
        pairs = selected[~selected.a.isin(framework_pillars(framework))]
        low, high = (format_number(one, 2, language) for one in (pairs["mean"].min(), pairs["mean"].max()))
        sentences += [
            pick(
                "Danh sách chỉ in một số hạng: mô phỏng cho thấy các chỉ số độc lập, bị cắt như thế, đã có hệ số trung bình từ "
                f"{low} đến {high} mà không vì lý do nào khác.",
                "Only some ranks are printed: in a simulation, independent indicators cut in this way have a mean coefficient "
                f"of {low} to {high}, for no other reason.",
                language,
            ),
            partial,
        ]
    return sentences


def framework_pillars(framework: Framework) -> list[str]:
    """Codes of the pillars, and of the composite."""
    return [*(pillar.code for pillar in framework.pillars), COMPOSITE]


def _coefficient(pair: object, language: str) -> str:
    low, high = (format_number(one, 2, language) for one in (pair.low, pair.high))
    interval = pick(f"{low} đến {high}", f"{low} to {high}", language)
    return f"{format_number(pair.coefficient, 2, language)} ({interval})"


def _about_pairs(between: Correlations, names: Mapping[str, str], language: str) -> list[str]:
    pairs = between.pairs.dropna(subset="coefficient")
    away = int(((pairs.low > 0) | (pairs.high < 0)).sum())
    alpha = 1 - between.confidence
    left = int((pairs.p_adjusted < alpha).sum())
    rule = word(CORRELATION_WORDS, between.adjustment, language)
    single, first = (format_number(one, 2, language) for one in (between.detectable, between.detectable_first))
    most = pairs.loc[pairs.coefficient.abs().idxmax()]
    level = format_number(100 * alpha, 0, language) + " %"
    return [
        pick(
            f"Trong {between.tests} cặp chỉ số ({between.n} đơn vị), {away} cặp có khoảng tin cậy không chứa 0; sau khi hiệu chỉnh "
            f"cho cả họ phép thử ({rule}), còn {left} cặp có p dưới {level}. Với {between.n} đơn vị, hệ số dưới {single} bị bỏ sót "
            f"quá hai lần trong mười; trong cả họ là dưới {first}.",
            f"Of {between.tests} pairs of indicators ({between.n} units), {away} have an interval that excludes 0; after "
            f"correction over the family ({rule}), {left} have p below {level}. With {between.n} units, a coefficient below "
            f"{single} is missed more often than two times in ten; in the whole family, below {first}.",
            language,
        ),
        pick(
            f"Cặp mạnh nhất: {names[most.a]} và {names[most.b]}, {_coefficient(most, language)}.",
            f"The strongest pair: {names[most.a]} and {names[most.b]}, {_coefficient(most, language)}.",
            language,
        ),
    ]


def _about_wholes(
    wholes: Correlations, selected: pd.DataFrame | None, names: Mapping[str, str], language: str
) -> list[str]:
    pairs = wholes.pairs[(wholes.pairs.a != COMPOSITE) & (wholes.pairs.b != COMPOSITE)].dropna(subset="coefficient")
    if pairs.empty:
        return []
    if not pairs.forced.any():
        return [
            pick(
                "Các trụ cột không có chung chỉ số nào, nên cấu tạo không tự tạo ra tương quan giữa chúng.",
                "The pillars share no indicator, so that the construction forces no correlation between them.",
                language,
            )
        ]
    most = pairs.loc[pairs.coefficient.idxmax()]
    forced, low, high = (format_number(most[one], 2, language) for one in ("forced", "forced_low", "forced_high"))
    beyond = int((pairs.p_adjusted < 1 - wholes.confidence).sum())
    cut = ""
    if selected is not None:
        row = selected[(selected.a == most.a) & (selected.b == most.b)].iloc[0]
        mean, least, top = (format_number(row[one], 2, language) for one in ("mean", "low", "high"))
        cut = pick(
            f" Cấu tạo cộng với việc danh sách bị cắt đã cho {mean} ({least} đến {top}), nên hệ số này nói rất ít về cả danh sách.",
            f" Construction and the cut of this list together give {mean} ({least} to {top}), so that the coefficient says little "
            "about the whole list.",
            language,
        )
    return [
        pick(
            f"Hai trụ cột {names[most.a]} và {names[most.b]} tương quan {_coefficient(most, language)}; riêng các chỉ số chung "
            f"đã tạo ra {forced} (5-95 %: {low} đến {high}) dù mọi chỉ số có độc lập. {beyond} trên {len(pairs)} cặp trụ cột "
            f"vượt quá mức do cấu tạo (sau hiệu chỉnh).{cut}",
            f"The pillars {names[most.a]} and {names[most.b]} correlate {_coefficient(most, language)}; the indicators they share "
            f"would give {forced} (5-95 %: {low} to {high}) by themselves, if all indicators were independent. {beyond} of "
            f"{len(pairs)} pairs of pillars lie beyond what the construction gives (after correction).{cut}",
            language,
        )
    ]


def _about_rest(own: Correlations, names: Mapping[str, str], language: str) -> list[str]:
    pairs = own.pairs[own.pairs.b == COMPOSITE].dropna(subset="coefficient")
    loose = pairs[pairs.low <= 0]
    if loose.empty:
        return [
            pick(
                "Mọi chỉ số đều tương quan dương với phần còn lại của chỉ số tổng hợp (khoảng tin cậy không chứa 0).",
                "Every indicator correlates positively with the rest of the composite (no interval holds 0).",
                language,
            )
        ]
    listed = "; ".join(f"{names[pair.a]} {_coefficient(pair, language)}" for pair in loose.itertuples())
    return [
        pick(
            f"Không chắc cùng chiều với phần còn lại của chỉ số tổng hợp: {listed}.",
            f"Not shown to go with the rest of the composite: {listed}.",
            language,
        )
    ]


def _about_one_thing(whole: Consistency, parts: Components, language: str) -> str:
    alpha, low, high = (format_number(one, 2, language) for one in (whole.alpha, whole.low, whole.high))
    share = percent(parts.variances.share.iloc[0], language)
    return pick(
        f"Alpha của Cronbach là {alpha} ({low} đến {high}); {parts.kept} thành phần chính vượt mức ngẫu nhiên, thành phần đầu giữ "
        f"{share} phương sai.",
        f"Cronbach's alpha is {alpha} ({low} to {high}); principal components above chance: {parts.kept}; the first holds "
        f"{share} of the variance.",
        language,
    )


def _about_maximum(checks: pd.DataFrame, names: Mapping[str, str], language: str) -> list[str]:
    full = checks[checks.at_maximum >= THRESHOLDS["saturated"]]
    parts = [
        pick(
            f"{names[code]} ({round(row.at_maximum * row.n)} trên {row.n:g} đơn vị)",
            f"{names[code]} ({round(row.at_maximum * row.n)} of {row.n:g} units)",
            language,
        )
        for code, row in full.iterrows()
    ]
    if not parts:
        return []
    return [
        pick(
            f"Đạt mức tối đa ở từ một nửa số đơn vị, nên không phân hạng được các đơn vị đó: {', '.join(parts)}.",
            f"At the maximum in half of the units or more, so that it ranks none of these: {', '.join(parts)}.",
            language,
        )
    ]


def about_importance(table: pd.DataFrame, intended: IntendedWeights, framework: Framework, language: str) -> list[str]:
    """Which weights are not what they seem, and could other weights mend it?"""
    names = indicator_names(framework, language)
    parts = []
    for code in (table.gap.idxmin(), table.gap.idxmax()):
        row = table.loc[code]
        weight, share = percent(row.weight, language), percent(row.linear_share, language)
        low, high = (format_number(100 * one, 1, language) for one in (row.low, row.high))
        parts.append(
            pick(
                f"{names[code]} mang {weight} trọng số và chiếm {share} phần giải thích được ({low} đến {high})",
                f"{names[code]} has {weight} of the weight and {share} of what is explained ({low} to {high})",
                language,
            )
        )
    gap = format_number(100 * intended.largest_gap, 1, language)
    if intended.possible:
        says = pick(
            "Có những trọng số không âm khiến mỗi chỉ số giải thích đúng phần trọng số của nó.",
            "There are weights of at least 0 with which each indicator explains its nominal weight.",
            language,
        )
    else:
        says = pick(
            f"Không trọng số không âm nào khiến mỗi chỉ số giải thích đúng phần trọng số của nó; bộ gần nhất tìm được còn lệch đến "
            f"{gap} điểm phần trăm.",
            f"No weights of at least 0 make each indicator explain its nominal weight; the nearest found miss it by up to {gap} "
            "percentage points.",
            language,
        )
    return [
        pick("Trọng số không phải là tầm quan trọng: ", "Weight is not importance: ", language)
        + "; ".join(parts)
        + ".",
        says,
    ]


def alt_correlations(answer: Correlations, framework: Framework, language: str) -> str:
    """The map for who cannot see it: the three strongest pairs and the weakest."""
    names = whole_names(framework, language)
    pairs = answer.pairs.dropna(subset="coefficient")
    pairs = pairs.loc[pairs.coefficient.abs().sort_values(ascending=False).index]
    listed = [f"{names[p.a]} – {names[p.b]} {_coefficient(p, language)}" for p in pairs.head(3).itertuples()]
    last = pairs.iloc[-1]
    weakest = f"{names[last.a]} – {names[last.b]} {_coefficient(last, language)}"
    return pick(
        f"Bảng tam giác {len(answer.pairs)} hệ số. Mạnh nhất: {'; '.join(listed)}. Yếu nhất: {weakest}.",
        f"Triangle of {len(answer.pairs)} coefficients. Strongest: {'; '.join(listed)}. Weakest: {weakest}.",
        language,
    )


def alt_importance(table: pd.DataFrame, framework: Framework, language: str) -> str:
    """The dots for who cannot see them: weight and share explained of each indicator."""
    names = indicator_names(framework, language)
    parts = [
        f"{names[code]} {percent(row.weight, language)} → {percent(row.linear_share, language)}"
        for code, row in table.iterrows()
    ]
    return pick("Trọng số → phần giải thích được: ", "Weight → share explained: ", language) + "; ".join(parts) + "."


# ------------------------------------------------------------------------------------------------- one framework, every study


def about_review(review: Review, language: str) -> list[str]:
    """The conclusions of an audit, in its order."""
    framework, counts = review.framework, review.verdict_counts
    kinds = Counter(word(KINDS, finding.kind, language) for finding in review.findings)
    listed = ", ".join(f"{kind} ({n})" for kind, n in kinds.most_common()) or pick("không có", "none", language)
    sentences = [
        pick(
            f"Bản in: {len(review.verdicts)} số liệu, {counts['reproduced']} tính lại được, {counts['explained']} khác nhưng giải "
            f"thích được, {counts['contradicted']} mâu thuẫn, {counts['not checkable']} không kiểm được. Mâu thuẫn tìm thấy: "
            f"{listed}.",
            f"Print: {len(review.verdicts)} figures, of which {counts['reproduced']} are reproduced, {counts['explained']} differ "
            f"and are explained, {counts['contradicted']} are contradicted, {counts['not checkable']} cannot be checked. "
            f"Contradictions found: {listed}.",
            language,
        )
    ]
    if framework.points is not None:
        heaviest = largest_concept(concept_shares([framework])).iloc[0]
        concept = ", ".join(word(CONCEPTS, one, language) for one in heaviest.concepts)
        share, origin = percent(heaviest.share, language), word(WORDS, framework.weights, language)
        sentences.append(
            pick(
                f"Điểm của các chỉ số: {origin}; nặng nhất là {concept}, {share}.",
                f"Points of the indicators: {origin}; most go to {concept}, {share}.",
                language,
            )
        )
    else:
        sentences.append(
            pick(
                "Điểm của các chỉ số: không công bố, nên không ai tính lại được chỉ số tổng hợp.",
                "Points of the indicators: not published, so that nobody can recompute the composite.",
                language,
            )
        )
    if review.measured is not None:
        return sentences + _about_measured(review, language)
    sentences.append(
        pick(
            "Không ai công bố giá trị chỉ số của từng đơn vị: chất lượng số liệu, tính nhất quán và tầm quan trọng của các chỉ số "
            "không kiểm được từ bên ngoài.",
            "Nobody printed the units' indicator values: data quality, coherence and the importance of indicators cannot be "
            "checked from outside.",
            language,
        )
    )
    if review.totals is not None:
        top = review.totals.iloc[0]
        moved = format_number(float(top.moved), 3, language)
        sentences.append(
            pick(
                f"Độ vững: chuyển chưa đến {moved} trong {framework.total_points:g} điểm giữa các chỉ số thì "
                f"{unit_names([top.higher])} chắc chắn vẫn trên {unit_names([top.lower])}; hơn thế thì bản in không cho biết.",
                f"Robustness: while fewer than {moved} of {framework.total_points:g} points are moved between indicators, "
                f"{unit_names([top.higher])} is certain to stay above {unit_names([top.lower])}; beyond that the print does "
                "not say.",
                language,
            )
        )
    return sentences


def _about_measured(review: Review, language: str) -> list[str]:
    framework, one = review.framework, review.measured
    names = whole_names(framework, language)
    partial = partial_note(review.table, len(one.normalised), language)
    raised = one.flags[one.flags.b == ""]
    flagged = "; ".join(f"{names[row.a]}: {word(FLAGS, row.flag, language)}" for row in raised.itertuples())
    none = pick("không có", "none", language)
    ranks = one.robustness.ranks
    leader = ranks.index[(ranks.published == 1).argmax()]
    first = percent(one.robustness.top(1)[leader], language)
    wide = review.wide
    spread = pick("mức tập trung", "concentration", language) + f" {one.robustness.concentration:g}"
    top = one.sensitivity.indices.loc[one.sensitivity.indices.total.idxmax()]
    factor = factor_names(framework, language).get(top.factor, top.factor)
    effect, half = (format_number(x, 2, language) for x in (top.total, top.total_half_width))
    redundant = one.flags[one.flags.flag == "redundant"]
    pairs = "; ".join(f"{names[row.a]} – {names[row.b]}" for row in redundant.itertuples())
    return [
        pick(
            f"Số liệu: {flagged}." if flagged else "Số liệu: mọi chỉ số đều phân biệt được các đơn vị.",
            f"Data: {flagged}." if flagged else "Data: every indicator tells units apart.",
            language,
        ),
        pick(
            f"Nhất quán: cặp trùng lặp (trên {format_number(THRESHOLDS['redundant'], 2, language)}): {pairs or none}.",
            f"Coherence: redundant pairs (above {format_number(THRESHOLDS['redundant'], 2, language)}): {pairs or none}.",
            language,
        ),
        *_about_wholes(one.pillars, one.selected, names, language),
        *_about_rest(one.own, names, language),
        _about_one_thing(one.groups[COMPOSITE], one.components, language),
        *about_importance(one.importance, one.intended, framework, language),
        pick(
            f"Độ vững: {unit_names([leader])} đứng đầu trong {first} của các lần rút trọng số ({spread}); "
            f"{len(wide)} trên {len(ranks)} đơn vị có khoảng hạng 5-95 % rộng hơn một phần tư bảng{': ' if wide else ''}"
            f"{unit_names(wide)}.",
            f"Robustness: {unit_names([leader])} is first in {first} of the draws of weights ({spread}); for {len(wide)} of "
            f"{len(ranks)} units the 5-95 % interval spans more than a quarter of all ranks{': ' if wide else ''}"
            f"{unit_names(wide)}.",
            language,
        ),
        pick(
            f"Lựa chọn làm thứ hạng xê dịch nhiều nhất: {factor} (tổng tác động {effect} ± {half}).",
            f"The choice that shifts ranks most: {factor} (total effect {effect} ± {half}).",
            language,
        ),
    ] + [partial] * bool(partial)


def ranks_caption(review: Review, language: str) -> str:
    """What the table of robustness shows: it depends on what was printed."""
    if review.measured is None and review.totals is not None:
        return pick(
            "Điểm ít nhất phải chuyển giữa các chỉ số để đơn vị dưới có thể bắt kịp, khi chỉ biết tổng điểm.",
            "Fewest points to be moved between indicators before the lower unit may catch up, when only totals are known.",
            language,
        )
    return pick(
        "Hạng với trọng số công bố, trung vị và khoảng 5-95 % khi trọng số thay đổi.",
        "Rank with the published weights, median and 5-95 % interval when weights vary.",
        language,
    )


def alt_verdicts(counts: Mapping[str, int], language: str) -> str:
    """The bars for who cannot see them."""
    return (
        "; ".join(
            f"{word(WORDS, name, language)}: {format_number(count, 0, language)}" for name, count in counts.items()
        )
        + "."
    )


def review_source(review: Review, language: str) -> str:
    """Source of the list that a review looked at; which list there is none of, where none is published."""
    note = points_note([review.framework], language)
    if not review.table:
        return pick("chưa tìm thấy bảng kết quả nào được công bố.", "no published list of results was found.", language)
    return cite(review.table, language) + "." + note
