"""What a reader is told by an audit: each figure stands in the sentence that it belongs to."""

import re

from dti_research.report import conclusions
from dti_research.study.review import review


def test_the_audit_says_what_the_review_found():
    found = review("national-province-2024", draws=2000, samples=64, resamples=199, seed=1)
    words = " ".join(conclusions.about_review(found, "en"))
    counts = found.verdict_counts
    assert f"{counts['reproduced']} are reproduced" in words and f"{counts['not checkable']} cannot be checked" in words
    first = found.measured.robustness.acceptability.loc["ha-noi", 1]
    assert f"Hà Nội is first in {100 * first:.1f} % of the draws" in words
    assert f"for {len(found.wide)} of 34 units" in words
    top = found.measured.sensitivity.indices.total.max()
    assert f"(total effect {top:.2f} ±" in words
    assert re.search(r"recovered, not printed; most go to Digital government activity, 21\.3 %", words)
    assert "weak with the rest of their pillar (below 0.30): Digital institutions" in words
