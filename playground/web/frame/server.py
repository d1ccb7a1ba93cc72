"""What surrounds Streamlit's own server: our files, security headers, the warm start."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import json
import mimetypes
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from streamlit.runtime.pages_manager import PagesManager

from playground.data.jobs import Job
from playground.experiment import Experiment
from playground.languages import catalogue
from playground.training.run import Run
from playground.views import pictures
from playground.web.frame import downloads, visits
from playground.web.frame.crowd import crowd
from playground.web.frame.gate import Gate

ASSETS = Path(__file__).resolve().parents[3] / "assets"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
WARMED = ("circle", "lenet5")  # what Playground and Digits start with
SERVED = {".js", ".css", ".png", ".svg"}

SAME = "frame-ancestors 'self'"
FRAMED = "frame-ancestors *"  # a lesson that is asked for with `embed` may stand in any page
# 'unsafe-inline' and blob: are what Streamlit's own page needs (its styles, its components).
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: blob:",
        "worker-src 'self' blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        SAME,
    ]
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def keep_navigation() -> None:
    """Tell Streamlit, before its first visit, that `pages/` belongs to `st.navigation`.

    Otherwise a fresh server that is first asked for `/digits` runs `pages/digits.py` in the old
    multipage way: without `app.py`, its navigation and its style.
    """
    PagesManager.uses_pages_directory = False


def routes() -> list[BaseRoute]:
    """Our files under `assets/`, behind the same base path as the app."""
    base = st.get_option("server.baseUrlPath").strip("/")
    prefix = f"/{base}" if base else ""
    return [Route(f"{prefix}/assets/{{name:path}}", _asset)]


def middleware() -> list[Middleware]:
    """Every answer carries the security headers; what comes in is kept within bounds."""
    return [Middleware(SecurityHeaders), Middleware(Gate)]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Compile the kernels in the background, so that the first visitor need not wait."""
    Job("The warm start", warm).start()
    gc.freeze()  # what is imported by now stays; do not walk it again at each collection
    watches = (crowd.watch(), visits.look_after(), downloads.look_after())
    tasks = [asyncio.create_task(watch) for watch in watches]
    yield
    for task in tasks:
        task.cancel()


def warm() -> None:
    """Compile or load what the first pages use; a failure costs speed, not the server."""
    for language in catalogue.names()[1:]:
        catalogue.catalogue(language)
    for preset in WARMED:
        run = Run(Experiment.preset(preset))
        while run.snapshot().status == "compiling":
            time.sleep(0.1)
        run.close()


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every HTTP answer."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers = _encoded(HEADERS)
        framed = {**HEADERS, "content-security-policy": POLICY.replace(SAME, FRAMED)}
        del framed["x-frame-options"]
        self.framed = _encoded(framed)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on; add the headers where the answer starts."""
        headers = self.framed if _is_embedded(scope) else self.headers

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _is_embedded(scope: Any) -> bool:
    """Whether a request is for Learn in a frame: nothing else of the app may stand in one."""
    if scope["type"] != "http" or not scope["path"].rstrip("/").endswith("/learn"):
        return False
    query = scope.get("query_string", b"").decode("latin-1")
    return "embed" in parse_qs(query, keep_blank_values=True)


async def _asset(request: Request) -> Response:
    """A file of `assets/` (or plotly.min.js), compressed once, with an ETag: a reload costs 304."""
    name = request.path_params["name"]
    if name.startswith("data/"):
        return await _picture(request, name.removeprefix("data/").removesuffix(".svg"))
    if name.startswith("languages/"):
        return await _catalogue(request, name.removeprefix("languages/").removesuffix(".json"))
    path = PLOTLY if name == "plotly.min.js" else ASSETS / name
    try:
        path = path.resolve()
        if path != PLOTLY.resolve() and (ASSETS not in path.parents or path.suffix not in SERVED):
            return Response(status_code=404)
        file = await asyncio.to_thread(_read, path, path.stat().st_mtime_ns)
    except (OSError, ValueError):  # no such file, a folder, or a name that no file can have
        return Response(status_code=404)
    return _answer(request, path.name, *file)


async def _picture(request: Request, name: str) -> Response:
    """The picture of a data set, drawn from its own points."""
    file = await asyncio.to_thread(_draw, name)
    return _answer(request, f"{name}.svg", *file) if file else Response(status_code=404)


async def _catalogue(request: Request, language: str) -> Response:
    """A language's messages, for what is drawn in the browser."""
    if language not in catalogue.names() or language == catalogue.SOURCE:
        return Response(status_code=404)
    return _answer(request, "messages.json", *await asyncio.to_thread(_messages, language))


def _answer(request: Request, name: str, body: bytes, packed: bytes, tag: str) -> Response:
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = packed, "gzip"
    return Response(body, headers=headers, media_type=mimetypes.guess_type(name)[0])


@lru_cache(64)
def _read(path: Path, changed: int) -> tuple[bytes, bytes, str]:
    return _prepared(path.read_bytes())


@lru_cache(64)
def _draw(name: str) -> tuple[bytes, bytes, str] | None:
    picture = pictures.svg(name)
    return _prepared(picture.encode()) if picture else None


@lru_cache(8)
def _messages(language: str) -> tuple[bytes, bytes, str]:
    return _prepared(json.dumps(catalogue.catalogue(language).messages).encode())


def _prepared(body: bytes) -> tuple[bytes, bytes, str]:
    """A file, itself compressed, and its validator."""
    return body, gzip.compress(body, 6), f'"{hashlib.sha256(body).hexdigest()[:16]}"'
