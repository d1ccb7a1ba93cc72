"""A line that breaks, a server that dies, a page that is loaded again: what stays."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.browser.conftest import running
from tests.campaign.proxy import line


def epochs(page) -> float:
    words = page.locator(".st-key-clock strong").first.inner_text()
    return float(words.replace(",", ""))


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


@pytest.fixture
def may_complain(visit):
    """The browser names every connection that it cannot make."""
    yield
    for _, complaints in visit.opened:
        complaints.clear()


def test_after_a_killed_server_the_page_says_so_and_trains_again(
    cold_server, visit, until, may_complain
):
    playing, paused = visit("", at=cold_server), visit("draw", at=cold_server)
    press(playing, "Play")
    until(playing, lambda: epochs(playing) > 5)
    playing.get_by_role("slider", name="Noise").press("ArrowRight")
    until(playing, lambda: "?m=" in playing.url)
    address = playing.url
    cold_server.process.kill()
    cold_server.process.wait()
    with running(port=cold_server.port):
        for page in (playing, paused):
            until(page, lambda page=page: page.get_by_text("What was trained here is").count())
        assert playing.url == address and epochs(playing) == 0
        press(playing, "Train again")
        until(playing, lambda: epochs(playing) > 5)
        assert playing.get_by_text("What was trained here is").count() == 0
        for page in (playing, paused):
            page.close()  # before the server goes for good


def test_a_cut_line_and_other_pages_keep_the_network_and_a_reload_the_set_up(
    server, visit, until, settle, may_complain
):
    with line(server.port) as proxy:
        page = visit("", at=SimpleNamespace(url=proxy.url))
        press(page, "Play")
        until(page, lambda: epochs(page) > 5)
        page.get_by_role("slider", name="Noise").press("ArrowRight")
        until(page, lambda: "?m=" in page.url)
        address = page.url
        until(page, lambda: epochs(page) > 5)
        proxy.cut()
        page.wait_for_timeout(2000)
        before = epochs(page)
        proxy.mend()
        until(page, lambda: epochs(page) > before)
        page.get_by_role("link", name="Draw", exact=True).first.click()
        settle(page)
        page.go_back()
        until(page, lambda: page.locator(".st-key-clock strong").count() and epochs(page) > before)
        page.go_forward()
        page.go_back()
        until(page, lambda: page.locator(".st-key-clock strong").count() and epochs(page) > before)
        assert page.get_by_text("What was trained here is").count() == 0
        page.reload()
        settle(page)
        assert page.url == address and epochs(page) == 0
        page.close()
