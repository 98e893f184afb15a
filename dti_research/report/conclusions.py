"""Findings on coherence and the conclusions of an audit: sentences built from computed results. No figure in them is typed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from dti_research.index.framework import Framework
from dti_research.report.language import format_number, pick
from dti_research.report.sentences import percent, unit_names
from dti_research.report.tables import factor_names, indicator_names, whole_names
from dti_research.report.words import (
    CORRELATION_WORDS,
    FLAGS,
    KINDS,
    WORDS,
    cite,
    partial_note,
    points_note,
    word,
)
from dti_research.study.pillars.coherence import Components, Consistency
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.flags import THRESHOLDS
from dti_research.study.pillars.intended import IntendedWeights
from dti_research.study.pillars.pairs import POWER, Correlations
from dti_research.study.review import Answer as Review


def about_pillars(
    *,
    between: Correlations,
    own: Correlations,
    pillars: Correlations,
    whole: Consistency,
    parts: Components,
    checks: pd.DataFrame,
    importance: pd.DataFrame,
    intended: IntendedWeights,
    influence: pd.DataFrame,
    selected: pd.DataFrame | None,
    by_cut: pd.DataFrame | None,
    framework: Framework,
    partial: str,
    language: str,
) -> list[str]:
    """What notebook 06 found, each part as its study gives it. `partial`: what has to be said of a list that leaves units out."""
    names = whole_names(framework, language)
    sentences = [
        *_about_pairs(between, names, language),
        *_about_wholes(pillars, selected if partial else None, names, language),
        *_about_rest(own, names, language),
        _about_one_thing(whole, parts, by_cut if partial else None, language),
        *_about_maximum(checks, names, language),
        *about_importance(importance, intended, framework, language),
        _about_influence(influence, whole, names, language),
    ]
    return sentences + (_about_cut(between, selected, language) + [partial] if partial else [])


def _coefficient(pair: object, language: str) -> str:
    written = format_number(pair.coefficient, 2, language)
    if math.isnan(pair.low):
        return written
    return f"{written} ({_range(pair.low, pair.high, language)})"


def _range(low: float, high: float, language: str) -> str:
    return pick(" đến ", " to ", language).join(format_number(one, 2, language) for one in (low, high))


def _about_pairs(between: Correlations, names: Mapping[str, str], language: str) -> list[str]:
    pairs = between.pairs.dropna(subset="coefficient")
    if pairs.empty:
        return [pick("Không có cặp chỉ số nào để so.", "There is no pair of indicators to compare.", language)]
    away = int(((pairs.low > 0) | (pairs.high < 0)).sum())
    alpha = 1 - between.confidence
    left = int((pairs.p_adjusted < alpha).sum())
    rule = word(CORRELATION_WORDS, between.adjustment, language)
    single, first = (format_number(one, 2, language) for one in (between.detectable, between.detectable_first))
    most = pairs.loc[pairs.coefficient.abs().idxmax()]
    level = f"{format_number(100 * alpha, None, language)} %"
    missed = round(10 * (1 - POWER))
    sentences = [
        pick(
            f"Trong {between.tests} cặp chỉ số ({between.n} đơn vị), {away} cặp có khoảng tin cậy không chứa 0; sau khi hiệu "
            f"chỉnh cho cả nhóm phép kiểm định ({rule}), {left} cặp có p dưới {level}. Với {between.n} đơn vị, tương quan "
            f"thật dưới {single} bị bỏ sót quá {missed} lần trong 10; ở bước đầu của phép hiệu chỉnh Holm là dưới {first}.",
            f"Of {between.tests} pairs of indicators ({between.n} units), {away} have an interval that excludes 0; after "
            f"correction over the family ({rule}), {left} have p below {level}. With {between.n} units, a true correlation "
            f"below {single} is missed more often than {missed} times in 10; at the first step of Holm's correction, below "
            f"{first}.",
            language,
        ),
        pick(
            f"Cặp mạnh nhất: {names[most.a]} và {names[most.b]}, {_coefficient(most, language)}.",
            f"The strongest pair: {names[most.a]} and {names[most.b]}, {_coefficient(most, language)}.",
            language,
        ),
    ]
    if between.least_p >= alpha:
        least = format_number(between.least_p, 3, language)
        sentences.append(
            pick(
                f"Với số hoán vị này, p hiệu chỉnh không thể nhỏ hơn {least}, dù hệ số thế nào: không tìm thấy không có nghĩa gì.",
                f"With these permutations no adjusted p can fall below {least}, whatever the coefficients: that nothing was "
                "found means nothing.",
                language,
            )
        )
    return sentences


def _about_wholes(
    pillars: Correlations, selected: pd.DataFrame | None, names: Mapping[str, str], language: str
) -> list[str]:
    pairs = pillars.pairs[(pillars.pairs.a != COMPOSITE) & (pillars.pairs.b != COMPOSITE)].dropna(subset="coefficient")
    if pairs.empty:
        return []
    if not pairs.shared.any():
        return [
            pick(
                "Các trụ cột không có chung chỉ số nào, nên cấu tạo không tự tạo ra tương quan giữa chúng.",
                "The pillars share no indicator, so that the construction forces no correlation between them.",
                language,
            )
        ]
    most = pairs.loc[pairs.coefficient.idxmax()]
    forced, shared = (format_number(most[one], 2, language) for one in ("forced", "shared"))
    band = _range(most.shared_low, most.shared_high, language)
    beyond = pairs[pairs.p_adjusted < 1 - pillars.confidence]
    listed = "; ".join(f"{names[pair.a]} – {names[pair.b]}" for pair in beyond.itertuples())
    none = pick("không có", "none", language)
    sentences = [
        pick(
            f"Hai trụ cột {names[most.a]} và {names[most.b]} tương quan {_coefficient(most, language)}. Riêng phần chỉ số "
            f"chung của chúng sẽ cho {shared} (5-95 %: {band}), kể cả khi các phần riêng độc lập; nếu mọi chỉ số độc lập thì "
            f"là {forced}. Cặp trụ cột đi cùng nhau hơn mức phần chung tạo ra (sau hiệu chỉnh): {listed or none} "
            f"({len(beyond)} trên {len(pairs)}).",
            f"The pillars {names[most.a]} and {names[most.b]} correlate {_coefficient(most, language)}. The indicators that "
            f"they share would give {shared} (5-95 %: {band}) by themselves, if the others were independent; {forced}, if all "
            f"were. Pairs of pillars that go together beyond what they share (after correction): {listed or none} "
            f"({len(beyond)} of {len(pairs)}).",
            language,
        )
    ]
    if selected is not None:
        row = selected[(selected.a == most.a) & (selected.b == most.b)].iloc[0]
        mean, span = format_number(row["mean"], 2, language), _range(row.low, row.high, language)
        inside = row.low <= most.coefficient <= row.high
        sentences.append(
            pick(
                f"Chỉ số độc lập, trong một danh sách bị cắt như thế này, đã cho hai trụ cột đó {mean} ({span}): hệ số quan "
                f"sát được {'nằm trong' if inside else 'nằm ngoài'} khoảng ấy.",
                f"Independent indicators in a list cut like this one give those two pillars {mean} ({span}): the observed "
                f"coefficient lies {'within' if inside else 'outside'}.",
                language,
            )
        )
    return sentences


def _about_rest(own: Correlations, names: Mapping[str, str], language: str) -> list[str]:
    pairs = own.pairs[own.pairs.b == COMPOSITE]
    loose = pairs[~(pairs.low > 0) & pairs.coefficient.notna()]  # also those for which no interval could be formed
    blank = ", ".join(names[code] for code in pairs.a[pairs.coefficient.isna()])
    sentences = []
    if blank:
        sentences.append(
            pick(
                f"Không so được với phần còn lại, vì không có gì khác nhau giữa các đơn vị: {blank}.",
                f"Not comparable with the rest, because nothing differs between units: {blank}.",
                language,
            )
        )
    if loose.empty:
        return [
            *sentences,
            pick(
                "Mọi chỉ số khác nhau giữa các đơn vị đều tương quan dương với phần còn lại của chỉ số tổng hợp (khoảng tin "
                "cậy không chứa 0).",
                "Every indicator that differs between units correlates positively with the rest of the composite (no "
                "interval holds 0).",
                language,
            ),
        ]
    listed = "; ".join(f"{names[pair.a]} {_coefficient(pair, language)}" for pair in loose.itertuples())
    return [
        *sentences,
        pick(
            f"Chưa đủ cơ sở để nói là cùng chiều với phần còn lại của chỉ số tổng hợp: {listed}.",
            f"Not shown to go with the rest of the composite: {listed}.",
            language,
        ),
    ]


def _about_one_thing(whole: Consistency, parts: Components, by_cut: pd.DataFrame | None, language: str) -> str:
    alpha, span = format_number(whole.alpha, 2, language), _range(whole.low, whole.high, language)
    share = percent(parts.variances.share.iloc[0], language)
    sentence = pick(
        f"Alpha của Cronbach (tổng không trọng số) là {alpha} ({span}); số thành phần chính vượt mức ngẫu nhiên: "
        f"{parts.kept}; thành phần đầu chiếm {share} phương sai.",
        f"Cronbach's alpha (of the sum without weights) is {alpha} ({span}); principal components above chance: {parts.kept}; "
        f"the first holds {share} of the variance.",
        language,
    )
    if by_cut is None:
        return sentence
    alpha, share = by_cut.loc["alpha"], 100 * by_cut.loc["first_share"]
    usual = format_number(alpha["median"], 2, language), _range(alpha.low, alpha.high, language)
    first = format_number(share["median"], 1, language)
    return sentence + pick(
        f" Chỉ số độc lập, bị cắt như danh sách này, đã cho alpha {usual[0]} ({usual[1]}) và thành phần đầu {first} % (mô phỏng).",
        f" Independent indicators, cut as this list is, give alpha {usual[0]} ({usual[1]}) and a first component of {first} % "
        "(simulated).",
        language,
    )


def _about_influence(influence: pd.DataFrame, whole: Consistency, names: Mapping[str, str], language: str) -> str:
    """The unit without which alpha changes most."""
    row = influence.loc[(influence.alpha - whole.alpha).abs().idxmax()]
    alpha, without = (format_number(one, 2, language) for one in (whole.alpha, row.alpha))
    pair, changed = (
        f"{names[row.a]} – {names[row.b]}",
        [format_number(row[one], 2, language) for one in ("coefficient", "without")],
    )
    unit = unit_names([row.name])
    return pick(
        f"Một đơn vị nặng ký nhất: không có {unit} thì alpha là {without} thay vì {alpha}, và {pair} là {changed[1]} thay vì "
        f"{changed[0]}.",
        f"Most hangs on one unit: without {unit} alpha is {without} instead of {alpha}, and {pair} is {changed[1]} instead of "
        f"{changed[0]}.",
        language,
    )


def _about_cut(between: Correlations, selected: pd.DataFrame, language: str) -> list[str]:
    pairs = between.pairs.merge(selected, on=["a", "b"], suffixes=("", "_cut")).dropna(subset="coefficient")
    outside = int(((pairs.coefficient < pairs.low_cut) | (pairs.coefficient > pairs.high_cut)).sum())
    span = _range(pairs["mean"].min(), pairs["mean"].max(), language)
    return [
        pick(
            f"Danh sách chỉ in một số hạng: trong mô phỏng, các chỉ số độc lập bị cắt như thế có hệ số trung bình từ {span}, "
            f"không vì lý do nào khác. {outside} trên {len(pairs)} hệ số quan sát được nằm ngoài khoảng 5-95 % của mô phỏng; "
            "khoảng tin cậy và p ở trên không tính đến việc cắt.",
            "Only some ranks are printed: in a simulation, independent indicators cut in this way have mean coefficients of "
            f"{span}, for no other reason. {outside} of {len(pairs)} observed coefficients lie outside the 5-95 % of the "
            "simulation; intervals and p above do not allow for the cut.",
            language,
        )
    ]


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
        weight, share, part = (percent(row[one], language) for one in ("weight", "linear_share", "contribution"))
        span = pick(" đến ", " to ", language).join(
            format_number(100 * one, 1, language) for one in (row.low, row.high)
        )
        parts.append(
            pick(
                f"{names[code]}: trọng số {weight}, tầm quan trọng {share} ({span}), đóng góp {part}",
                f"{names[code]}: weight {weight}, importance {share} ({span}), contribution {part}",
                language,
            )
        )
    gap = format_number(100 * intended.largest_gap, 1, language)
    if intended.possible:
        says = pick(
            "Có những trọng số không âm khiến tầm quan trọng của mỗi chỉ số bằng đúng trọng số của nó.",
            "There are weights of at least 0 with which each indicator's importance is its given weight.",
            language,
        )
    else:
        says = pick(
            "Không có bộ trọng số không âm nào để tầm quan trọng của mỗi chỉ số bằng đúng trọng số của nó; bộ gần nhất tìm "
            f"được vẫn lệch tới {gap} điểm phần trăm.",
            "No weights of at least 0 make each indicator's importance its given weight; the nearest found miss it by up to "
            f"{gap} percentage points.",
            language,
        )
    return [
        pick(
            "Trọng số không phải là tầm quan trọng (bình phương tương quan với điểm tổng hợp, chia cho tổng của chúng): ",
            "Weight is not importance (squared correlation with the composite, of the sum of these): ",
            language,
        )
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
            f"Bản in: {len(review.verdicts)} số liệu, {counts['reproduced']} tính lại được, {counts['explained']} khác nhưng "
            f"giải thích được, {counts['contradicted']} mâu thuẫn, {counts['not checkable']} không kiểm được. Phát hiện về "
            f"bản in: {listed}.",
            f"Print: {len(review.verdicts)} figures, of which {counts['reproduced']} are reproduced, {counts['explained']} "
            f"differ and are explained, {counts['contradicted']} are contradicted, {counts['not checkable']} cannot be "
            f"checked. Findings about the print: {listed}.",
            language,
        )
    ]
    if framework.points is not None:
        points = framework.points
        most = points.index[points == points.max()]
        concept = ", ".join(indicator_names(framework, language)[code] for code in most)
        share, origin = (
            percent(points.max() / framework.total_points, language),
            word(WORDS, framework.weights, language),
        )
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
            "Không ai công bố giá trị chỉ số của từng đơn vị: chất lượng số liệu, tính nhất quán và tầm quan trọng của các "
            "chỉ số không kiểm được từ bên ngoài.",
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
    pairs = {
        flag: "; ".join(f"{names[row.a]} – {names[row.b]}" for row in one.flags[one.flags.flag == flag].itertuples())
        or none
        for flag in ("redundant", "mirrored", "weak", "negative")
    }
    high, low = (format_number(THRESHOLDS[flag], 2, language) for flag in ("redundant", "weak"))
    return [
        pick(
            f"Số liệu: {flagged}." if flagged else "Số liệu: mọi chỉ số đều phân biệt được các đơn vị.",
            f"Data: {flagged}." if flagged else "Data: every indicator tells units apart.",
            language,
        ),
        pick(
            f"Nhất quán: cặp trùng lặp (trên {high}): {pairs['redundant']}; ngược hẳn nhau (dưới −{high}): "
            f"{pairs['mirrored']}; chỉ số ít đi cùng phần còn lại của trụ cột (dưới {low}): {pairs['weak']}; ngược chiều với "
            f"phần còn lại: {pairs['negative']}.",
            f"Coherence: redundant pairs (above {high}): {pairs['redundant']}; mirror images (below −{high}): "
            f"{pairs['mirrored']}; indicators weak with the rest of their pillar (below {low}): {pairs['weak']}; against it: "
            f"{pairs['negative']}.",
            language,
        ),
        *_about_wholes(one.pillars, one.selected, names, language),
        *_about_rest(one.own, names, language),
        _about_one_thing(one.groups[COMPOSITE], one.components, one.by_cut, language),
        *about_importance(one.importance, one.intended, framework, language),
        _about_influence(one.influence, one.groups[COMPOSITE], names, language),
        pick(
            f"Độ vững: {unit_names([leader])} đứng đầu trong {first} của các lần rút trọng số ({spread}); {len(wide)} trên "
            f"{len(ranks)} đơn vị có khoảng hạng 5-95 % rộng hơn một phần tư bảng{': ' if wide else ''}{unit_names(wide)}.",
            f"Robustness: {unit_names([leader])} is first in {first} of the draws of weights ({spread}); for {len(wide)} of "
            f"{len(ranks)} units the 5-95 % interval spans more than a quarter of all "
            f"ranks{': ' if wide else ''}{unit_names(wide)}.",
            language,
        ),
        pick(
            f"Lựa chọn làm thứ hạng xê dịch nhiều nhất: {factor} (tổng tác động {effect} ± {half}, phần phương sai của xê "
            "dịch hạng trung bình).",
            f"The choice that shifts ranks most: {factor} (total effect {effect} ± {half}, of the variance of the mean rank "
            "shift).",
            language,
        ),
    ] + (_about_cut(one.between, one.selected, language) + [partial] if partial else [])


def ranks_caption(review: Review, language: str) -> str:
    """What the table of robustness shows: it depends on what was printed."""
    if review.measured is None and review.totals is not None:
        return pick(
            "Điểm ít nhất phải chuyển giữa các chỉ số để đơn vị dưới có thể bắt kịp, khi chỉ biết tổng điểm.",
            "Fewest points to be moved between indicators before the lower unit may catch up, when only totals are known.",
            language,
        )
    return pick(
        "Hạng với trọng số gốc, trung vị và khoảng 5-95 % khi trọng số thay đổi.",
        "Rank with the given weights, median and 5-95 % interval when weights vary.",
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
