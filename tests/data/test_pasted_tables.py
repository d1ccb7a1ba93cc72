"""Tables as documents, wikis and other scripts write them."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data.tables import opening

NAMED = {
    "LaTeX": r"""\begin{tabular}{lrr}
\hline
x & y & class \\
\hline
1 & 2.5 & a \\
-3 & $4$ & b \\
\hline
\end{tabular}""",
    "LaTeX of pandas, with a caption": r"""\begin{table}[h]
\centering
\caption{Points, and more & more} % a remark
\label{tab:p}
\begin{tabular}{@{}l*{2}{r}@{}}
\toprule
\textbf{x} & \textbf{y} & class \\
\midrule
\num{1} & 2.5 & a \\[2pt]
$-3$ & 4 & b \\ \cmidrule(lr){1-2}
\bottomrule
\end{tabular}
\end{table}""",
    "lines of LaTeX alone": "{\\bf x} & y & class \\\\ \\hline\n1 & 2.5 & a \\\\\n−3 & 4 & b\n",
    "Markdown": "| x | y | class |\n|---|---:|:--:|\n| 1 | 2.5 | a |\n| -3 | 4 | b |\n",
    "Markdown under words": "# P\n\nThree words here.\n\nx|y|class\n-|-|-\n1|2.5|a\n-3|4|b\n",
    "Markdown in bold": "| **x** | *y* | `class` |\n|---|---|---|\n| `1` | 2.5 | a |\n| -3|4|b|",
    "a grid of reStructuredText": """+---+-----+-------+
| x | y   | class |
+===+=====+=======+
| 1 | 2.5 | a     |
+---+-----+-------+
| -3| 4   | b     |
+---+-----+-------+""",
    "simple reStructuredText": (
        "==  ===  =====\nx    y   class\n==  ===  =====\n1   2.5   a\n-3  4  b\n==  ===  =====\n"
    ),
    "csv-table": (
        ".. csv-table:: P\n"
        '   :header: "x", "y", "class"\n'
        "   :widths: 1, 2, 3\n"
        "   1, 2.5, a\n"
        "   -3, 4, b\n"
    ),
    "list-table": """.. list-table:: P
   :header-rows: 1

   * - x
     - y
     - class
   * - 1
     - 2.5
     - a
   * - -3
     - 4
     - b
""",
    "MediaWiki": (
        '{| class="wikitable"\n'
        "|+ Points\n"
        "! x !! y !! class\n"
        "|-\n"
        "| 1 || 2.5 || a\n"
        "|-\n"
        '| style="x" | -3\n'
        "| 4\n"
        "| b\n"
        "|}\n"
    ),
    "Jira": "||x||y||class||\n|1|2.5|a|\n|-3|4|b|\n",
    "Org": "| x | y | class |\n|---+---+-------|\n| 1 | 2.5 | a |\n| -3 | 4 | b |\n",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_pasted_table(name):
    sheet = opening.read(NAMED[name].encode())
    assert [column.name for column in sheet.columns] == ["x", "y", "class"]
    assert sheet.columns[0].values.tolist() == [1, -3]
    assert sheet.columns[1].values.tolist() == [2.5, 4]
    assert sheet.columns[2].words == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "A = [1 2 0; 3 4 1; 5 6 0];",
        "[1, 2, 0; 3, 4, 1; 5, 6, 0]",
        "3×3 Matrix{Float64}:\n 1.0  2.0  0.0\n 3.0  4.0  1.0\n 5.0  6.0  0.0\n",
        "\\begin{bmatrix} 1 & 2 & 0 \\\\ 3 & 4 & 1 \\\\ 5 & 6 & 0 \\end{bmatrix}",
    ],
)
def test_a_matrix(text):
    values = np.stack([column.values for column in opening.read(text.encode()).columns], axis=1)
    assert values.tolist() == [[1, 2, 0], [3, 4, 1], [5, 6, 0]]


@pytest.mark.parametrize(
    "rows",
    [
        ["١٫٥;٢٫٥;a", "−١٬٢٣٤٫٥;٠٫١;b"],  # Arabic-Indic
        ["١٫٥؛٢٫٥؛a", "−١٬٢٣٤٫٥؛٠٫١؛b"],
        ["١٫٥،٢٫٥،a", "−١٬٢٣٤٫٥،٠٫١،b"],
        ["۱٫۵,۲٫۵,a", "−۱٬۲۳۴٫۵,۰٫۱,b"],  # Persian
        ["۱/۵\t۲/۵\ta", "-۱۲۳۴/۵\t۰/۱\tb"],
        ["\u200e۱.۵\u200f;۲.۵;a", "\u200e-۱۲۳۴.۵;۰.۱;b"],
        ["१.५;२.५;a", "-१,२३४.५;०.१;b"],  # Devanagari
        ["১.৫;২.৫;a", "-১,২৩৪.৫;০.১;b"],  # Bengali
        ["๑.๕;๒.๕;a", "-๑,๒๓๔.๕;๐.๑;b"],  # Thai
        ["１．５;２．５;a", "－１，２３４．５;０．１;b"],  # full-width
        ["１．５，２．５，a", "－１２３４．５，０．１，b"],
        ["１,５;２,５;a", "-１.２３４,５;0,1;b"],
    ],
)
def test_digits_of_other_scripts(rows):
    sign = next(sign for sign in "\t؛،，;," if sign in rows[0])
    text = "\n".join([sign.join(["x", "y", "class"]), *rows])
    sheet = opening.read(text.encode())
    assert sheet.headed and sheet.columns[2].words == ["a", "b"]
    assert sheet.columns[0].values.tolist() == [1.5, -1234.5]
    assert sheet.columns[1].values.tolist() == [2.5, 0.1]


@pytest.mark.parametrize(
    "word",
    ["nd", "ND", "n.d.", "N.D.", "n/d", "N/D", "#N/D", "н/д", "#¡VALOR!", "#NOMBRE?", "#YOK"],
)
def test_words_for_nothing(word):
    sheet = opening.read(f"x,y,class\n1,2,a\n{word},3,b\n4,5,{word}\n6,7,b\n".encode())
    assert sheet.columns[0].missing.tolist() == [False, True, False, False]
    assert sheet.columns[2].missing.tolist() == [False, False, True, False]


def test_north_dakota_beside_south_dakota_is_an_answer():
    sheet = opening.read(b"x,y,state\n1,2,ND\n2,3,SD\n4,5,ND\n6,7,MN\n")
    assert not sheet.columns[2].missing.any()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("LaTeX", "a LaTeX table"),
        ("Jira", "a table of Jira"),
        ("MediaWiki", "a table of MediaWiki"),
        ("list-table", "a list-table of reStructuredText"),
        ("Markdown", "bars between columns"),
    ],
)
def test_it_says_what_it_took_it_for(name, form):
    assert opening.read(NAMED[name].encode()).form == (form,)
