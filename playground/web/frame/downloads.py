"""Files that are downloaded stay until a slow browser has fetched them.

After every run of any page Streamlit drops the files that no page refers to. A page that plays
runs four times a second, and so does every other visitor's: what somebody asked for was gone before
the browser came for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

EVERY = 30.0  # seconds between two looks; a file is dropped at the second one that finds it unused
MOST = 400_000_000  # bytes of all files, from which on they are dropped at once


def keep(manager: MediaFileManager) -> Callable[[], None]:
    """Have a manager's files stay; returns what drops those that are in use no more."""
    drop = manager.remove_orphaned_files

    def now_and_then() -> None:
        if held(manager) > MOST:
            drop()

    manager.remove_orphaned_files = now_and_then  # type: ignore[method-assign]
    return drop


def held(manager: MediaFileManager) -> int:
    """Bytes of all its files."""
    storage = manager._storage
    if not isinstance(storage, MemoryMediaFileStorage):
        return 0
    return sum(stat.byte_length for stats in storage.get_stats().values() for stat in stats)


async def look_after() -> None:
    """Drop what is in use no more, for ever."""
    drop = keep(Runtime.instance().media_file_mgr)
    while True:
        await asyncio.sleep(EVERY)
        try:
            await asyncio.to_thread(drop)
        except Exception:
            logging.getLogger(__name__).exception("could not drop files")
