"""A text of the visitor's own to learn from.

A short one travels in the Experiment; a long one is kept as long as the visit that brought it, and
the Experiment names it by its checksum and says its letters.
"""

from __future__ import annotations

import hashlib
import json
import re
import weakref
from dataclasses import dataclass
from typing import Any

from playground.data.lacking import MissingDataError
from playground.data.tables.encoding import decoded

MOST_BYTES = 1_000_000
FEWEST = 100  # characters
MOST_LETTERS = 4_000  # different characters
IN_LINK = 7_000  # letters of the JSON of a text that a link can hold


@dataclass(frozen=True, eq=False)
class OwnText:
    """A text, and the checksum under which it is held."""

    text: str
    key: str

    def description(self) -> dict[str, Any]:
        """The data set that reads this text."""
        if len(json.dumps(self.text)) <= IN_LINK:
            return {"type": "text", "source": "own", "content": self.text}
        letters = "".join(alphabet(self.text))
        return {
            "type": "text",
            "source": "own",
            "key": self.key,
            "letters": letters,
            "count": len(self.text),
        }


_known: weakref.WeakValueDictionary[str, OwnText] = weakref.WeakValueDictionary()


def read(content: bytes | str) -> OwnText:
    """The text in a file, or one that was pasted; ValueError says in a sentence what is wrong."""
    size = len(content if isinstance(content, bytes) else content.encode())
    if size > MOST_BYTES:
        raise ValueError(
            f"The text has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB is read: take "
            "a part of it."
        )
    if isinstance(content, bytes):
        try:
            content = decoded(content)[0]
        except ValueError:
            raise ValueError(
                "This is not a text file: save the text as plain text (.txt, UTF-8)."
            ) from None
    text = re.sub(r"\r\n?", "\n", content).strip()
    check(text)
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    return _known.setdefault(key, OwnText(text, key))


def check(text: str) -> None:
    """ValueError, in a sentence, where there is nothing to learn from a text."""
    if not text.strip():
        raise ValueError("The text is empty.")
    if re.search(r"[\0-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]", text):
        raise ValueError(
            "The text holds signs that no text has: it looks like another kind of file."
        )
    letters = len(set(text))
    if letters == 1:
        sign = f"“{text[0]}”" if text[0].isprintable() else "one sign"
        raise ValueError(f"The text is {sign} over and over: there is nothing to predict.")
    if len(text) < FEWEST:
        raise ValueError(
            f"The text has {len(text)} characters; at least {FEWEST} are needed to learn from."
        )
    if letters > MOST_LETTERS:
        raise ValueError(
            f"The text has {letters:,} different characters; at most {MOST_LETTERS:,} are allowed."
        )


def alphabet(text: str) -> tuple[str, ...]:
    """The characters of a text, each once, in the order of their codes."""
    return tuple(sorted(set(text)))


def known(key: str) -> bool:
    """Whether some visit holds this text now."""
    return key in _known


def held(key: str) -> str:
    """The text that some visit brought; MissingDataError where none did."""
    text = _known.get(key)
    if text is None:
        raise MissingDataError("This text belongs to another visit: bring it again.")
    return text.text
