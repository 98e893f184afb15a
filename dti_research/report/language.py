"""The reader's language: words and numbers as a Vietnamese or an English reader writes them.

It answers "what is this column called, and how is this number written, in the language of the page?". It serves no
Handbook step: files for machines (CSV, JSON) keep the decimal point and the ASCII names. What it leaves out: official
names of frameworks, indicators and units, which come from ``data`` as ``name_vi`` and ``name_en``.
"""

from __future__ import annotations

import math
from numbers import Integral, Real

from dti_research.errors import UnknownName, find_name, nearest

LANGUAGES = ("vi", "en")

#: What stands where a number is missing.
MISSING = "–"

#: key -> (Vietnamese, English). The first block names columns of tables, the second the parts of a page.
TERMS: dict[str, tuple[str, str]] = {
    # columns: who and what
    "unit": ("Đơn vị", "Unit"),
    "code": ("Mã", "Code"),
    "name": ("Tên", "Name"),
    "name_vi": ("Tên tiếng Việt", "Vietnamese name"),
    "name_en": ("Tên tiếng Anh", "English name"),
    "province": ("Tỉnh, thành phố", "Province"),
    "department": ("Sở, ban, ngành", "Department"),
    "district": ("Quận, huyện", "District"),
    "ministry": ("Bộ, cơ quan ngang bộ", "Ministry"),
    "scope": ("Phạm vi", "Scope"),
    "framework": ("Bộ chỉ số", "Framework"),
    "edition": ("Lần ban hành", "Edition"),
    "year": ("Năm", "Year"),
    "indicator": ("Chỉ số", "Indicator"),
    "main_indicator": ("Chỉ số chính", "Main indicator"),
    "component": ("Chỉ số thành phần", "Component indicator"),
    "components": ("Số chỉ số thành phần", "Component indicators"),
    "concept": ("Nội dung", "Concept"),
    "group": ("Nhóm", "Group"),
    "foundation": ("Nền tảng chung", "Foundation"),
    "activity": ("Hoạt động", "Activity"),
    "pillar": ("Trụ cột", "Pillar"),
    "digital_government": ("Chính quyền số", "Digital government"),
    "digital_economy": ("Kinh tế số", "Digital economy"),
    "digital_society": ("Xã hội số", "Digital society"),
    "issuer": ("Cơ quan ban hành", "Issuer"),
    "decision": ("Quyết định", "Decision"),
    "years": ("Các năm", "Years"),
    "main_indicators": ("Số chỉ số chính", "Main indicators"),
    "units": ("Số đơn vị", "Units"),
    "indicators": ("Số chỉ số", "Indicators"),
    # columns: measures and results
    "measure": ("Đơn vị đo", "Measure"),
    "points": ("Điểm tối đa", "Points"),
    "total_points": ("Tổng điểm", "Total points"),
    "share": ("Tỷ lệ", "Share"),
    "value": ("Giá trị", "Value"),
    "normalised": ("Giá trị chuẩn hóa", "Normalised"),
    "weight": ("Trọng số", "Weight"),
    "weights": ("Trọng số", "Weights"),
    "score": ("Điểm", "Score"),
    "composite": ("Điểm tổng hợp", "Composite"),
    "rank": ("Thứ hạng", "Rank"),
    "order_printed": ("Thứ tự theo bản in", "Order in print"),
    "order_computed": ("Thứ tự tính lại", "Order computed"),
    "rank_change": ("Thay đổi hạng", "Change in rank"),
    "level": ("Mức độ", "Level"),
    "band": ("Khoảng điểm", "Band"),
    "boundary": ("Ngưỡng điểm", "Boundary"),
    "interval": ("Khoảng", "Interval"),
    "at_least": ("Ít nhất", "At least"),
    "at_most": ("Nhiều nhất", "At most"),
    "lower": ("Cận dưới", "Lower"),
    "upper": ("Cận trên", "Upper"),
    "minimum": ("Nhỏ nhất", "Minimum"),
    "median": ("Trung vị", "Median"),
    "mean": ("Trung bình", "Mean"),
    "maximum": ("Lớn nhất", "Maximum"),
    "largest": ("Lớn nhất", "Largest"),
    "unchanged": ("Không đổi", "Unchanged"),
    "difference": ("Chênh lệch", "Difference"),
    "count": ("Số lượng", "Count"),
    "correlation": ("Hệ số tương quan", "Correlation"),
    "probability": ("Xác suất", "Probability"),
    "method": ("Phương pháp", "Method"),
    "scenario": ("Kịch bản", "Scenario"),
    "baseline": ("Kịch bản gốc", "Baseline"),
    "draw": ("Lần mô phỏng", "Draw"),
    "draws": ("Số lần mô phỏng", "Draws"),
    # columns: print and proof
    "claim": ("Số liệu công bố", "Claim"),
    "printed": ("Đã công bố", "Printed"),
    "published": ("Đã công bố", "Published"),
    "computed": ("Tính lại", "Computed"),
    "agrees": ("Khớp", "Agrees"),
    "reproduced": ("Tính lại được", "Reproduced"),
    "expected": ("Lẽ ra là", "Expected"),
    "verdict": ("Kết luận", "Verdict"),
    "why": ("Vì sao", "Why"),
    "where": ("Ở đâu", "Where"),
    "kind": ("Loại", "Kind"),
    "claims": ("Số liệu công bố", "Claims"),
    "document": ("Văn bản", "Document"),
    "finding": ("Mâu thuẫn", "Finding"),
    "reading": ("Cách đọc", "Reading"),
    "source": ("Nguồn", "Source"),
    "locator": ("Vị trí trong nguồn", "Place in source"),
    "note": ("Ghi chú", "Note"),
    "yes": ("có", "yes"),
    "no": ("không", "no"),
    "q05": ("5 %", "5 %"),
    "q95": ("95 %", "95 %"),
    "shift": ("Xê dịch trung bình", "Mean shift"),
    "first": ("Đứng đầu (%)", "First (%)"),
    "error": ("Sai số (±)", "Error (±)"),
    "best": ("Cao nhất có thể", "Best possible"),
    "worst": ("Thấp nhất có thể", "Worst possible"),
    "gap": ("Còn hở", "Gap"),
    "spread": ("Độ lệch chuẩn khi rút", "Spread of the draws"),
    "higher": ("Đơn vị trên", "Higher"),
    "distance": ("Thay đổi nhỏ nhất", "Smallest change"),
    "gains_most": ("Tăng nhiều nhất", "Gains most"),
    "loses_most": ("Giảm nhiều nhất", "Loses most"),
    "low": ("Từ", "From"),
    "high": ("Đến", "To"),
    "low_free": ("Từ (các chỉ số khác tự do)", "From (others free)"),
    "high_free": ("Đến (các chỉ số khác tự do)", "To (others free)"),
    "factor": ("Yếu tố", "Factor"),
    "first_order": ("Bậc một", "First order"),
    "total": ("Tổng tác động", "Total effect"),
    "half_width": ("Nửa khoảng 95 %", "Half of the 95 % interval"),
    "samples": ("Cỡ mẫu gốc", "Base samples"),
    "change": ("Thay đổi lớn nhất", "Largest change"),
    "same_order": ("Ba yếu tố đầu giữ thứ tự", "Three largest in order"),
    "node": ("Chỉ số, trụ cột", "Node"),
    "mean_shift": ("Xê dịch trung bình", "Mean shift"),
    "largest_shift": ("Xê dịch lớn nhất", "Largest shift"),
    "reason": ("Lý do", "Reason"),
    "giving": ("Nhường điểm", "Gives up"),
    "receiving": ("Nhận điểm", "Receives"),
    "moved": ("Điểm chuyển", "Points moved"),
    "a": ("Thứ nhất", "One"),
    "b": ("Thứ hai", "Other"),
    "n": ("Số đơn vị", "Units"),
    "coefficient": ("Hệ số", "Coefficient"),
    "p": ("p", "p"),
    "p_adjusted": ("p hiệu chỉnh", "Adjusted p"),
    "whole": ("Trụ cột, tổng hợp", "Whole"),
    "with_part": ("Kể cả chính nó", "With itself in it"),
    "forced": ("Nếu mọi chỉ số độc lập", "If all were independent"),
    "shared": ("Do phần chung", "By what they share"),
    "shared_low": ("Phần chung: từ", "Shared: from"),
    "shared_high": ("Phần chung: đến", "Shared: to"),
    "alpha": ("Alpha", "Alpha"),
    "standardised": ("Alpha chuẩn hóa", "Standardised alpha"),
    "omega": ("Omega", "Omega"),
    "rest": ("Với phần còn lại", "With the rest"),
    "items": ("Số chỉ số", "Indicators"),
    "variance": ("Phương sai", "Variance"),
    "cumulative": ("Cộng dồn", "Cumulative"),
    "chance": ("Do ngẫu nhiên", "By chance"),
    "kept": ("Vượt ngẫu nhiên", "Above chance"),
    "distinct": ("Số giá trị khác nhau", "Different values"),
    "sd": ("Độ lệch chuẩn", "Standard deviation"),
    "skewness": ("Độ bất đối xứng", "Skewness"),
    "kurtosis": ("Độ nhọn", "Kurtosis"),
    "at_maximum": ("% ở mức tối đa", "% at the maximum"),
    "flag": ("Dấu hiệu", "Flag"),
    "threshold": ("Ngưỡng", "Threshold"),
    "settled": ("Chắc chắn", "Settled"),
    "linear_share": ("% tầm quan trọng", "% of importance"),
    "smooth_share": ("% theo đường cong", "% by a curve"),
    "contribution": ("% đóng góp", "% contributed"),
    "own": ("Chỉ riêng nó (%)", "By it alone (%)"),
    "adequacy": ("KMO", "KMO"),
    "first_share": ("% thành phần đầu", "% of the first component"),
    "without": ("Khi bỏ đơn vị", "Without the unit"),
    "intended": ("Trọng số cần có", "Weight needed"),
    "reached": ("% tầm quan trọng khi đó", "% of importance then"),
    "observed": ("Quan sát được", "Observed"),
    "single_test": ("Một phép kiểm định", "Single test"),
    "family_test": ("Cả nhóm", "Whole family"),
    "family": ("Nhóm phép kiểm định", "Family of tests"),
    "tests": ("Số phép kiểm định", "Tests"),
    "looked_at": ("Đã xem", "Looked at"),
    "raised": ("Có dấu hiệu", "Raised"),
    "step": ("Bước", "Step"),
    "question": ("Câu hỏi", "Question"),
    "low_points": ("Điểm: từ", "Points: from"),
    "high_points": ("Điểm: đến", "Points: to"),
    "inside": ("Nằm trong khoảng", "Inside"),
    "widest": ("Khoảng rộng nhất (%)", "Widest interval (%)"),
    "same_points": ("Cùng điểm nguyên", "Same whole points"),
    "column": ("Cột", "Column"),
    "nearest": ("Số gần nhất mà khớp", "Nearest that fits"),
    "off_by": ("Lệch", "Off by"),
    "one_digit": ("Số khớp, khác một chữ số", "Fits, one digit away"),
    "part": ("Phần", "Part"),
    "earned_low": ("Điểm đạt: từ", "Earned: from"),
    "earned_high": ("Điểm đạt: đến", "Earned: to"),
    "figures": ("Số liệu đã dùng", "Figures used"),
    "consistent": ("Nhất quán", "Consistent"),
    "before": ("Trước", "Before"),
    "after": ("Sau", "After"),
    "moved_by": ("Thay đổi", "Change"),
    "by_values": ("Do giá trị", "By values"),
    "by_weights": ("Do trọng số", "By weights"),
    "by_indicators": ("Do thêm, bớt chỉ số", "By indicators"),
    "by_composites": ("Do điểm tổng hợp", "By composites"),
    "by_merged": ("Do sáp nhập", "By merging"),
    "by_listed": ("Do bảng ngắn hơn", "By a shorter list"),
    "by_boundaries": ("Do ngưỡng", "By boundaries"),
    "remainder": ("Còn lại", "Remainder"),
    "rank_before": ("Hạng trước", "Rank before"),
    "rank_after": ("Hạng sau", "Rank after"),
    "move": ("Đổi hạng", "Places moved"),
    "composite_before": ("Điểm trước", "Composite before"),
    "composite_after": ("Điểm sau", "Composite after"),
    "quantity": ("Đại lượng", "Quantity"),
    "kendall": ("Tau-b", "Tau-b"),
    "mean_move": ("Số bậc đổi trung bình", "Mean places moved"),
    "same_group": ("% ở lại nhóm", "% in the same fifth"),
    "weights_low": ("Do trọng số: từ", "By weights: from"),
    "weights_high": ("Do trọng số: đến", "By weights: to"),
    "values_low": ("Do giá trị: từ", "By values: from"),
    "values_high": ("Do giá trị: đến", "By values: to"),
    # parts of a page
    "language_name": ("Tiếng Việt", "English"),
    "site_title": ("Chỉ số chuyển đổi số của Việt Nam", "Vietnam’s Digital Transformation Indexes"),
    "site_subtitle": (
        "Các báo cáo ai cũng có thể tính lại: mỗi con số đều dẫn về nguồn công bố và đoạn mã đã tính ra nó.",
        "Reports that anyone can rerun: every figure leads back to its published source and to the code behind it.",
    ),
    "skip": ("Đến nội dung chính", "Skip to content"),
    "all_reports": ("Tất cả báo cáo", "All reports"),
    "reports": ("Báo cáo", "Reports"),
    "no_reports": ("Chưa có báo cáo nào được dựng.", "No report has been built yet."),
    "read_report": ("Đọc báo cáo", "Read the report"),
    "navigation": ("Điều hướng", "Navigation"),
    "main_findings": ("Kết quả chính", "Main findings"),
    "first_finding": ("Kết quả đầu tiên", "First finding"),
    "parameters": ("Tham số của báo cáo", "Parameters of this report"),
    "parameter": ("Tham số", "Parameter"),
    "meaning": ("Ý nghĩa", "Meaning"),
    "empty": ("(để trống)", "(empty)"),
    "analysis": ("Phân tích", "Analysis"),
    "table": ("Bảng", "Table"),
    "figure": ("Hình", "Figure"),
    "show_code": ("Mã nguồn", "Code"),
    "files": ("Tệp kèm theo", "Files beside this page"),
    "notebook": ("Sổ tính (Jupyter notebook)", "Jupyter notebook"),
    "findings_file": ("Kết quả chính (JSON)", "Main findings (JSON)"),
    "provenance": ("Nguồn gốc và mã băm (JSON)", "Provenance and hashes (JSON)"),
    "reproduce": ("Để dựng lại đúng trang này:", "To build this very page again:"),
    "simulated_note": (
        "Bảng và hình có nhãn “simulated / mô phỏng” là kết quả mô phỏng với hạt giống cố định, không phải số công bố.",
        "Tables and figures marked “simulated / mô phỏng” come from a seeded simulation, not from published data.",
    ),
}


