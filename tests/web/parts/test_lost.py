"""After a killed server: a word, and one button that trains again."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.web.frame import visits

APP = Path(__file__).resolve().parents[3] / "app.py"
SPIRAL = Experiment.preset("spiral")


def small_page() -> None:
    from playground.experiment import Experiment
    from playground.web.frame import session
    from playground.web.parts import lost, transport

    desk = session.open("playground", lambda: Experiment.preset("circle"))
    transport.bar(desk)
    lost.line("playground")


def opened(monkeypatch, gone: bool, app: AppTest) -> AppTest:
    monkeypatch.setattr(visits, "lost", lambda: gone)
    app.query_params["m"] = SPIRAL.to_link()
    return app.run(timeout=60)


def buttons(app):
    return [button.label for button in app.button]


def said(app):
    assert not app.exception
    return any("started again" in words.value for words in app.markdown)


@pytest.mark.parametrize("word", ["Train again", "Play", "Dismiss"])
def test_what_happened_is_said_until_it_is_answered(monkeypatch, word):
    app = opened(monkeypatch, True, AppTest.from_function(small_page))
    assert said(app) and said(app.run())
    next(button for button in app.button if button.label == word).click().run()
    desk = app.session_state["desks"]["playground"]
    assert desk.experiment == SPIRAL and desk.playing is (word != "Dismiss")
    assert not said(app) and not said(app.run())
    desk.close()


def test_a_visit_like_any_other_hears_nothing(monkeypatch):
    app = opened(monkeypatch, False, AppTest.from_function(small_page))
    assert not said(app) and buttons(app)[0] == "Play"


def test_the_app_says_it_above_the_page(monkeypatch):
    app = AppTest.from_file(str(APP))
    assert said(opened(monkeypatch, True, app)) and buttons(app)[0] == "Train again"
