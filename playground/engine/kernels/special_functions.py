"""e^x − 1, log x, the error function, sine and cosine that loops over lanes can run 16 at a time.

As in `mathematics`: straight lines of arithmetic for float32, the C library for float64. The
polynomial in erf was fitted for this file (least squares, reweighted until the largest error, 4e-9,
was smallest); those of the logarithm, sine and cosine are Moshier's (Cephes, 1992).
"""

import math

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from playground.engine.kernels.mathematics import (
    LN2_HIGH,
    LN2_LOW,
    MANTISSA,
    ONE,
    TWO,
    bits,
    from_bits,
    power,
)

FLAT = np.float32(-17.5)  # e^x − 1 is −1 from here on
LOWEST = np.float32(-87)  # e^x is about the smallest normal number
Q0, Q1, Q2 = np.float32(1.12837917171), np.float32(6.36619381981e-1), np.float32(1.02777830351e-1)
Q3, Q4, Q5 = np.float32(-1.91530632482e-2), np.float32(-1.60397390e-4), np.float32(1.66702888688e-3)
Q6, Q7, Q8 = np.float32(-6.32837687859e-4), np.float32(1.17641518999e-4), np.float32(-9.25629442e-6)
FAR = np.float32(4)  # erf is ±1 from here on
S3, S5, S7 = np.float32(-1.6666654611e-1), np.float32(8.3321608736e-3), np.float32(-1.9515295891e-4)
C4, C6, C8 = np.float32(4.166664568e-2), np.float32(-1.388731625e-3), np.float32(2.443315712e-5)
HALF, TURNS, LARGEST = np.float32(0.5), np.float64(2 / math.pi), np.float64(2**30)
QUARTER_HIGH, QUARTER_LOW = np.float64(math.pi / 2), np.float64(6.123233995736766e-17)
ROOT, FRACTION = np.int32(0x3F3504F3), np.int32(0x7FFFFF)  # the bits of √½; those of a mantissa
G1, G2, G3 = np.float32(3.3333331174e-1), np.float32(-2.4999993993e-1), np.float32(2.0000714765e-1)
G4, G5, G6 = (np.float32(c) for c in (-1.6668057665e-1, 1.4249322787e-1, -1.2420140846e-1))
G7, G8, G9 = (np.float32(c) for c in (1.1676998740e-1, -1.1514610310e-1, 7.0376836292e-2))


def expm1(x):
    """eˣ − 1 for x ≤ 0, precise near 0."""
    return math.expm1(x)


def log(x):
    """log x of a normal number above 0; NaN stays NaN."""
    return math.log(x)


def erf(x):
    """The error function, 2/√π ∫₀ˣ e^(−t²) dt."""
    return math.erf(x)


def gate(x):
    """1 / (1 + e⁻ˣ), for gates: quicker than `mathematics.sigmoid`, and never below 1e-38."""
    return 1 / (1 + math.exp(-x))


def bend(x):
    """tanh x, quicker than `mathematics.tanh`, and a unit less precise in the last place."""
    return math.tanh(x)


def sin(x):
    """The sine. Float32 beyond ±2³⁰, where neighbours lie ten periods apart, counts as ±2³⁰."""
    return math.sin(x)


def cos(x):
    """The cosine, with the same bound."""
    return math.cos(x)


@register_jitable
def _expm1(x):
    rest, scale = power(FLAT if x < FLAT else x)
    return rest * scale + (scale - ONE)


@overload(expm1)
def _compiled_expm1(x):
    if x == types.float32:
        return lambda x: _expm1(x)
    return lambda x: math.expm1(x)


@overload(gate)
def _compiled_gate(x):
    if x == types.float32:

        def fast(x):
            t = -abs(x)
            rest, scale = power(LOWEST if t < LOWEST else t)
            small = (rest + ONE) * scale
            return (small if x < 0 else ONE) / (ONE + small)

        return fast
    return lambda x: 1 / (1 + math.exp(-x))


@overload(bend)
def _compiled_bend(x):
    if x == types.float32:

        def fast(x):
            m = _expm1(-(abs(x) + abs(x)))
            return math.copysign(m / (TWO + m), x)

        return fast
    return lambda x: math.tanh(x)


@overload(log)
def _compiled_log(x):
    if x == types.float32:

        def fast(x):  # x = 2ᵏ (1 + r), √½ ≤ 1 + r < √2
            shifted = np.int32(bits(x) - ROOT)
            k = np.float32(np.int32(shifted >> MANTISSA))
            r = from_bits(np.int32(np.int32(shifted & FRACTION) + ROOT)) - ONE
            p = (((G9 * r + G8) * r + G7) * r + G6) * r + G5
            p = (((p * r + G4) * r + G3) * r + G2) * r + G1
            square = r * r
            unknown = x - x  # 0, or NaN
            return (p * square * r + k * LN2_LOW - HALF * square) + r + k * LN2_HIGH + unknown

        return fast
    return lambda x: math.log(x)


@overload(erf)
def _compiled_erf(x):
    if x == types.float32:

        def fast(x):  # 1 − e^(−t Q(t)), t = |x|
            t = abs(x)
            t = FAR if t > FAR else t
            q = ((Q8 * t + Q7) * t + Q6) * t + Q5
            q = ((((q * t + Q4) * t + Q3) * t + Q2) * t + Q1) * t + Q0
            y = -_expm1(-t * q)
            return -y if x < 0 else y

        return fast
    return lambda x: math.erf(x)


@register_jitable
def _circle(x, quarters):
    """sin(x + quarters · π/2): x modulo π/2 in float64, then a polynomial of either curve."""
    wide = np.float64(x)
    near = LARGEST if wide > LARGEST else wide
    near = -LARGEST if near < -LARGEST else near
    k = np.rint(near * TURNS)
    r = np.float32((near - k * QUARTER_HIGH) - k * QUARTER_LOW)
    quarter, z = np.int32(k) + np.int32(quarters), r * r
    sine = ((S7 * z + S5) * z + S3) * z * r + r
    cosine = ((C8 * z + C6) * z + C4) * z * z - HALF * z + ONE
    y = cosine if quarter & np.int32(1) else sine
    return (-y if quarter & np.int32(2) else y) + (x - x)  # no angle: NaN


@overload(sin)
def _compiled_sin(x):
    if x == types.float32:
        return lambda x: _circle(x, 0)
    return lambda x: math.sin(x)


@overload(cos)
def _compiled_cos(x):
    if x == types.float32:
        return lambda x: _circle(x, 1)
    return lambda x: math.cos(x)