def check_language(language: str) -> str:
    """Return the language if it is one of the two, else raise.

    Raises
    ------
    UnknownName
        The message lists the known languages.
    """
    return find_name("language", language, LANGUAGES)


def pick(vi: str, en: str, language: str) -> str:
    """Choose between two texts by the reader's language.

    Examples
    --------
    >>> pick("hạng", "rank", "en")
    'rank'
    """
    return (vi, en)[LANGUAGES.index(check_language(language))]


def translate(key: str, language: str) -> str:
    """Return a heading or an interface word in the reader's language.

    Parameters
    ----------
    key : str
        A key of `TERMS`.
    language : {"vi", "en"}

    Raises
    ------
    UnknownName
        Unknown key: the message names the nearest one. Unknown language: it lists the known ones.

    Examples
    --------
    >>> translate("rank", "vi"), translate("rank", "en")
    ('Thứ hạng', 'Rank')
    """
    if key not in TERMS:
        raise UnknownName(
            f"unknown term {key!r}{nearest(key, TERMS)}; add it to TERMS in dti_research/report/language.py"
        )
    return pick(*TERMS[key], language)


def format_number(value: Real | None, digits: int | None, language: str, *, group: bool = True) -> str:
    """Write a number as the reader's language does.

    Parameters
    ----------
    value : number or None
        None and NaN give a dash, for what was not printed is not invented.
    digits : int or None
        Decimals to show; None shows a whole number whole, and any other with the decimals it has (at most ten digits).
    language : {"vi", "en"}
        ``vi``: decimal comma, thousands by dot. ``en``: decimal point, thousands by comma.
    group : bool
        False for years and other numbers that are names.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        The value is not a number (truth values are not).

    Examples
    --------
    >>> format_number(0.7104, 4, "vi"), format_number(1234.5, 1, "vi"), format_number(1234.5, 1, "en")
    ('0,7104', '1.234,5', '1,234.5')
    """
    check_language(language)
    if value is None:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"expected a number, got {value!r} ({type(value).__name__})")
    if not isinstance(value, Integral) and not math.isfinite(value):
        return MISSING if math.isnan(value) else ("∞" if value > 0 else "−∞")
    comma = "," if group else ""
    if digits is not None:
        text = f"{value:{comma}.{digits}f}"
    elif isinstance(value, Integral) or float(value).is_integer():
        text = f"{int(value):{comma}d}"
    else:
        decimals = len(f"{float(value):.10g}".partition(".")[2]) if "e" not in f"{float(value):.10g}" else 10
        text = f"{value:{comma}.{decimals}f}"
    if text.startswith("-"):
        # "-0.00" says nothing; and a true minus sign lines up with digits where a hyphen does not.
        text = text[1:] if not text.strip("-0.,") else "−" + text[1:]
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
