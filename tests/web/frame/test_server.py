"""What surrounds Streamlit's own server."""

import asyncio
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.routing import Router

from playground.data import image_files, picture_bounds
from playground.data.tables import TABLE
from playground.web.frame import server


def status(name):
    """What a request for a file of ours is answered with."""
    answers = []

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "GET", "path": "/assets/" + unquote(name), "headers": []}
    asyncio.run(Router(server.routes())(scope, None, send))
    return answers[0]["status"]


def test_our_files_are_served():
    for name in ("web/lib/common.js", "plotly.min.js", "data/circle.svg"):
        assert status(name) == 200


@pytest.mark.parametrize(
    "name",
    [
        "x" * 300,
        "x" * 300 + ".js",
        "a/" * 2000 + "b.js",
        "web/lib/common.js/x.js",
        "web/lib.js",
        "web",
        "",
        "%00.js",
        "%ff.js",
        "%2e%2e/app.py",
        "data/" + "x" * 5000,
        "data/%00.svg",
        "web/lib/common.js%20",
    ],
)
def test_a_name_that_no_file_has_is_not_found(name):
    assert status(name) == 404


def test_files_as_large_as_the_pages_promise_come_in():
    """The server's own limit holds for every widget, whatever the widget says."""
    with (Path(__file__).resolve().parents[3] / ".streamlit/config.toml").open("rb") as file:
        limit = tomllib.load(file)["server"]["maxUploadSize"]
    assert limit >= max(image_files.LARGEST, picture_bounds.LARGEST)
    assert 1024**2 * limit >= TABLE.size
