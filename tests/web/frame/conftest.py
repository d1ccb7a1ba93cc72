"""Visits of the whole app, on any of its pages; the list of pages is the app's own."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import app as root

ROOT = Path(root.__file__).parent
PAGES = sorted(root.PAGES.values())


@pytest.fixture
def opened(monkeypatch, tmp_path, name, few_tests):
    """Visits of the app that have gone to the page called `name`."""
    script = tmp_path / "start.py"  # beside `pages/`, `AppTest` would run a page without the app
    script.write_text("import app\napp.main()\n")
    [title] = [title for title, file in root.PAGES.items() if file == name]
    navigate, page_of = st.navigation, st.Page

    def navigation(pages, **options):
        navigate(pages, **options)
        [chosen] = [page for page in pages if page.title == title]
        chosen._can_be_called = True  # `AppTest` itself stays on the first page
        return chosen

    def visit(**query: str) -> AppTest:
        page = AppTest.from_file(str(script), default_timeout=60)
        page.query_params.update(query)
        visits_made.append(page)
        page.run()
        assert not page.exception
        return page

    monkeypatch.setattr(st, "navigation", navigation)
    monkeypatch.setattr(st, "Page", lambda file, **options: page_of(ROOT / file, **options))
    visits_made: list[AppTest] = []
    yield visit
    for page in visits_made:
        for guest in page.session_state["desks"].values():
            guest.close()
