"""Links as people paste them: out of mails, page sources, documents, chats and other links.

On the way a link gets escaped (`&amp;`, `%26`, `\\u0026`, `=3D`), broken into lines, quoted and
surrounded by text; and where HTML reads `&reg` in `&regularization`, it becomes `®ularization`.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from playground.experiment import controls, link_text
from playground.experiment.link_text import LinkError

LONGEST = 10_000  # letters of a pasted text
MOST_BREAKS = 200  # lines of a link
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
DRESSED = str.maketrans(
    {
        "＆": "&",
        "＝": "=",
        "＃": "#",
        "？": "?",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "−": "-",
        "—": "--",
        "\u00a0": " ",
    }
)  # what word processors make of signs
ENTITY = re.compile(
    r"&(#\d{1,4}|#[xX][\da-fA-F]{1,4}|amp|num|equals|comma|lowbar|quest|colon|sol|"
    r"period|quot|apos|lt|gt|nbsp|NewLine|Tab|hyphen|dash);",
    re.IGNORECASE,
)
WRAPPED = re.compile(
    r"[?&#][\w.-]+=((?:https?|file)(?::|%3[Aa])[^\s&\"'<>]*%(?:25)*"
    r"(?:23|3[Dd]|26)[^\s&\"'<>]*)"
)  # a link that stands in another one
SHORTENED = re.compile(r"\b(goo\.gl|bit\.ly|tinyurl\.com|t\.co|is\.gd|git\.io|t\.ly|ow\.ly)/\w")
END = re.compile(r"[<>\"`{}()\[\]|\\^']|[^\x00-\x7f\s]")  # signs that are in no link


@dataclass(frozen=True)
class OwnLink:
    """A set-up in a link of ours, and the names of the controls that it hides and locks."""

    token: str
    hide: str = ""
    lock: str = ""


def repaired(text: str) -> str:
    """The text with the escapes of its links undone; breaks and blanks stay where they are.

    >>> repaired("…#activation=tanh&amp;®ularization=L2")
    '…#activation=tanh&regularization=L2'
    """
    text = text[:LONGEST].translate(UNSEEN)
    text = re.sub(r"(?m)^[ \t]*(>[ \t]?)+(?=\S)", "", text)  # a mail that quotes another
    text = re.sub(r"\\([#&%_=?~-])", r"\1", text)  # LaTeX and Markdown
    if "=3D" in text:  # quoted-printable, as mails are sent
        text = re.sub(r"=[ \t]*\r?\n", "", text).replace("=3D", "=")
    text = re.sub(
        r"\\u00(26|3[dD]|23)|\\x(26|3[dD]|23)",
        lambda match: chr(int(match[1] or match[2], 16)),
        text,
    )
    for _ in range(4):  # an escape may have been escaped again
        before = text
        text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
        text = re.sub(r"&amp;?(?=\w+=)", "&", text)
        if wrapped := WRAPPED.search(text):
            text = unquote(wrapped[1])
        elif re.search(r"%(25)*(23|26|3[dD])", text):
            text = unquote(text)
        if text == before:
            break
    text = re.sub(r"Â?®;?|%C2%AE|&reg;", "&reg", text, flags=re.IGNORECASE)
    return text.translate(DRESSED)


def joined(text: str, fits: Callable[[str], object]) -> str | None:
    """The value at the start of a text that goes on: all of it without its breaks, or as much as
    fits; None where nothing does.

    >>> joined("0.0\\n3", str.isdigit), joined("30 is a lot.", str.isdigit)
    (None, '30')
    """
    chunks = END.split(text, maxsplit=1)[0].split()
    for candidate in ("".join(chunks), *itertools.accumulate(chunks[:MOST_BREAKS])):
        for trimmed in (candidate, candidate.rstrip(".,;:!?*_~")):
            if fits(trimmed):
                return trimmed
    return None


def no_link(text: str) -> str:
    """What to say to a text that holds no link to a set-up."""
    if SHORTENED.search(text):
        return "This is a shortened link: open it, and copy the address that you then see."
    return (
        "This is no link to a set-up: paste a whole address from TensorFlow Playground, or one "
        "from Share on this page."
    )


def own_link(text: str) -> OwnLink | None:
    """The link of ours in a text; None where there is none.

    Which letters belong to the set-up shows when it is unpacked: what cannot be is left to the
    caller, who says why.
    """
    text = repaired(text.strip())
    if match := re.search(r"(?:^|[?&;#\s])m\s*=\s*", text):
        rest = text[match.end() :]
    elif re.fullmatch(r"[\w\s-]+", text):
        rest = text
    else:
        return None
    rest = re.split(r"[&#]", rest, maxsplit=1)[0]
    token = joined(rest, _unpacks)
    if token is None:
        token = "".join(END.split(rest, maxsplit=1)[0].split())
    return OwnLink(token, *(_names(re.split(r"[?&#]", text), key) for key in ("hide", "lock")))


def _unpacks(token: str) -> bool:
    try:
        link_text.unpack(token)
    except LinkError:
        return False
    return True


def _names(parts: list[str], key: str) -> str:
    """What a part of an address says of controls, in lines or not."""
    for part in parts:
        name, _, value = part.partition("=")
        if "".join(name.split()) == key:
            names = joined(value, lambda text: set(text.split(",")) <= {*controls.NAMES, ""})
            return "".join(value.split()[:1]) if names is None else names
    return ""
