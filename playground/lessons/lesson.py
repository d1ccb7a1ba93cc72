"""What a lesson is: texts in two languages, Experiments that differ in one choice, and a check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from playground.data.surfaces import SURFACES
from playground.experiment import Experiment, controls, explain, presets
from playground.experiment.descent import Descent
from playground.experiment.filter import DIGIT, Filter
from playground.lessons.check import NUMBERS, Check

LANGUAGES = ("en", "zh")
Language = Literal["en", "zh"]
# Themes in their order, as the overview has them.
THEMES: dict[str, dict[str, str]] = {
    "neurons": {"en": "Neurons and layers", "zh": "神经元与层"},
    "signals": {"en": "Signals and gradients", "zh": "信号与梯度"},
    "steps": {"en": "Steps downhill", "zh": "下山的步伐"},
    "generalising": {"en": "Learning, not by heart", "zh": "学会，而不是背下来"},
    "judging": {"en": "Losses and judging", "zh": "损失与评判"},
    "images": {"en": "Images", "zh": "图像"},
    "more": {"en": "Memory, invention, trees", "zh": "记忆、生成与树"},
}
Page = Literal[
    "playground", "digits", "sequences", "autoencoder", "gan", "trees", "surface", "convolution"
]
# What is shown of each variant, besides its curve.
Picture = Literal[
    "map",
    "neurons",
    "gradients",
    "outputs",
    "weights",
    "digits",
    "moved",
    "threshold",
    "memory",
    "rebuilt",
    "codes",
    "fakes",
    "walks",
    "filters",
]
# Pages whose set-ups are no Experiments.
WALKS, FILTERS = "surface", "convolution"

Title = Annotated[str, Field(min_length=3, max_length=70)]
Line = Annotated[str, Field(min_length=1, max_length=160)]
Text = Annotated[str, Field(min_length=8, max_length=420)]
Answers = Annotated[tuple[Line, ...], Field(min_length=3, max_length=3)]
FIXED = ConfigDict(frozen=True, extra="forbid")


class Name(BaseModel):
    """What a variant is called."""

    model_config = FIXED
    en: Annotated[str, Field(min_length=1, max_length=40)]
    zh: Annotated[str, Field(min_length=1, max_length=24)]


class Words(BaseModel):
    """All that a reader sees of a lesson in one language."""

    model_config = FIXED
    title: Title  # a question
    idea: Text
    question: Line  # to be answered before Play
    answers: Answers
    look: Line  # at what
    reveal: Text
    cures: Line  # the mistake that it takes away
    next: Line  # what to try next
    notes: Text  # for whoever speaks


class Variant(BaseModel):
    """A set-up; `goal`: whether the check holds of it."""

    model_config = FIXED
    name: Name
    goal: Annotated[bool, Field(strict=True)]
    changes: dict[str, Any] = {}
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5  # of class 1, where one is asked for


class Lesson(BaseModel):
    """A contrast of two to four Experiments, or of walkers on a surface, and what it shows.

    changes: what all variants change of the preset, then each its own, as a JSON merge patch (RFC
    7396): an object with another "type", and every list, is replaced whole; "" drops a field. Of
    walkers the preset is a surface, and the changes are a Descent's; of kernels it is "digit", and
    they are a Filter's.
    task: what is asked of the reader's own set-up, where it is not the check.
    right: the number of the right answer, from 1. seeds: from 1 up to this, the check must hold
    where it should, and not elsewhere.
    """

    model_config = FIXED
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    theme: str
    order: int
    minutes: Annotated[int, Field(ge=1, le=10)] = 2
    page: Page
    picture: Picture
    preset: str
    hide: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    changes: dict[str, Any] = {}
    variants: Annotated[tuple[Variant, ...], Field(min_length=2, max_length=4)]
    check: str
    task: str = ""
    readings: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    right: Annotated[int, Field(ge=1, le=3)]
    seeds: Annotated[int, Field(ge=5, le=20)] = 5
    source: Line
    en: Words
    zh: Words

    @field_validator("theme")
    @classmethod
    def _known_theme(cls, theme: str) -> str:
        return _among(theme, THEMES)

    @field_validator("preset")
    @classmethod
    def _known_preset(cls, preset: str) -> str:
        return _among(preset, (*presets.PRESETS, *SURFACES, DIGIT))

    @field_validator("hide", "lock")
    @classmethod
    def _known_controls(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_among(name, controls.NAMES) for name in names)

    @field_validator("check", "task")
    @classmethod
    def _readable(cls, text: str) -> str:
        Check(text).proofread()
        return text

    @field_validator("readings")
    @classmethod
    def _all_readable(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            Check(text).proofread(compares=False)
        return texts

    @model_validator(mode="after")
    def _contrast(self) -> Lesson:
        if self.preset not in (
            SURFACES if self.walks else (DIGIT,) if self.filters else presets.PRESETS
        ):
            raise ValueError("the preset belongs to another page")
        if len({variant.goal for variant in self.variants}) < 2:
            raise ValueError("the check must hold of one variant, and not of another")
        for number, variant in enumerate(self.variants):
            try:
                self.set_up(variant)
            except ValidationError as error:
                _refuse(("variants", number, "changes"), explain(error))
        return self

    def words(self, language: str) -> Words:
        """The texts in a language, English where there is no such."""
        return self.zh if language == "zh" else self.en

    def name(self, variant: Variant, language: str) -> str:
        """What a variant is called in a language."""
        return variant.name.zh if language == "zh" else variant.name.en

    @property
    def asked(self) -> str:
        """The check of the reader's own set-up."""
        return self.task or self.check

    @property
    def watched(self) -> list[str]:
        """The numbers of that check, which the reader sees."""
        known = [text for text in self.readings if text in self.asked]
        return known or [name for name in NUMBERS if name in self.asked]

    @property
    def walks(self) -> bool:
        """Whether optimizers walk down a surface, and no network learns."""
        return self.page == WALKS

    @property
    def filters(self) -> bool:
        """Whether kernels are slid over a digit, and no network learns."""
        return self.page == FILTERS

    @property
    def learns(self) -> bool:
        """Whether its variants are Experiments."""
        return not (self.walks or self.filters)

    def set_up(self, variant: Variant, seed: int | None = None) -> Experiment | Descent | Filter:
        """What a variant is."""
        if self.walks:
            return self.descent(variant, seed or 0)
        if self.filters:
            return self.filter(variant, 1 if seed is None else seed)
        return self.experiment(variant, seed)

    def filter(self, variant: Variant, seed: int = 1) -> Filter:
        """The kernel of a variant; ValidationError says what is wrong with it."""
        return Filter.model_validate({**merged(self.changes, variant.changes), "seed": seed})

    def descent(self, variant: Variant, seed: int = 0) -> Descent:
        """The walker of a variant; ValidationError says what is wrong with it."""
        changes = merged(self.changes, variant.changes)
        return Descent.model_validate({"surface": self.preset, **changes, "seed": seed})

    def race(self, seed: int = 0) -> Descent:
        """All variants' walkers on the one surface."""
        walkers = [part for variant in self.variants for part in self.descent(variant).optimizers]
        return self.descent(self.variants[0], seed).model_copy(
            update={"optimizers": tuple(walkers)}
        )

    def experiment(self, variant: Variant, seed: int | None = None) -> Experiment:
        """The set-up of a variant; ValidationError says what is wrong with it."""
        preset: dict[str, Any] = Experiment.preset(self.preset).described()
        description = merged(merged(preset, self.changes), variant.changes)
        if seed is not None:
            description["seed"] = seed
        return Experiment.model_validate(description).check()


def merged(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge patch; TOML has no null, so "" drops a field.

    >>> merged({"a": {"type": "x", "n": 1}}, {"a": {"n": 2}, "b": [3]})
    {'a': {'type': 'x', 'n': 2}, 'b': [3]}
    """
    result = dict(target)
    for name, value in patch.items():
        before = result.get(name)
        if value == "":
            result.pop(name, None)
        elif (
            isinstance(value, Mapping)
            and isinstance(before, Mapping)
            and not ("type" in value and value["type"] != before.get("type"))
        ):
            result[name] = merged(before, value)
        else:
            result[name] = dict(value) if isinstance(value, Mapping) else value
    return result


def _refuse(place: tuple[int | str, ...], sentence: str) -> None:
    problem = PydanticCustomError("set_up", sentence.replace("{", "{{").replace("}", "}}"))
    details = InitErrorDetails(type=problem, loc=place, input="…")
    raise ValidationError.from_exception_data("Lesson", [details])


def _among(name: str, known: Any) -> str:
    if name not in known:
        raise ValueError(f"“{name[:40]}” is none of {', '.join(known)}")
    return name
