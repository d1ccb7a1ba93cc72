"""Files stay while pages run, and go later."""

from __future__ import annotations

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from playground.web.frame import downloads

REDRAWS = 20  # of all visitors between a click and the browser's request


@pytest.fixture
def storage():
    return MemoryMediaFileStorage("/media")


@pytest.fixture
def manager(storage):
    return MediaFileManager(storage)


def asked(manager, content: bytes = b"x1,x2\n1,2\n") -> tuple[str, str]:
    """A button, clicked: what it is known by, and the address of the file behind it."""
    button = manager.add_deferred(lambda: content, "text/csv", "1.2", "points.csv")
    return button, manager.execute_deferred(button).rsplit("/", 1)[-1]


def redraw(manager) -> None:
    """A run of the whole page, in which the button is not reached, ended by another visit's."""
    for _ in range(REDRAWS):
        manager.clear_session_refs()
        manager.remove_orphaned_files()


def test_a_file_can_be_fetched_after_many_redraws_and_goes_in_the_end(manager, storage):
    drop = downloads.keep(manager)
    button, name = asked(manager)
    fixed = manager.add(b"a,b", "text/csv", "3.4", "runs.csv", is_for_static_download=True)
    redraw(manager)
    assert storage.get_file(name).content == b"x1,x2\n1,2\n"
    assert storage.get_file(fixed.rsplit("/", 1)[-1]).content == b"a,b"
    assert manager.execute_deferred(button)  # a click on the button as it stood before
    drop()
    assert storage.get_file(name)
    drop()
    for gone in (lambda: storage.get_file(name), lambda: manager.execute_deferred(button)):
        with pytest.raises(MediaFileStorageError):
            gone()
    assert downloads.held(manager) == 0


def test_many_large_files_do_not_fill_the_memory(manager, monkeypatch):
    monkeypatch.setattr(downloads, "MOST", 1000)
    downloads.keep(manager)
    for letter in (b"a", b"b", b"c", b"d"):
        asked(manager, 400 * letter)
        redraw(manager)
    assert downloads.held(manager) <= 1000
