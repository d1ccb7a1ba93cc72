"""Schedules: which part of the learning rate is in force at a step.

The formulas count `step` batches done, of which an epoch has `per_epoch`, from 0; Python calls them
as well as the kernels.
"""

import math

import numpy as np
from numba.extending import register_jitable

from playground.engine.kernel import Changed, Setting, Table, change_setting, get, kernel
from playground.engine.kernels.batches import BATCH, SAMPLES, STEP


@register_jitable
def step_factor(step, per_epoch, every, factor):
    """factor ^ ⌊epochs done / every⌋"""
    return factor ** float(step // per_epoch // every)


@register_jitable
def exponential_factor(step, per_epoch, factor):
    """factor ^ epochs done"""
    return factor ** float(step // per_epoch)


@register_jitable
def length(epochs, per_epoch):
    """So many epochs in batches, at least one."""
    return max(np.floor(epochs * per_epoch + 0.5), 1.0)


@register_jitable
def swing(start, end, share):
    """From start to end along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


@register_jitable
def cosine_factor(step, per_epoch, epochs, lowest):
    """From 1 to lowest along half a cosine, then lowest."""
    return swing(1.0, lowest, min(step / length(epochs, per_epoch), 1.0))


@register_jitable
def one_cycle_factor(step, per_epoch, epochs, rise, start, end):
    """Up from 1 / start to 1, down to 1 / (start · end), each along half a cosine."""
    last = length(epochs, per_epoch) - 1
    top = rise * (last + 1) - 1
    if step <= top and top > 0:
        return swing(1 / start, 1.0, step / top)
    top = max(top, 0.0)
    share = min((step - top) / (last - top), 1.0) if last > top else 1.0
    return swing(1.0, 1 / (start * end), share)


@register_jitable
def warm_up_factor(step, per_epoch, epochs, start):
    """From start to 1 along a line, then 1."""
    return start + (1 - start) * min(step / length(epochs, per_epoch), 1.0)


@register_jitable
def _step(clock):
    """Batches done before this one."""
    return get(clock, STEP) - 1


@register_jitable
def _per_epoch(clock):
    """Batches of an epoch."""
    return (get(clock, SAMPLES) + get(clock, BATCH) - 1) // get(clock, BATCH)


@kernel
def step(rate: Setting, in_force: Changed, clock: Table, every: Setting, gamma: Setting):
    """The rate in force by `step_factor`."""
    factor = step_factor(_step(clock), _per_epoch(clock), every, gamma)
    change_setting(in_force, rate * factor)


@kernel
def exponential(rate: Setting, in_force: Changed, clock: Table, gamma: Setting):
    """The rate in force by `exponential_factor`."""
    factor = exponential_factor(_step(clock), _per_epoch(clock), gamma)
    change_setting(in_force, rate * factor)


@kernel
def cosine(rate: Setting, in_force: Changed, clock: Table, epochs: Setting, lowest: Setting):
    """The rate in force by `cosine_factor`."""
    factor = cosine_factor(_step(clock), _per_epoch(clock), epochs, lowest)
    change_setting(in_force, rate * factor)


@kernel
def one_cycle(
    rate: Setting,
    in_force: Changed,
    clock: Table,
    epochs: Setting,
    rise: Setting,
    start: Setting,
    end: Setting,
):
    """The rate in force by `one_cycle_factor`."""
    factor = one_cycle_factor(
        _step(clock),
        _per_epoch(clock),
        epochs,
        rise,
        start,
        end,
    )
    change_setting(in_force, rate * factor)


@kernel
def warm_up(rate: Setting, in_force: Changed, clock: Table, epochs: Setting, start: Setting):
    """The rate in force by `warm_up_factor`."""
    factor = warm_up_factor(_step(clock), _per_epoch(clock), epochs, start)
    change_setting(in_force, rate * factor)
