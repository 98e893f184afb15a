"""Words for a reader: what codes are called in Vietnamese and English.

Official names come from the data; here stand the words that no document fixes (concepts, readings, verdicts, kinds of finding).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dti_research import data
from dti_research.errors import find_name
from dti_research.index.framework import Framework
from dti_research.report.language import pick
from dti_research.report.say import say as say_in
from dti_research.report.show import names

CONCEPTS = {
    "digital-awareness": ("Nhận thức số", "Digital awareness"),
    "digital-institutions": ("Thể chế số", "Digital institutions"),
    "digital-infrastructure": ("Hạ tầng số", "Digital infrastructure"),
    "digital-human-resources": ("Nhân lực số", "Digital human resources"),
    "cybersecurity": ("An toàn thông tin mạng", "Cybersecurity"),
    "digital-activity": ("Hoạt động chuyển đổi số", "Digital activity, undivided"),
    "digital-government": ("Chính quyền số", "Digital government"),
    "digital-economy": ("Kinh tế số", "Digital economy"),
    "digital-society": ("Xã hội số", "Digital society"),
    "smart-city": ("Đô thị thông minh", "Smart city"),
    "plan-completion": ("Hoàn thành kế hoạch", "Plan completion"),
}
READINGS = {
    "as-printed": ("đúng như in", "as printed"),
    "lower-boundary": ("theo cận dưới (từ ...)", "by lower boundaries (from ...)"),
    "upper-boundary": ("theo cận trên (dưới ...)", "by upper boundaries (below ...)"),
    "share-60-80": ("60 % và 80 % tổng điểm", "60 % and 80 % of the total"),
}
WORDS = {
    "reproduced": ("tính lại được", "reproduced"),
    "explained": ("khác, có lời giải thích", "explained"),
    "contradicted": ("mâu thuẫn", "contradicted"),
    "not checkable": ("không kiểm được", "not checkable"),
    "printed": ("in trong văn bản", "printed"),
    "recovered": ("suy ra từ bảng, không được in", "recovered, not printed"),
    "not published": ("không công bố", "not published"),
    "press-release": ("thông cáo báo chí", "press release"),
    "newspaper": ("báo", "newspaper"),
    "lowered": ("hạ ranh giới thì vượt qua", "passes when the boundary is lowered"),
    "raised": ("nâng ranh giới thì rơi xuống", "falls when the boundary is raised"),
}
KINDS = {
    "level-gap": ("khoảng điểm không thuộc mức nào", "scores without a level"),
    "level-overlap": ("khoảng điểm thuộc hai mức", "scores with two levels"),
    "off-scale-boundary": ("ranh giới không khớp thang điểm", "boundary off the scale"),
    "sources-disagree": ("các nguồn in khác nhau", "sources disagree"),
    "count-mismatch": ("số lượng in không khớp", "count does not match"),
    "ambiguous-count": ("số lượng đọc được hai cách", "count can be read in two ways"),
    "percentages-do-not-add": ("các tỷ lệ không cộng thành 100 %", "percentages do not add to 100"),
    "unscored-indicator": ("chỉ số chính không tính điểm", "main indicator without points"),
    "rank-move-mismatch": ("số bậc tăng không khớp thứ hạng", "places gained do not match the ranks"),
    "value-move-mismatch": ("mức tăng không khớp giá trị", "gain does not match the values"),
    "points-do-not-explain": (
        "điểm của kỳ trước không giải thích được bảng",
        "the earlier points do not explain the table",
    ),
    "merged-mean": ("không bằng trung bình cộng đến chữ số cuối", "not the plain mean to the last digit"),
    "cut-not-rounded": ("số bị cắt, không làm tròn", "cut, not rounded"),
}


# Places and findings are written in English in the data and in JSON; these turn them for a Vietnamese reader. Longest first.
PHRASES = [
    (r"the rounding of each explains it", "do làm tròn từng tỷ lệ"),
    (r"\(says that it keeps the first place\)", "(viết là giữ vị trí dẫn đầu)"),
    (r", since ", ", so với "),
    (r"no such level", "không có mức này"),
    (r"exactly one level for every score", "mỗi điểm số thuộc đúng một mức"),
    (
        r"points of Decision (\S+): (\d+) of (\d+) within rounding, largest miss",
        r"điểm của Quyết định \1: \2/\3 trong giới hạn làm "
        r"tròn, lệch nhiều nhất",
    ),
    (r"the mean of (\d+) printed composites", r"trung bình của \1 giá trị tổng hợp in ra"),
    (r"(\d+) with (.+) counted in, (\d+) with it besides", r"\1 nếu tính cả \2, \3 nếu \2 tính thêm"),
    (r"(\d+) carry points; Smart city carries none", r"\1 chỉ số có điểm; Đô thị thông minh không có"),
    (r"(\d+) main indicators", r"\1 chỉ số chính"),
    (r"(\d+) composites", r"\1 giá trị tổng hợp"),
    (r"from rank (\d+) to rank (\d+)", r"từ hạng \1 đến hạng \2"),
    (r"([\d.]+) = (\d+ %) of ([\d.]+); ([\d.]+) is (\d+ %) of ([\d.]+)", r"\1 = \2 của \3; \4 là \5 của \6"),
    (r"to below", "đến dưới"),
    (r"\bfrom\b", "từ"),
    (r"\bbelow\b", "dưới"),
    (r"(?<=\d) to (?=\d)", " đến "),
    (r"at least (?=\d)", "ít nhất "),
    (r"(?<=\d) or (?=\d)", " hoặc "),
    (r"\bno level\b", "không có mức"),
    (r"level (.+), upper boundary", r"mức \1, cận trên"),
    (r"level (.+), lower boundary", r"mức \1, cận dưới"),
    (r"press-release", "thông cáo báo chí"),
    (r"newspaper", "báo"),
    (r"paragraph on the appraisal council", "đoạn về hội đồng thẩm định"),
    (r"departments, sentence before table", "sở ngành, câu trước bảng"),
    (r"districts, sentence before table", "quận huyện, câu trước bảng"),
    (r"sentence before the table of the five first departments", "câu trước bảng năm sở ngành đầu"),
    (r"sentence before the table of the five first districts", "câu trước bảng năm quận huyện đầu"),
    (r"table of the five first departments", "bảng năm sở ngành đầu"),
    (r"table of the five first districts", "bảng năm quận huyện đầu"),
    (r"table of main indicators", "bảng chỉ số chính"),
    (r"table of (\d+) provinces", r"bảng \1 tỉnh"),
    (r"ranking, first nine rows", "bảng xếp hạng, chín dòng đầu"),
    (r"list of main indicators", "danh sách chỉ số chính"),
    (r"shares inside a pillar", "tỷ lệ trong một trụ cột"),
    (r"levels of departments", "các mức của sở ngành"),
    (r"levels of districts", "các mức của quận huyện"),
    (r"results, opening paragraph", "kết quả, đoạn mở đầu"),
    (r"opening sentence", "câu mở đầu"),
    (r"group headings", "tên nhóm"),
    (r"\bgroup row\b", "dòng nhóm"),
    (r"\bcolumn (\w+) rank\b", r"cột hạng \1"),
    (r"\bcolumn\b", "cột"),
    (r"\bheadline\b", "tiêu đề"),
    (r"\bheading\b", "đầu bảng"),
    (r"\bAppendix\b", "Phụ lục"),
    (r"\bparagraph\b", "đoạn"),
    (r"\bsentence\b", "câu"),
    (r"\bcomposite\b", "tổng hợp"),
    (r"\blevel\b", "mức"),
    (r"\btable\b", "bảng"),
    (r"\brank\b", "hạng"),
    (r"\blead\b", "sa pô"),
    (r"\btext\b", "nội dung"),
    (r"\brow\b", "dòng"),
    (r"Ministry portal", "Cổng của bộ"),
    (r"not shown", "không ghi"),
]


def say(text: str, language: str) -> str:
    """A place or a finding as written in the data, in the reader's language.

    Examples
    --------
    >>> say("table 1, row 2", "vi")
    'bảng 1, dòng 2'
    """
    if language == "vi":
        for english, vietnamese in PHRASES:
            text = re.sub(english, vietnamese, text)
    return text


def say_numbers(text: str, language: str) -> str:
    """`say`, with the decimal comma of a Vietnamese reader.

    Examples
    --------
    >>> say_numbers("0.7770", "vi"), say_numbers("0.7770", "en")
    ('0,7770', '0.7770')
    """
    text = say(text, language)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text) if language == "vi" else text


def place(source: str, locator: str, language: str) -> str:
    """Publisher, day and place of a figure."""
    return say_in(names.place(source, locator), language)


def cite(table: str, language: str) -> str:
    """Source, place and address of a published list.

    Examples
    --------
    >>> cite("province-2024-34", "en")
    'Ministry portal dti.gov.vn, table of 34 provinces (https://dti.gov.vn/xep-hang-2024)'
    """
    row = data.load_tables().loc[find_name("table", table, data.load_tables().index)]
    address = data.load_raw("sources").set_index("source").address[row.source]
    return place(row.source, row.locator, language) + (f" ({address})" if address else "")


def cite_all(tables: Sequence[str], language: str) -> str:
    """`cite` for several lists, each once."""
    return "; ".join(dict.fromkeys(cite(table, language) for table in tables))


def word(pairs: dict[str, tuple[str, str]], key: str, language: str) -> str:
    """The words for a key in the reader's language; a key without words stands for itself."""
    return pick(*pairs.get(key, (key, key)), language)


