"""Schedules: which part of the learning rate is in force at a step.

The formulas count `step` batches done, of which an epoch has `per_epoch`, from 0; Python calls them
as well as the kernels. Words of a kernel: learning rate, rate in force, clock, options…
"""

import math

import numpy as np
from numba.extending import register_jitable

from playground.engine.kernel import at, change_setting, get, kernel, setting
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
def _step(op, tables):
    """Batches done before this one."""
    return get(at(tables, get(op, 3)), STEP) - 1


@register_jitable
def _per_epoch(op, tables):
    clock = at(tables, get(op, 3))
    return (get(clock, SAMPLES) + get(clock, BATCH) - 1) // get(clock, BATCH)


@kernel
def step(tables):
    """The rate in force by `step_factor`."""
    factor = step_factor(
        _step(op, tables), _per_epoch(op, tables), setting(op, tables, 4), setting(op, tables, 5)
    )
    change_setting(op, tables, 2, setting(op, tables, 1) * factor)


@kernel
def exponential(tables):
    """The rate in force by `exponential_factor`."""
    factor = exponential_factor(_step(op, tables), _per_epoch(op, tables), setting(op, tables, 4))
    change_setting(op, tables, 2, setting(op, tables, 1) * factor)


@kernel
def cosine(tables):
    """The rate in force by `cosine_factor`."""
    factor = cosine_factor(
        _step(op, tables), _per_epoch(op, tables), setting(op, tables, 4), setting(op, tables, 5)
    )
    change_setting(op, tables, 2, setting(op, tables, 1) * factor)


@kernel
def one_cycle(tables):
    """The rate in force by `one_cycle_factor`."""
    factor = one_cycle_factor(
        _step(op, tables),
        _per_epoch(op, tables),
        setting(op, tables, 4),
        setting(op, tables, 5),
        setting(op, tables, 6),
        setting(op, tables, 7),
    )
    change_setting(op, tables, 2, setting(op, tables, 1) * factor)


@kernel
def warm_up(tables):
    """The rate in force by `warm_up_factor`."""
    factor = warm_up_factor(
        _step(op, tables), _per_epoch(op, tables), setting(op, tables, 4), setting(op, tables, 5)
    )
    change_setting(op, tables, 2, setting(op, tables, 1) * factor)
