"""What is known of a field of an Experiment; it stands on the field, in its annotation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True)
class About:
    """Words and facts for forms, messages and links.

    changed: how "… changed, so training starts again" begins. controls: those of single options,
    by the option's name, where they are not the field's own. whole: the field's own holds these
    options as well.
    """

    changed: str = "The set-up has"
    words: str = ""  # inside a sentence; the field's name where nothing is said
    control: str = ""  # the control that moves it, as links name it
    controls: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    live: bool = False  # may change while a Run trains
    rank: int = 1  # of several changes the smallest explains the others


def about(model: type[BaseModel], name: str) -> About:
    """What is known of a field."""
    marks = model.model_fields[name].metadata
    return next((mark for mark in marks if isinstance(mark, About)), About())