def title_of(framework: Framework, language: str) -> str:
    """Whose points, for the head of a figure: the framework, and whether its points are printed."""
    name = pick(framework.name_vi, framework.name_en, language)
    return pick(
        f"Điểm: {name}\n({word(WORDS, framework.weights, language)})",
        f"Points: {name}\n({framework.weights})",
        language,
    )


def points_note(frameworks: Sequence[Framework], language: str) -> str:
    """What has to be said wherever points are used that nobody printed; empty where all are printed."""
    recovered = ", ".join(f.id for f in frameworks if f.weights == "recovered")
    if not recovered:
        return ""
    return pick(
        f" Điểm của {recovered}: suy ra từ bảng, không được in.",
        f" Points of {recovered}: recovered, not printed.",
        language,
    )


def cause_names(language: str) -> dict[str, str]:
    """Causes of a change in the reader's language."""
    return {name: word(CAUSE_WORDS, name, language) for name in CAUSE_WORDS}


def concept_names(language: str) -> dict[str, str]:
    """Every concept in the reader's language."""
    return {concept: word(CONCEPTS, concept, language) for concept in CONCEPTS}


def reading_names(language: str) -> dict[str, str]:
    """Every reading of level boundaries in the reader's language."""
    return {reading: word(READINGS, reading, language) for reading in READINGS}


