"""Fetching files from a server on this machine: resume, wrong, short, too large, not there."""

import hashlib
import http.server
import socket
import threading
import time

import pytest

from playground.data import download
from playground.data.download import DownloadError, Source

CONTENT = bytes(range(256)) * 4096  # 1 MiB
MD5 = hashlib.md5(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; the server's `mood` says what goes wrong, and `asked` hears."""

    def do_GET(self):
        mood, whole = self.server.mood, CONTENT
        self.server.asked.append(self.headers.get("Range"))
        if mood == "gone":
            self.send_error(404)
            return
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if mood == "no ranges":
            start = 0
        if start >= len(whole):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        if mood != "endless":
            self.send_header("Content-Length", str(len(whole) - start))
        self.end_headers()
        end = start + 300_000 if mood == "cuts" else len(whole)
        self.wfile.write(whole[start:end])
        if mood == "endless":
            self.wfile.write(whole)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.mood, made.asked = "", []
    threading.Thread(target=made.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{made.server_port}/file.gz"
    yield made
    made.shutdown()
    made.server_close()


def source(server, md5=MD5):
    return Source(server.url, "set/file.gz", md5, len(CONTENT))


def files(tmp_path):
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def test_a_file_comes_whole_and_once(server, tmp_path):
    told = []
    assert download.missing([source(server)])
    place = download.fetch(source(server), told.append)
    assert place == tmp_path / "set" / "file.gz" and place.read_bytes() == CONTENT
    assert told[-1] == len(CONTENT) and told == sorted(told)
    assert files(tmp_path) == ["file.gz"] and not download.missing([source(server)])
    download.fetch(source(server))
    assert server.asked == [None]


def test_a_broken_connection_goes_on_where_it_ended(server, tmp_path):
    server.mood = "cuts"
    with pytest.raises(DownloadError, match="kept; try again"):
        download.fetch(source(server))
    assert server.asked == [None, "bytes=300000-", "bytes=600000-"]
    assert files(tmp_path) == ["file.gz.part"]
    server.mood = ""
    assert download.fetch(source(server)).read_bytes() == CONTENT
    assert server.asked[-1] == "bytes=900000-" and files(tmp_path) == ["file.gz"]


def test_a_server_without_ranges_starts_again(server, tmp_path):
    part = tmp_path / "set" / "file.gz.part"
    part.parent.mkdir()
    part.write_bytes(b"x" * 2_000_00)
    server.mood = "no ranges"
    assert download.fetch(source(server)).read_bytes() == CONTENT


def test_a_part_that_is_already_whole_is_taken(server, tmp_path):
    part = tmp_path / "set" / "file.gz.part"
    part.parent.mkdir()
    part.write_bytes(CONTENT)
    assert download.fetch(source(server)).read_bytes() == CONTENT


def test_another_file_is_refused_and_not_kept(server, tmp_path):
    with pytest.raises(DownloadError, match="checksum"):
        download.fetch(source(server, md5="0" * 32))
    assert files(tmp_path) == []


def test_a_file_that_does_not_end_is_refused(server, tmp_path):
    server.mood = "endless"
    with pytest.raises(DownloadError, match="larger than the 1"):
        download.fetch(source(server))
    assert not any((tmp_path / "set" / name).stat().st_size for name in files(tmp_path))


def test_a_missing_file_and_no_server_are_told_apart(server, tmp_path):
    server.mood = "gone"
    with pytest.raises(DownloadError, match="404"):
        download.fetch(source(server))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}/file.gz"
    with pytest.raises(DownloadError, match="cannot be reached"):
        download.fetch(Source(nobody, "file.gz", MD5, len(CONTENT)))
    assert files(tmp_path) == []


def finished(job):
    end = time.monotonic() + 20
    while job.running:
        assert time.monotonic() < end
        time.sleep(0.01)
    return job


def test_a_job_fetches_in_the_background_once(server, tmp_path):
    sources = [source(server)]
    assert download.job(sources) is None
    first = download.start(sources)
    assert download.start(sources) is first or not first.running
    finished(first)
    assert first.progress == 1 and not first.failure and not download.missing(sources)


def test_a_failed_job_says_why_and_can_be_started_again(server):
    server.mood = "gone"
    sources = [source(server)]
    failed = finished(download.start(sources))
    assert "404" in failed.failure and failed.progress == 0
    server.mood = ""
    assert not finished(download.start(sources)).failure and not download.missing(sources)


def test_a_folder_that_cannot_be_written_is_told(server, tmp_path, monkeypatch):
    (tmp_path / "blocked").write_text("a file")
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "blocked"))
    assert "cannot be kept" in finished(download.start([source(server)])).failure
