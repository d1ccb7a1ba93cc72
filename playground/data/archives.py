"""ZIP files from strangers: what is in them, judged before any of it is unpacked.

Names come from every system: with backslashes, in the code page of whoever packed them, and with
what macOS and Windows leave beside them.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from playground.data.picture_bounds import PictureError

MOST_DIRECTORY = 4_000_000  # bytes in which an archive lists its files
UTF8 = 0x800  # the flag of a name in UTF-8
LOCKED = 0x1
# Tried in turn for names that do not say how they are written: the first that gives words is taken.
ENCODINGS = ("utf-8", "cp437", "gb18030", "cp866")
HIDDEN = (".", "__MACOSX")
END = b"PK\5\6"
END_64 = b"PK\6\6"


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its path with slashes, and what the archive says of it."""

    path: PurePosixPath
    info: zipfile.ZipInfo

    @property
    def words(self) -> str:
        """Its path, short enough for a sentence."""
        return f"“{str(self.path)[:60]}”"


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive; PictureError where it is none, or lists more than anybody needs."""
    try:
        if _directory(content) > MOST_DIRECTORY:
            raise PictureError("This ZIP file lists too many files.")
        return zipfile.ZipFile(io.BytesIO(content))
    except PictureError:
        raise
    except Exception:  # zipfile lets many kinds out where a directory makes no sense
        raise PictureError("This ZIP file cannot be read: it is damaged, or no ZIP file.") from None


def _directory(content: bytes) -> int:
    """Bytes of the list of files, as the end of the archive says (APPNOTE 4.3.14 and 4.3.16)."""
    at = content.rindex(END)
    (size,) = struct.unpack_from("<I", content, at + 12)
    if size == 0xFFFFFFFF:
        (size,) = struct.unpack_from("<Q", content, content.rfind(END_64) + 40)
    return int(size)


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """All files that somebody meant to pack; PictureError where one is locked or leads outside."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    members = [
        Entry(PurePosixPath(name), info) for name, info in zip(_names(infos), infos, strict=True)
    ]
    members = [entry for entry in members if entry.path.parts and not _hidden(entry.path)]
    for entry in members:
        path = entry.path
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise PictureError(f"{entry.words} points outside of the archive.")
        if entry.info.flag_bits & LOCKED:
            raise PictureError("This ZIP file is locked with a password.")
    return members


def _hidden(path: PurePosixPath) -> bool:
    """Whether a system put it there for itself."""
    return any(part.startswith(HIDDEN) and part != ".." for part in path.parts)


def _names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """Paths with slashes, in the one encoding that gives words for all of them."""
    plain = [info.filename for info in infos if info.flag_bits & UTF8 or info.filename.isascii()]
    others = [i.filename for i in infos if not (i.flag_bits & UTF8 or i.filename.isascii())]
    for encoding in ENCODINGS if others else ():
        try:  # zipfile has read them as code page 437
            decoded = [name.encode("cp437").decode(encoding) for name in others]
        except (UnicodeDecodeError, UnicodeEncodeError):
            continue
        if all(_words(name) for name in decoded):
            break
    else:
        decoded = others
    queues = iter(plain), iter(decoded)
    both = (next(queues[not (i.flag_bits & UTF8 or i.filename.isascii())]) for i in infos)
    return [name.replace("\\", "/") for name in both]


def _words(name: str) -> bool:
    """Whether only letters, digits and the signs of paths are in it."""
    return all(letter.isalnum() or letter in "/\\._-+()[]{}°%&,;'!#$@~^ =" for letter in name)


def check_sizes(chosen: Iterable[Entry], most: int) -> None:
    """Refuse more than `most` bytes, all of them unpacked."""
    if sum(entry.info.file_size for entry in chosen) > most:
        raise PictureError(f"Unpacked it is more than {most / 1e6:.0f} MB.")


def unpacked(archive: zipfile.ZipFile, entry: Entry) -> bytes:
    """No more than was announced."""
    try:
        with archive.open(entry.info) as file:
            content = file.read(entry.info.file_size + 1)
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        raise PictureError(f"{entry.words} cannot be unpacked: {error}.") from None
    if len(content) > entry.info.file_size:
        raise PictureError(f"{entry.words} is larger than the archive says.")
    return content
