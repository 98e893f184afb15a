"""One self-contained page from an executed notebook: what a reader gets, and what a page may never do."""

import base64
import copy
import re
import shutil
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dti_research.errors import InputError
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.render import outputs
from dti_research.report.site import page


def markdown(source, *tags):
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source, outputs=(), *tags):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown_in(folder, *parts):
    """Outputs of parts, as they would stand in the notebook, while their files go to the folder."""
    bundles = [bundle for part in parts for bundle in outputs(part, "vi", folder)]
    return [
        new_output(
            "display_data",
            data={k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in data.items()},
            metadata=metadata,
        )
        for data, metadata in bundles
    ]


def line(language):
    drawing = Drawing(figsize=(2, 1))
    drawing.subplots().plot([1, 2])
    return drawing


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A notebook with one of everything, in both languages, and the folder of its files."""
    folder = tmp_path_factory.mktemp("made")
    frame = pd.DataFrame({"unit": ["A < B", "Đắk Lắk"], "score": [0.7104, 0.25]})
    table, picture, caption, findings = shown_in(
        folder,
        Table("ranking", frame, "Điểm & hạng", simulated=True),
        Figure("line", line, 'Một "đường" đi lên', "Hình một"),
        Findings(["Trong 2 đơn vị, 1 đơn vị < 0,5."]),
    )
    notebook = new_notebook(
        cells=[
            markdown("# English title\n\nAn English question?\n\nMore English.", "lang-en"),
            markdown("# Tiêu đề\n\nMột câu hỏi tiếng Việt?\n\nThêm chữ Việt.", "lang-vi"),
            code('table: str = "x"  # table | bảng', (), "parameters"),
            code("from dti_research.report.render import speak"),
            code("load()"),
            markdown("## Both\n\nUntagged prose, [source](https://example.org/law)."),
            code("shown.ranking", [table]),
            code("shown.line", [picture, caption]),
            code("print(1)", [new_output("stream", name="stdout", text="1 < 2\n")]),
            code(
                "frame", [new_output("execute_result", data={"text/html": "<style scoped>b{}</style><table></table>"})]
            ),
            code("shown.findings", [findings], "findings"),
        ]
    )
    return SimpleNamespace(notebook=notebook, folder=folder, html=render(notebook, folder))


@pytest.fixture
def executed(made):
    return copy.deepcopy(made.notebook)


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def html(made):
    return made.html


def render(executed, folder, language="vi", **changes):
    options = {
        "language": language,
        "title": "Báo cáo <1>",
        "parameters": [("language", language, "ngôn ngữ")],
        "folder": folder,
        "links": page.Links("../../index.html", {"en" if language == "vi" else "vi": "../en/index.html"}),
        "command": "dti run one",
    }
    return page.render_page(executed, **{**options, **changes})


def test_page_speaks_one_language(executed, folder, html):
    assert '<html lang="vi">' in html and "Một câu hỏi tiếng Việt?" in html
    assert "English question" not in html and "More English" not in html
    english = render(executed, folder, "en")
    assert '<html lang="en">' in english and "An English question?" in english and "Thêm chữ Việt" not in english
    assert "Untagged prose" in html and "Untagged prose" in english


def test_title_of_the_run_replaces_that_of_the_notebook(html):
    assert html.count("<h1") == 1 and "<h1>Báo cáo &lt;1&gt;</h1>" in html and "Tiêu đề" not in html


def test_findings_stand_below_the_title_and_at_their_place(html):
    assert html.count("Trong 2 đơn vị, 1 đơn vị &lt; 0,5.") == 2
    assert html.index('class="summary"') < html.index('class="parameters"') < html.index('class="analysis"')


def test_text_in_a_table_is_escaped(html):
    assert "A &lt; B" in html and "A < B" not in html


def test_table_has_caption_number_scroll_and_csv(html):
    table = html[html.index('id="table-ranking"') :]
    assert "overflow-x:auto" in table and '<b class="label">Bảng 1.</b>' in table and "Điểm &amp; hạng" in table
    assert 'href="tables/ranking.simulated.csv"' in table


def test_simulation_is_marked_and_explained(html):
    assert '<strong class="dti-simulated">simulated / mô phỏng</strong>' in html
    assert "không phải số công bố" in html


def test_figure_is_one_inlined_svg_with_alternative_text(html):
    figures = re.findall(r"<figure id=.*?</figure>", html, flags=re.S)
    assert len(figures) == 1
    assert 'alt="Một &quot;đường&quot; đi lên"' in figures[0] and "data:image/svg+xml;base64," in figures[0]
    assert "<figcaption>" in figures[0] and html.count("Hình một") == 1
    assert 'href="figures/line.svg"' in figures[0] and 'href="figures/line.png"' in figures[0]


def test_code_is_folded_and_silent_steps_share_a_fold(html):
    assert "<details open" not in html
    folds = re.findall(r"<details.*?</details>", html, flags=re.S)
    assert any("load" in fold and "speak" in fold for fold in folds)


def test_page_loads_nothing(html):
    page.check_self_contained(html)
    assert "<script" not in html and "@import" not in html and "<style scoped>" not in html
    assert set(re.findall(r'\bsrc="([a-z]+:)', html)) == {"data:"}
    assert 'href="https://example.org/law"' in html


def test_page_links_to_what_stands_beside_it(executed, folder):
    (folder / "provenance.json").write_text("{}", encoding="utf-8")
    html = render(executed, folder)
    for target in ("../../index.html", "../en/index.html", "findings.json", "provenance.json"):
        assert f'href="{target}"' in html
    assert 'href="notebook.ipynb"' not in html  # it is not there
    assert "<code>dti run one</code>" in html


def test_page_can_be_read_aloud_and_by_keyboard(html):
    assert 'class="skip" href="#main"' in html and 'id="main"' in html
    assert ":focus-visible" in html and "prefers-color-scheme: dark" in html and "@media print" in html
    assert 'name="viewport"' in html


@pytest.mark.parametrize(
    "bad",
    [
        '<img src="https://example.org/a.png" alt="a">',
        '<img src="data:image/png;base64,AA">',
        '<img src="//example.org/a.png" alt="a">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<script src="a.js"></script>',
        "<style>@import 'a.css';</style>",
        '<p style="background: url(https://example.org/a.png)">',
        '<iframe src="data:text/html,"></iframe>',
        '<a href="file:///etc/passwd">a</a>',
        '<p onclick="x()">',
    ],
)
def test_what_would_load_or_run_is_found(bad):
    with pytest.raises(InputError, match="not self-contained"):
        page.check_self_contained(f"<p>before</p>{bad}<p>after</p>")


def test_picture_from_elsewhere_in_markdown_is_refused(executed, folder):
    executed.cells.append(markdown("![a](https://example.org/a.png)"))
    with pytest.raises(InputError, match="https://example.org/a.png"):
        render(executed, folder)


def test_picture_without_alternative_text_is_refused(executed, folder):
    executed.cells.append(code("plt.show()", [new_output("display_data", data={"image/png": "AA=="})]))
    with pytest.raises(InputError, match="alternative text"):
        render(executed, folder)


def test_missing_findings_or_question_is_refused(executed, folder):
    without = nbformat.from_dict(executed)
    without.cells = [cell for cell in executed.cells if "findings" not in cell.metadata.tags]
    with pytest.raises(InputError, match="findings"):
        render(without, folder)
    executed.cells[1].source = "# Tiêu đề\n\n## Không có câu hỏi"
    with pytest.raises(InputError, match="no question below the heading in language 'vi'"):
        render(executed, folder)


def test_wide_table_gets_a_sheet_of_its_own(executed, folder):
    wide = Table("wide", pd.DataFrame([range(12)], columns=[f"c{n}" for n in range(12)]), "Rộng")
    executed.cells.append(code("wide", shown_in(folder, wide)))
    assert 'class="table wide"' in render(executed, folder)


def test_index_lists_each_report_with_its_question_and_first_finding():
    entry = page.IndexEntry(
        "one", "Báo cáo <1>", "Câu *hỏi*?", "Kết quả & hết.", [("year", "2024", "năm")], "vi", ("vi", "en")
    )
    html = page.render_index([entry], "vi", {"en": "index.en.html"})
    page.check_self_contained(html)
    assert '<html lang="vi">' in html and "Báo cáo &lt;1&gt;" in html and "Câu <em>hỏi</em>?" in html
    assert "Kết quả &amp; hết." in html and "<code>2024</code>" in html
    for target in ("one/vi/index.html", "one/en/index.html", "index.en.html", "one/vi/provenance.json"):
        assert f'href="{target}"' in html


def test_index_without_reports_says_so():
    assert "No report has been built yet." in page.render_index([], "en", {"vi": "index.html"})


def test_contrast_is_sufficient_in_light_and_dark():
    # WCAG 2.2, 1.4.3: at least 4.5 to 1 for text on what lies under it.
    def luminance(colour):
        colour = "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour[1:]
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    blocks = re.findall(r":root \{(.*?)\}", page._style(), flags=re.S)
    assert len(blocks) == 3
    for block in blocks[:2]:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
        pairs = [(text, under) for text in ("ink", "muted", "link", "accent") for under in ("paper", "card", "code")]
        for text, under in [*pairs, ("mark", "mark-paper")]:
            light, dark = sorted((luminance(colours[text]), luminance(colours[under])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, under)
