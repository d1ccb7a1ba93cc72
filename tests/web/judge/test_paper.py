"""The table of 1998 on the Judge page."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from playground.bench import paper

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "judge.py")


def test_errors_of_1998_stand_beside_ours():
    page = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not page.exception
    [fold] = [one for one in page.expander if one.label == "Beside the paper of 1998"]
    told = " ".join(block.value for block in fold.markdown)
    for row in paper.ROWS:
        result = paper.results()[row.name]
        assert f"| {row.title} | {row.error:g} % | **{result.error:.2f} %** |" in told