def narrow_ids(frameworks: Sequence[Framework]) -> dict[str, str]:
    """Framework ids broken into lines, for the narrow columns of a figure."""
    return {f.id: f.id.replace("-", "\n") for f in frameworks}


def level_names(language: str) -> dict[str, str]:
    """Every level as printed, with our English name beside it for an English reader."""
    bands = [b for f in data.load_frameworks().values() for rule in f.level_rules for b in rule.bands]
    return {b.name_vi: pick(b.name_vi, b.name_en, language) for b in bands}


def weights_note(points_of: str, framework: Framework, language: str) -> str:
    """Whose points the weights come from, for the end of a caption; empty where they are the framework's own printed ones."""
    if points_of in ("", framework.id):
        return points_note([framework], language)
    other = data.load_framework(points_of)
    name = pick(other.name_vi, other.name_en, language)
    return pick(f" Trọng số: điểm của {name}.", f" Weights: the points of {name}.", language) + points_note(
        [other], language
    )


def shift_names(columns: Sequence[str], language: str) -> dict[str, str]:
    """Headings for what happens when a node counts less, counts more, or is left out."""
    what = {
        "kind": pick("Loại", "Kind", language),
        "mean_shift": pick("xê dịch trung bình", "mean shift", language),
        "largest_shift": pick("xê dịch lớn nhất", "largest shift", language),
        "unit": pick("nhiều nhất", "most", language),
        "first": pick("đứng đầu", "first", language),
        "spearman": pick("tương quan hạng (Spearman)", "rank correlation (Spearman)", language),
    }
    side = {"lower": "− ¼: ", "higher": "+ ¼: "}
    names = {}
    for column in columns:
        name, _, end = column.rpartition("_")
        if end in side:
            names[column] = side[end] + what[name]
        elif column in what:
            names[column] = what[column][:1].upper() + what[column][1:]
    return names


def outcome_names(answers: dict, unit: str, language: str) -> dict:
    """The answers of a sensitivity analysis under what they are about, in words."""
    name = data.unit_names().get(unit, unit)
    titles = {
        "mean-absolute-rank-shift": pick("Xê dịch hạng trung bình", "Mean rank shift", language),
        "rank": pick(f"Hạng của {name}", f"Rank of {name}", language),
    }
    return {titles[outcome]: answer for outcome, answer in answers.items()}


def partial_note(table: str, units: int, language: str) -> str:
    """What has to be said where a published table ranks more units than it prints values of; empty where it does not."""
    ranked = data.load_tables().ranked[find_name("table", table, data.load_tables().index)]
    if not ranked or int(ranked) <= units:
        return ""
    return pick(
        f"Trong {ranked} đơn vị được xếp hạng, chỉ {units} đơn vị có giá trị được in: hạng ở đây là hạng trong {units} đơn vị "
        "đó; không biết đơn vị nào khác sẽ vượt họ khi trọng số hay cách tính khác đi.",
        f"Of {ranked} units that are ranked, the values of {units} are printed: ranks here are among these {units}, and whether "
        "any of the others would pass them under other weights or methods is unknown.",
        language,
    )


