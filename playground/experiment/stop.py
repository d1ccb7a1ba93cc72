"""When training ends by itself: after so many epochs, at a goal, or where nothing gets better.

Only measurements at the ends of epochs count, so that the same Experiment ends at the same step
however fast it is trained. Goals and patience look at the validation set; the test set is looked at
only where there is no validation set, and then only by goals.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from playground.experiment.parts import FROZEN, Real

WATCHED = "On the validation set; on the test set where there is none"


class Stop(BaseModel):
    """When training ends by itself: with the first of these that comes true."""

    model_config = FROZEN
    epochs: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = Field(
        default=None, description="After how many passes over the data. Empty: never by itself."
    )
    target_loss: Annotated[Real, Field(ge=0, le=1e6)] | None = Field(
        default=None,
        description="Once the loss is this small at the end of an epoch. "
        f"{WATCHED} (a test set that decides when to stop no longer tests honestly).",
    )
    target_accuracy: Annotated[Real, Field(gt=0, le=1)] | None = Field(
        default=None,
        description="Once the share of right answers is this large at the end of an "
        f"epoch. {WATCHED} (a test set that decides when to stop no longer tests honestly).",
    )
    patience: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = Field(
        default=None,
        description="After how many epochs in which the loss on the validation set "
        "has not fallen (early stopping). Where there is no validation set, the loss on the "
        "training set is meant: a plateau.",
    )
    min_delta: Annotated[Real, Field(ge=0, le=1e6)] = Field(
        default=0.0, description="By how much the loss must fall to count as fallen."
    )
    restore_best: bool = Field(
        default=True,
        strict=True,
        description="Bring back the weights of the epoch with the smallest loss.",
    )

    @property
    def watching(self) -> bool:
        """Whether ends of epochs have to be looked at."""
        return any(
            goal is not None for goal in (self.target_loss, self.target_accuracy, self.patience)
        )

    def described(self, defaults: bool = True) -> dict[str, Any]:
        """What was asked for; with `defaults` also how patience is meant, where there is any."""
        description = self.model_dump(exclude_defaults=True)
        if defaults and self.patience is not None:
            description |= {"min_delta": self.min_delta, "restore_best": self.restore_best}
        return description
