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


@pytest.mark.parametrize(
    ("path", "query", "framed"),
    [
        ("/learn", b"lesson=xor&embed", True),
        ("/base/learn/", b"embed=true", True),
        ("/learn", b"lesson=xor", False),
        ("/learn", b"lesson=embed", False),
        ("/digits", b"embed=true", False),
        ("/", b"embed", False),
    ],
)
def test_a_lesson_alone_may_stand_in_a_frame_of_others(path, query, framed):
    answers = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "headers": []})

    async def send(message):
        answers.append(dict(message["headers"]))

    scope = {"type": "http", "path": path, "query_string": query}
    asyncio.run(server.SecurityHeaders(app)(scope, None, send))
    (headers,) = answers
    assert (b"x-frame-options" not in headers) is framed
    policy = headers[b"content-security-policy"].decode()
    assert ("frame-ancestors *" in policy) is framed
    assert ("frame-ancestors 'self'" in policy) is not framed
    assert "default-src 'self'" in policy and headers[b"x-content-type-options"] == b"nosniff"