METHOD_WORDS = {
    "share-of-maximum": ("tỷ lệ điểm tối đa", "share of the maximum"),
    "min-max": ("min-max", "min-max"),
    "z-score": ("z-score", "z-score"),
    "rank": ("thứ hạng", "rank"),
    "arithmetic": ("trung bình cộng", "arithmetic mean"),
    "geometric": ("trung bình nhân", "geometric mean"),
    "harmonic": ("trung bình điều hòa", "harmonic mean"),
    "published": ("trọng số công bố", "published weights"),
    "equal-pillars": ("các trụ cột bằng nhau", "equal pillars"),
    "equal-indicators": ("các chỉ số bằng nhau", "equal indicators"),
}

FLAGS = {
    "constant": ("mọi đơn vị như nhau", "one value for all"),
    "saturated": ("bão hòa: từ nửa số đơn vị đạt tối đa", "saturated: half of the units or more at the maximum"),
    "tied": ("từ nửa số đơn vị cùng một giá trị", "half of the units or more at one value"),
    "skewed": ("lệch mạnh và đuôi nặng", "skewed, with a heavy tail"),
    "negative": ("ngược chiều với phần còn lại", "against the rest of its whole"),
    "weak": ("ít đi cùng phần còn lại", "weak with the rest of its whole"),
    "redundant": ("trùng lặp", "redundant"),
    "mirrored": ("ngược hẳn nhau: một bên bị đảo chiều?", "mirror images: is one coded the other way round?"),
}
CORRELATION_WORDS = {
    "pearson": ("Pearson", "Pearson"),
    "spearman": ("hạng Spearman", "Spearman's rank"),
    "kendall": ("tau-b của Kendall", "Kendall's tau-b"),
    "holm": ("Holm", "Holm"),
    "benjamini-hochberg": ("Benjamini-Hochberg", "Benjamini-Hochberg"),
    "none": ("không hiệu chỉnh", "no correction"),
}
CAUSE_WORDS = {
    "values": ("giá trị chỉ số", "values"),
    "weights": ("trọng số", "weights"),
    "indicators": ("thêm, bớt chỉ số", "indicators added or dropped"),
    "composites": ("điểm tổng hợp", "composites"),
    "merged": ("sáp nhập", "merging"),
    "listed": ("bảng ngắn hơn", "a shorter list"),
    "boundaries": ("ngưỡng mức độ", "boundaries of levels"),
}
RULE_WORDS = {
    "mean": ("trung bình cộng", "mean"),
    "weighted": ("trung bình có trọng số", "weighted mean"),
    "namesake": ("đơn vị cùng tên", "namesake"),
    "highest": ("cao nhất", "highest"),
    "lowest": ("thấp nhất", "lowest"),
}
MOBILITY_WORDS = {
    "kendall": ("tau-b của Kendall giữa hai bảng", "Kendall's tau-b of the two lists"),
    "mean_move": ("số bậc thay đổi trung bình (không kể dấu)", "mean places moved (without sign)"),
    "same_group": ("% đơn vị ở lại nhóm cũ", "% of the units in the same fifth"),
    "change": ("điểm tổng hợp thay đổi trung bình", "mean change of the composite"),
}
STEPS = {
    "print": (
        "Bản in", "Print",
        "Số liệu đã in nào tính lại được, bản in có tự mâu thuẫn không?",
        "Which printed figures are reproduced, and does the print contradict itself?",
    ),
    "data": (
        "Số liệu", "Data",
        "Có chỉ số nào không phân biệt được các đơn vị?",
        "Is there an indicator that tells no units apart?",
    ),
    "coherence": (
        "Nhất quán", "Coherence",
        "Cặp nào trùng lặp, chỉ số nào ngược chiều?",
        "Which pairs are redundant, which indicators pull against their whole?",
    ),
    "weights": (
        "Trọng số", "Weights",
        "Ở chỉ số nào khoảng của tầm quan trọng không chứa trọng số?",
        "For which indicators does the interval of their importance not hold their weight?",
    ),
    "robustness": (
        "Độ vững", "Robustness",
        "Đơn vị nào có khoảng hạng rộng hơn một phần tư bảng khi trọng số thay đổi?",
        "Whose rank spans more than a quarter of all ranks when weights vary?",
    ),
}  # fmt: skip
"""Step of an audit: its name and its question, each in Vietnamese and English."""
