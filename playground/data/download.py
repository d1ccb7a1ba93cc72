"""Files that are fetched when somebody asks for them: checked, resumable, and never half there.

A file is written beside its place as `<name>.part` and moved there once its checksum is right; a
broken connection leaves the part, and the next try goes on behind it (HTTP Range, RFC 9110).
"""

from __future__ import annotations

import hashlib
import http.client
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.data import jobs

PIECE = 1 << 17  # bytes read at a time
PATIENCE = 20.0  # seconds without a byte
TRIES = 3  # connections to one file before giving up
SLACK = 1.1  # how much larger than expected a file may be


class DownloadError(Exception):
    """A file could not be fetched; the message says why, and what to do."""


@dataclass(frozen=True)
class Source:
    """A file on the web: where it is, what it is called here, its MD5, about how many bytes."""

    url: str
    name: str
    md5: str
    size: int


def folder() -> Path:
    """Where fetched files are kept: $PLAYGROUND_DATA, or a folder of the user's cache."""
    setting = os.environ.get("PLAYGROUND_DATA")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(setting) if setting else Path(cache) / "neural-network-playground"


def missing(sources: Sequence[Source]) -> list[Source]:
    """Those that are not here yet."""
    return [source for source in sources if not (folder() / source.name).is_file()]


def fetch(source: Source, tell: Callable[[int], None] = lambda count: None) -> Path:
    """Have the file here; `tell` hears how many of its bytes have come."""
    place = folder() / source.name
    if place.is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(place.name + ".part")
    for left in reversed(range(TRIES)):
        try:
            _receive(source, part, tell)
            break
        except (OSError, http.client.HTTPException) as error:
            if not left or isinstance(error, urllib.error.HTTPError):
                raise DownloadError(_why(source, error)) from None
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if digest != source.md5:
        part.unlink()
        raise DownloadError(
            f"{source.url} is not the file that it should be: its checksum is "
            f"{digest} instead of {source.md5}. Nothing of it was kept."
        )
    part.replace(place)
    return place


def _receive(source: Source, part: Path, tell: Callable[[int], None]) -> None:
    """Append what is missing of the part; OSError where the connection ends early."""
    there = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "neural-network-playground", "Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
    request = urllib.request.Request(source.url, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # nothing lies behind the part: it is whole, or of another file
            raise
        return
    with answer:
        start = answer.headers.get("Content-Range", "").startswith(f"bytes {there}-")
        count = there if answer.status == 206 and start else 0
        length = answer.headers.get("Content-Length")
        end = count + int(length) if length and length.isdigit() else None
        limit = int(source.size * SLACK) + 1
        with part.open("r+b" if count else "wb") as file:
            file.seek(count)
            while piece := answer.read(PIECE):
                count += len(piece)
                if count > limit:
                    file.truncate(0)
                    raise DownloadError(
                        f"{source.url} is larger than the {_mega(source.size)} "
                        "that it should be. Nothing of it was kept."
                    )
                file.write(piece)
                tell(count)
            file.truncate()
    if end is not None and count < end:
        raise OSError(f"the connection ended after {_mega(count)} of {_mega(end)}")


def _why(source: Source, error: Exception) -> str:
    host = source.url.split("/")[2]
    if isinstance(error, urllib.error.HTTPError):
        return f"{host} answers “{error.code} {error.reason}” for {source.url}."
    reason = getattr(error, "reason", None) or error
    reason = getattr(reason, "strerror", None) or reason
    return (
        f"{host} cannot be reached, or not for long enough: {reason}. What has come so far is "
        "kept; try again when there is a connection."
    )


def _mega(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


# ---- in the background, once for all visitors ----


class Download(jobs.Job[None]):
    """Files on their way, one after the other; `progress` goes by their expected sizes."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        super().__init__("The download", self._fetch)
        self.sources = sources

    def _fetch(self) -> None:
        whole, before = sum(source.size for source in self.sources), 0

        def count(more: int) -> None:
            self.progress = min((before + more) / whole, 1.0)

        try:
            for source in self.sources:
                fetch(source, count)
                before += source.size
                count(0)
        except DownloadError as error:
            raise jobs.JobError(str(error)) from None
        except OSError as error:
            raise jobs.JobError(f"The files cannot be kept in {folder()}: {error}.") from None


_jobs: dict[tuple[Source, ...], Download] = {}
_lock = threading.Lock()


def job(sources: Sequence[Source]) -> Download | None:
    """The newest attempt to fetch these files."""
    return _jobs.get(tuple(sources))


def start(sources: Sequence[Source]) -> Download:
    """Fetch what is missing in a thread, unless one is at it."""
    with _lock:
        key = tuple(sources)
        now = _jobs.get(key)
        if now is None or not now.running:
            now = _jobs[key] = Download(key)
            now.start()
        return now
