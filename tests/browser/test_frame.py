"""The frame around every page: navigation, headers, our files, no complaint in the console."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

SLOW = 2  # seconds: a page that plays has been drawn several times meanwhile

PAGES = ("Playground", "Digits", "Draw", "Judge")


@pytest.mark.parametrize("path", ["digits", "draw", "judge"])
def test_deep_link_on_a_cold_server(cold_server, visit, path):
    page = visit(path, at=cold_server)
    for title in PAGES:
        assert page.get_by_role("link", name=title, exact=True).first.is_visible()
    assert page.get_by_text("Page not found").count() == 0
    assert page.locator("[data-testid=stSidebarNav]").count() == 0


def test_every_answer_has_security_headers(server):
    for path in ("", "assets/web/lib/common.js", "_stcore/health"):
        headers = urllib.request.urlopen(server.url + path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_files_come_compressed_with_a_validator(server):
    request = urllib.request.Request(
        server.url + "assets/plotly.min.js", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request) as answer:
        tag, size = answer.headers["etag"], len(answer.read())
        assert answer.headers["content-encoding"] == "gzip" and size < 2_000_000
    request.add_header("If-None-Match", tag)
    with pytest.raises(urllib.error.HTTPError) as again:
        urllib.request.urlopen(request)
    assert again.value.code == 304 and again.value.read() == b""


@pytest.mark.parametrize(
    "path",
    [
        "assets/../app.py",
        "assets/%2e%2e/app.py",
        "assets/none.js",
        "assets/data/mnist/train-images-idx3-ubyte.gz",
    ],
)
def test_nothing_else_is_served(server, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(server.url + path)
    assert refused.value.code in (400, 404)


def test_a_slow_browser_gets_its_file_from_a_page_that_plays(visit):
    page = visit()
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="CSV").first.click()
    asked = []

    def later(route) -> None:
        asked.append(route.request.url)
        time.sleep(SLOW)
        route.continue_()

    page.route("**/media/**", later)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these points").click()
    assert Path(download.value.path()).read_text().startswith("x1,x2,label,split\n") and asked
    page.unroute("**/media/**")
