"""Findings on recovered weights and on what changed between editions: sentences built from computed results. No figure is typed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from dti_research import data
from dti_research.index.framework import Framework
from dti_research.report.language import format_number, pick
from dti_research.report.sentences import percent, unit_names
from dti_research.report.tables import indicator_names
from dti_research.report.words import RULE_WORDS, word
from dti_research.study.editions import Explanation
from dti_research.study.editions import Pair as PublishedPair
from dti_research.study.editions.mobility import Mobility
from dti_research.study.recovery import Proposals, Recovery
from dti_research.study.recovery.misprint import Diagnosis

TIE = 1e-9
"""Parts that differ by less are equal: they are sums of fractions."""


def _span(low: float, high: float, digits: int, language: str) -> str:
    return pick(" đến ", " to ", language).join(format_number(one, digits, language) for one in (low, high))


def _most(share: float, language: str) -> str:
    """An upper bound in percent, rounded up."""
    return format_number(math.ceil(1e4 * share - 1e-9) / 100, 2, language)


def _listed(points: pd.Series) -> str:
    return "/".join(str(int(one)) for one in points)


# --------------------------------------------------------------------------------------------------------- recovered weights


def about_recovery(
    *,
    found: Recovery,
    diagnosis: Diagnosis,
    points: Proposals,
    on_total: Proposals,
    free: Recovery,
    loose: Recovery,
    on_loose: Proposals,
    compared: pd.DataFrame,
    without: pd.DataFrame,
    checks: pd.DataFrame,
    earned: pd.DataFrame,
    framework: Framework,
    altered: str,
    language: str,
) -> list[str]:
    """What notebook 08 found.

    `on_total`: points looked for on the total that the framework prints; `free`: without an assumed total; `loose`,
    `on_loose`: with numbers rounded twice; `altered`: whose composite was changed on purpose.
    """
    names = indicator_names(framework, language)
    sentences = []
    if altered:
        unit = data.unit_names().get(altered, altered)
        sentences.append(
            pick(
                f"Thử nghiệm: điểm tổng hợp của {unit} đã được sửa có chủ ý; những gì dưới đây không phải là bản in.",
                f"A trial: the composite of {unit} was changed on purpose; what follows is not the print.",
                language,
            )
        )
    sentences += [*_about_verdict(found, diagnosis, language)]
    if diagnosis.rest.verdict != "impossible":
        sentences += _about_points(points, on_total, framework, names, language)
        if free.verdict != "impossible":
            sentences.append(
                pick(
                    "Nếu không giả định trọng số cộng lại bằng 1, bảng in tự cho thấy tổng của chúng nằm trong khoảng "
                    f"{_span(*free.total, 4, language)}.",
                    "Without assuming that the weights add to 1, the table itself says that they add to "
                    f"{_span(*free.total, 4, language)}.",
                    language,
                )
            )
        sentences += _about_loose(loose, on_loose, points, language)
        if points.found:
            same, widest = int(without.same_points.sum()), _most(without.widest.max(), language)
            sentences.append(
                pick(
                    f"Khi bỏ từng đơn vị một, điểm nguyên vẫn như trên ở {same} trong {len(without)} lần; khoảng rộng nhất khi đó "
                    f"{widest} %.",
                    f"With one unit left out at a time, whole points stay the same in {same} of {len(without)}; "
                    "the widest interval "
                    f"is then {widest} %.",
                    language,
                )
            )
        sentences += _about_compared(compared, language)
    sentences += _about_checks(checks, language)
    sentences += _about_earned(earned[~earned.unit.isin(found.units)], language)
    return sentences


def _about_verdict(found: Recovery, diagnosis: Diagnosis, language: str) -> list[str]:
    count, size = len(found.units), len(found.weights)
    if found.verdict != "impossible":
        widest = _most((found.weights.width / found.total[0]).max(), language)
        known = (
            pick("xác định được", "unique", language)
            if found.verdict == "unique"
            else pick("chỉ biết một khoảng", "a range", language)
        )
        step = format_number(100 * found.step, None, language)
        return [
            pick(
                f"Từ {count} đơn vị và {size} chỉ số đã in, kết luận là: {known}. Mỗi trọng số nằm trong một "
                "khoảng chứng minh được, "
                f"rộng nhất {widest} % tổng (gọi là xác định được khi mọi khoảng hẹp hơn {step} %).",
                f"From {count} units and {size} indicators as printed the verdict is: {known}. Each weight lies in "
                "a proven interval, at "
                f"most {widest} % of the total wide (called unique below {step} %).",
                language,
            )
        ]
    contradiction, repair = diagnosis.contradiction, diagnosis.repair
    smallest = (
        pick("không tập nào ít hơn mâu thuẫn", "no smaller set does", language)
        if contradiction.smallest
        else pick("không bớt được đơn vị nào", "none of them can be spared", language)
    )
    sentences = [
        pick(
            f"Không trọng số nào cho ra mọi dòng: {unit_names(contradiction.units)} mâu thuẫn với nhau ({smallest}).",
            f"No weights give all rows: {unit_names(contradiction.units)} contradict each other ({smallest}).",
            language,
        )
    ]
    if not repair.alternatives:
        return [
            *sentences,
            pick(
                "Cần nhiều lỗi in hơn số đã tìm để giải thích: cách tính có lẽ không phải là trung bình cộng có trọng số.",
                "It would take more misprints than were looked for: perhaps the composite is no weighted mean.",
                language,
            ),
        ]
    composite = repair.misprints.query("alternative == 0 and column == 'composite'")
    told = "; ".join(_misprint(row, language) for row in composite.itertuples())
    others, fewest = len(repair.alternatives) - 1, len(repair.alternatives[0])
    sentences.append(
        pick(
            "Nếu điểm tổng hợp là trung bình có trọng số và được làm tròn như giả định, ít nhất "
            f"{fewest} đơn vị bị in sai. Giải thích đơn giản nhất, về điểm tổng hợp: {told}. Số cách giải thích khác với "
            f"cùng số đơn vị: {others}{' (có thể còn nữa)' if repair.more else ''}.",
            "If the composite is a weighted mean, rounded as assumed, at least "
            f"{fewest} unit{'s are' if fewest > 1 else ' is'} misprinted. The plainest explanation, in composites: {told}. "
            f"Other explanations with as many units: {others}{' (there may be more)' if repair.more else ''}.",
            language,
        )
    )
    if diagnosis.rest.verdict != "impossible":
        sentences.append(
            pick(
                f"Bỏ {unit_names(repair.alternatives[0])} đi thì phần còn lại nhất quán; các trọng số dưới đây là từ phần đó.",
                f"Without {unit_names(repair.alternatives[0])} the rest of the table is consistent; the weights below are from it.",
                language,
            )
        )
    return sentences


def _misprint(row: object, language: str) -> str:
    """One composite that may be misprinted: as printed, where it would have to lie, and the numbers a digit away that fit."""
    unit, digits = data.unit_names().get(row.unit, row.unit), len(row.printed.partition(".")[2])
    printed, span = format_number(float(row.printed), digits, language), _span(row.low, row.high, digits, language)
    close = ", ".join(format_number(float(text), digits, language) for text in row.one_digit)
    told = pick(
        f"{unit} in {printed}, phải nằm trong {span}",
        f"{unit} prints {printed}, and would have to lie within {span}",
        language,
    )
    if not close:
        return told
    return told + pick(f" (khác một chữ số: {close})", f" (one digit away: {close})", language)


def _about_points(
    points: Proposals, on_total: Proposals | None, framework: Framework, names: Mapping[str, str], language: str
) -> list[str]:
    sentences = []
    if points.found:
        first = points.found[0]
        same = [one for one in points.found if (one.scale, one.multiple) == (first.scale, first.multiple)]
        steps = pick(f", theo bội số của {first.multiple}", f" in multiples of {first.multiple}", language)
        steps = steps if first.multiple > 1 else ""
        alone = len(same) == 1 and not points.more
        only = pick(
            "cách duy nhất" if alone else f"một trong {len(same)} cách",
            "the only ones" if alone else f"one of {len(same)}",
            language,
        )
        tens = [one for one in points.found if one.multiple == 10 and one.scale != first.scale]
        more = pick(f"; theo bội số của 10: {_listed(tens[0].points)} trên {tens[0].scale}",
                    f"; in multiples of 10: {_listed(tens[0].points)} of {tens[0].scale}", language) if tens else ""  # fmt: skip
        sentences.append(
            pick(
                f"Điểm nguyên khớp mọi dòng: {_listed(first.points)} trên {first.scale}, {only} trên thang đó{steps}{more}.",
                f"Whole points that fit every row: {_listed(first.points)} of {first.scale}, {only} on that scale{steps}{more}.",
                language,
            )
        )
    elif points.more:
        sentences.append(
            pick(
                "Các khoảng quá rộng để thử hết điểm nguyên.",
                "The intervals are too wide for all whole points to be tried.",
                language,
            )
        )
    else:
        where = pick(f"Trên thang {points.scale}", f"On a scale of {points.scale}", language)
        if points.scale is None:
            where = pick(f"Đến thang {points.searched}", f"Up to a scale of {points.searched}", language)
        sentences.append(
            pick(
                f"{where} không có điểm nguyên nào khớp mọi dòng.", f"{where} no whole points fit every row.", language
            )
        )
    if framework.total_printed and not on_total.found and not on_total.more and points.scale != framework.total_printed:
        blocked = ", ".join(names[code] for code in on_total.blocked)
        why = pick(
            f" (không có số nguyên nào trong khoảng của {blocked})",
            f" (no whole number in the interval of {blocked})",
            language,
        )
        total = format_number(framework.total_printed, None, language)
        sentences.append(
            pick(
                f"Tổng điểm in trong văn bản là {total}, nhưng không có điểm nguyên nào cộng lại bằng {total} mà cho ra bảng này"
                f"{why if blocked else ''}.",
                f"The document prints a total of {total} points, yet no whole points that add to {total} give this table"
                f"{why if blocked else ''}.",
                language,
            )
        )
    return sentences


def _about_loose(loose: Recovery, on_loose: Proposals, points: Proposals, language: str) -> list[str]:
    if loose.verdict == "impossible":
        return []
    widest = _most((loose.weights.width / loose.total[0]).max(), language)
    same = bool(points.found and on_loose.found) and [one.points.tolist() for one in on_loose.found] == [
        one.points.tolist() for one in points.found
    ]
    return [
        pick(
            f"Nếu các số đã bị làm tròn hai lần (trung bình của số đã làm tròn), khoảng rộng nhất là {widest} % "
            "tổng và điểm nguyên "
            f"{'vẫn như trên' if same else 'không còn như trên'}.",
            f"Had numbers been rounded twice (means of rounded numbers), the widest interval would be {widest} % "
            "of the total and whole "
            f"points {'the same' if same else 'no longer the same'}.",
            language,
        )
    ]


def _about_compared(compared: pd.DataFrame, language: str) -> list[str]:
    sentences = []
    for name, rows in compared.groupby("framework", sort=False):
        framework, inside = data.load_framework(name), int(rows.inside.astype(bool).sum())
        if framework.weights == "recovered":
            continue  # they were found here: that they lie inside says nothing new
        sentences.append(
            pick(
                f"Điểm tối đa theo Quyết định {framework.decision}: {inside} trong {len(rows)} chỉ số nằm trong "
                "khoảng mà bảng cho phép.",
                f"The points of Decision {framework.decision}: {inside} of {len(rows)} indicators lie within what "
                "the table allows.",
                language,
            )
        )
    return sentences


def _about_checks(checks: pd.DataFrame, language: str) -> list[str]:
    if checks.empty:
        return []
    return [
        pick(
            f"Kiểm bằng số liệu không dùng để suy ra: {int(checks.agrees.sum())} trong {len(checks)} trụ cột đã in "
            "ở nơi khác khớp với "
            "các trọng số này.",
            f"Held against what was not used: {int(checks.agrees.sum())} of {len(checks)} pillars printed "
            "elsewhere agree with these "
            "weights.",
            language,
        )
    ]


def _about_earned(earned: pd.DataFrame, language: str) -> list[str]:
    units = data.unit_names()
    sentences = []
    for unit, rows in earned.groupby("unit", sort=False):
        own = rows[rows.part == "foundation"]
        if own.empty or not own.consistent.iloc[0]:
            continue
        row = own.iloc[0]
        sentences.append(
            pick(
                f"Từ {row.figures} số liệu in về {units.get(unit, unit)}: nền tảng chung đạt "
                f"{_span(row.low, row.high, 1, language)} trên "
                f"{format_number(row.maximum, None, language)} điểm.",
                f"From {row.figures} figures printed on {units.get(unit, unit)}: it earned "
                f"{_span(row.low, row.high, 1, language)} of "
                f"{format_number(row.maximum, None, language)} foundation points.",
                language,
            )
        )
    return sentences


def alt_weights(recovery: Recovery, framework: Framework, language: str) -> str:
    """Alternative text of the figure of intervals."""
    names = indicator_names(framework, language)
    if recovery.verdict == "impossible":
        return pick("Không có khoảng nào: bảng tự mâu thuẫn.", "No intervals: the table contradicts itself.", language)
    share = 100 * recovery.weights / recovery.total[0]
    told = "; ".join(f"{names[code]} {_span(row.low, row.high, 2, language)} %" for code, row in share.iterrows())
    return pick(f"Khoảng của từng trọng số: {told}.", f"The interval of each weight: {told}.", language)


# ------------------------------------------------------------------------------------------------------------------ editions


def about_editions(
    *,
    pair: PublishedPair,
    moved: Mobility,
    explained: Explanation,
    mergers: Explanation | None,
    split: Explanation | None,
    bounds: pd.DataFrame | None,
    rule: str,
    language: str,
) -> list[str]:
    """What notebook 07 found, each part as its study gives it."""
    sentences = []
    if pair.later == pair.tables[0]:
        sentences.append(
            pick(
                "Hai bảng in cùng một năm: điểm của từng đơn vị cũ không đổi, chỉ có sáp nhập.",
                "Both lists are of one year: composites of the old units did not change, only mergers count.",
                language,
            )
        )
    else:
        sentences += _about_mobility(moved, language)
        if pair.same_rules:
            sentences.append(
                pick(
                    "Hai bảng theo cùng một quyết định: nếu cả hai đều dùng điểm tối đa của nó thì mọi thay đổi "
                    "của điểm tổng hợp là do "
                    "giá trị chỉ số.",
                    "One decision is behind both lists: if both used its points, all change of composites is due to values.",
                    language,
                )
            )
    if mergers is not None:
        sentences += _about_mergers(pair, explained, mergers, rule, language)
    if split is not None:
        sentences += _about_split(split, language)
    if bounds is not None:
        certain = int((bounds.values_least > 0).sum())
        span = _span(100 * bounds.weights_low.min(), 100 * bounds.weights_high.max(), 1, language)
        sentences.append(
            pick(
                f"Nếu trước đó chỉ biết điểm tổng hợp: phần do trọng số trong thay đổi của {len(bounds)} đơn vị "
                f"nằm trong khoảng {span} "
                f"điểm phần trăm; ở {certain} đơn vị, giá trị chỉ số chắc chắn đã làm điểm tăng, xét trước hay sau "
                "trọng số cũng vậy.",
                f"From the composites before alone: the part of weights in the change of {len(bounds)} units lies within {span} "
                f"hundredths; for {certain} of them values have raised the composite for certain, taken before or "
                "after the weights.",
                language,
            )
        )
    return sentences


def _about_mobility(moved: Mobility, language: str) -> list[str]:
    told = {
        name: (row.value, row.low, row.high)
        for name, row in moved.summary.iterrows()
    }  # fmt: skip
    up, down = (_movers(moved, end, language) for end in (moved.moves.move.min(), moved.moves.move.max()))
    kendall, places, stayed = told["kendall"], told["mean_move"], told["same_group"]
    return [
        pick(
            f"Thứ tự của {len(moved.moves)} đơn vị: tau-b của Kendall {format_number(kendall[0], 2, language)} "
            f"({_span(*kendall[1:], 2, language)}); trung bình mỗi đơn vị đổi {format_number(places[0], 1, language)} bậc; "
            f"{percent(stayed[0], language)} ở lại nhóm cũ (trong {moved.groups} nhóm) "
            f"({_span(100 * stayed[1], 100 * stayed[2], 0, language)} %; "
            f"nếu thứ tự hoàn toàn ngẫu nhiên: khoảng {format_number(100 / moved.groups, 0, language)} %).",
            f"The order of {len(moved.moves)} units: Kendall's tau-b {format_number(kendall[0], 2, language)} "
            f"({_span(*kendall[1:], 2, language)}); a unit moved {format_number(places[0], 1, language)} places on average; "
            f"{percent(stayed[0], language)} stayed in the same of {moved.groups} groups "
            f"({_span(100 * stayed[1], 100 * stayed[2], 0, language)} %; "
            f"by chance about {format_number(100 / moved.groups, 0, language)} %).",
            language,
        ),
        pick(
            f"Lên nhiều nhất: {up}; xuống nhiều nhất: {down}.",
            f"Up most: {up}; down most: {down}.",
            language,
        ),
    ]


def _movers(moved: Mobility, move: float, language: str) -> str:
    """All units that moved so many places, with their ranks."""
    names, rows = data.unit_names(), moved.moves[moved.moves.move == move]
    return ", ".join(f"{names[unit]} ({row.rank_before:.0f} → {row.rank_after:.0f})" for unit, row in rows.iterrows())


def namesakes(pair: PublishedPair, table: pd.DataFrame) -> pd.DataFrame:
    """One row for each new unit: that of the old unit whose name it bears. All rows where nothing was merged."""
    if pair.crosswalk is None:
        return table
    return table.loc[table.index.isin(pair.crosswalk.before[pair.crosswalk.namesake])]


def _about_mergers(
    pair: PublishedPair, explained: Explanation, mergers: Explanation, rule: str, language: str
) -> list[str]:
    whole, alone = namesakes(pair, explained.rank), namesakes(pair, mergers.rank)
    better = whole[whole.change < -TIE]
    others = [cause for cause in explained.causes if cause != "listed"]
    shorter = int(((better.listed <= better.change / 2 + TIE) & (better.listed < better[others].min(axis=1))).sum())
    misses = mergers.composite.groupby(pair.crosswalk.set_index("before").after).remainder.first().abs()
    half = 0.5 * 10.0**-pair.after.digits
    exact, close = (int((misses <= bound + TIE).sum()) for bound in (half, 2 * half))
    old, count, date = len(pair.before.composites), len(pair.printed), ", ".join(sorted(set(pair.crosswalk.in_force)))
    middle = [format_number((size + 1) / 2, None, language) for size in (old, count)]
    gain, loss = (_merged_most(alone, end, language) for end in (alone.merged.min(), alone.merged.max()))
    return [
        pick(
            f"Từ {old} xuống {count} đơn vị (hiệu lực {date}): hạng trung bình phải từ {middle[0]} xuống "
            f"{middle[1]}, dù không đơn vị nào "
            f"tiến bộ. Trong {len(better)} đơn vị giữ tên có thứ hạng tốt lên, ở {shorter} đơn vị bảng ngắn hơn là "
            "phần lớn nhất, quá nửa.",
            f"From {old} units to {count} (in force {date}): the mean rank must go from {middle[0]} to "
            f"{middle[1]}, though nobody improves. "
            f"Of {len(better)} that kept their name and have a better rank, the shorter list is the largest part, "
            "and more than half, "
            f"for {shorter}.",
            language,
        ),
        pick(
            f"Phần do sáp nhập, với điểm cùng năm, trong các đơn vị giữ tên: lợi nhất {gain}; thiệt nhất {loss}.",
            "The part of merging, with composites of one year, among units that kept their name: most gained by "
            f"{gain}; most lost by "
            f"{loss}.",
            language,
        ),
        pick(
            f"Cách gộp được giả định: {word(RULE_WORDS, rule, language)}. Nó cho đúng điểm đã in của {exact} trong "
            f"{count} đơn vị, và của "
            f"{close} nếu kể cả việc các phần đã được làm tròn.",
            f"How composites were merged is assumed: {word(RULE_WORDS, rule, language)}. It gives the printed "
            f"composite of {exact} of "
            f"{count} units, and of {close} if the parts' own rounding is allowed for.",
            language,
        ),
    ]


def _merged_most(alone: pd.DataFrame, part: float, language: str) -> str:
    """All units with this part of merging, with their ranks before and after."""
    names, rows = data.unit_names(), alone[(alone.merged - part).abs() < TIE]
    who = ", ".join(f"{names[unit]} ({row.before:.0f} → {row.after:.0f})" for unit, row in rows.iterrows())
    return who + pick(f": {_signed(part, language)} bậc", f": {_signed(part, language)} places", language)


def _about_split(split: Explanation, language: str) -> list[str]:
    names = data.unit_names()
    told = "; ".join(
        pick(
            f"{names[unit]} {_signed(100 * row.change, language)} = giá trị {_signed(100 * row['values'], language)}, trọng số "
            f"{_signed(100 * row.weights, language)}",
            f"{names[unit]} {_signed(100 * row.change, language)} = values {_signed(100 * row['values'], language)}, weights "
            f"{_signed(100 * row.weights, language)}",
            language,
        )
        for unit, row in split.composite.iterrows()
    )
    return [
        pick(
            f"Giá trị của cả hai lần chỉ được in cho {len(split.composite)} đơn vị không bị gộp; điểm của các đơn vị này thay "
            "đổi (điểm phần trăm): "
            f"{told}.",
            f"Values of both editions are printed for {len(split.composite)} units that were not merged; their "
            "composites changed (in "
            f"hundredths): {told}.",
            language,
        )
    ]


def _signed(number: float, language: str) -> str:
    return ("+" if number > 0 else "") + format_number(number, 1, language)


def alt_causes(change: pd.DataFrame, language: str) -> str:
    """Alternative text of the figure of causes."""
    names = data.unit_names()
    best, worst = change.change.idxmin(), change.change.idxmax()
    return pick(
        f"Thanh ngang cho {len(change)} đơn vị, mỗi nguyên nhân một đoạn; từ {names[best]} "
        f"({format_number(change.change[best], 0, language)}) đến {names[worst]} "
        f"({format_number(change.change[worst], 0, language)}).",
        f"Bars for {len(change)} units, a piece for each cause; from {names[best]} "
        f"({format_number(change.change[best], 0, language)}) to "
        f"{names[worst]} ({format_number(change.change[worst], 0, language)}).",
        language,
    )


def alt_transitions(moved: Mobility, language: str) -> str:
    """Alternative text of the transition map."""
    stayed = moved.transitions.query("before == after")
    told = ", ".join(f"{int(row.before)}: {int(row.units)}" for row in stayed.itertuples())
    return pick(f"Số đơn vị ở lại từng nhóm: {told}.", f"Units that stayed in each group: {told}.", language)
