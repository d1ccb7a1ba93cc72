"""exp, sigmoid, tanh and log1p that loops over lanes can run 16 at a time.

Numba from PyPI calls the C library's scalar functions, one number after the other. These are
straight lines of arithmetic without branches (range reduction and polynomials of Moshier's Cephes
library, 1992), within 2 units in the last place of the true value in all of float32; infinities and
NaN come out as they should. Under float64 the C library's functions are used.
"""

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

ONE, TWO, HALF = np.float32(1), np.float32(2), np.float32(0.5)
LOG2_E, LN2_HIGH = np.float32(1.44269504), np.float32(0.693359375)
LN2_LOW = np.float32(-2.12194440e-4)
ROUNDER, ROUNDER_BITS = np.float32(12582912), np.int32(0x4B400000)  # 1.5·2²³: adding it rounds
HIGHEST, LOWEST = np.float32(89), np.float32(-104)
E7, E6, E5 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
E4, E3, E2 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)
T5, T4 = np.float32(-5.70498872745e-3), np.float32(2.06390887954e-2)
T3 = np.float32(-5.37397155531e-2)
T2, T1, KNEE = np.float32(1.33314422036e-1), np.float32(-3.33332819422e-1), np.float32(0.625)
L3, L5, L7, L9 = (np.float32(1 / k) for k in (3, 5, 7, 9))
L11, L13, L15 = (np.float32(1 / k) for k in (11, 13, 15))
BIAS, MANTISSA = np.int32(127), np.int32(23)
ENOUGH = np.float32(20)  # tanh x is 1 where 2 x is more


@intrinsic
def bits(typingctx, value):
    """The 32 bits of a float32 as an int32."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(types.float32), emit


@intrinsic
def from_bits(typingctx, value):
    """The float32 whose bits these are."""

    def emit(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.int32), emit


def exp(x):
    """eˣ"""
    return math.exp(x)


def sigmoid(x):
    """1 / (1 + e⁻ˣ)"""
    return 1 / (1 + math.exp(-x))


def tanh(x):
    """The hyperbolic tangent."""
    return math.tanh(x)


def log1p(x):
    """log(1 + x) for x from 0 to 1."""
    return math.log1p(x)


@register_jitable
def _reduced(x):
    """eʳ − 1 and k, with x = k log 2 + r."""
    shifted = x * LOG2_E + ROUNDER
    k = shifted - ROUNDER
    r = x - k * LN2_HIGH - k * LN2_LOW
    p = ((((E7 * r + E6) * r + E5) * r + E4) * r + E3) * r + E2
    return p * r * r + r, np.int32(bits(shifted) - ROUNDER_BITS)


@register_jitable
def power(x):
    """eʳ − 1 and 2ᵏ, with x = k log 2 + r; for x from −87 to 88."""
    rest, k = _reduced(x)
    return rest, from_bits(np.int32((k + BIAS) << MANTISSA))


@register_jitable
def _exp(x):
    near = HIGHEST if x > HIGHEST else x
    near = LOWEST if near < LOWEST else near
    rest, k = _reduced(near)
    half = np.int32(k >> np.int32(1))  # in two halves, so that results may be subnormal
    y = rest + ONE
    y = y * from_bits(np.int32((half + BIAS) << MANTISSA))
    y = y * from_bits(np.int32((np.int32(k - half) + BIAS) << MANTISSA))
    return x if x != x else y


@overload(exp)
def _compiled_exp(x):
    if x == types.float32:
        return lambda x: _exp(x)
    return lambda x: math.exp(x)


@overload(sigmoid)
def _compiled_sigmoid(x):
    if x == types.float32:

        def fast(x):
            small = _exp(-x if x > 0 else x)
            sum_ = ONE + small
            y = (small if x < 0 else ONE) / sum_
            return y - y * (small - (sum_ - ONE))  # what rounding took from the sum

        return fast
    return lambda x: 1 / (1 + math.exp(-x))


@overload(tanh)
def _compiled_tanh(x):
    if x == types.float32:

        def fast(x):
            size = abs(x)
            z = x * x
            p = (((T5 * z + T4) * z + T3) * z + T2) * z + T1
            twice = size + size
            rest, scale = power(ENOUGH if twice > ENOUGH else twice)
            large = ONE - TWO / ((rest + ONE) * scale + ONE)
            return p * z * x + x if size < KNEE else (-large if x < 0 else large)

        return fast
    return lambda x: math.tanh(x)


@overload(log1p)
def _compiled_log1p(x):
    if x == types.float32:

        def fast(x):  # 2 artanh(s), s = x / (2 + x) at most 1/3, by its series
            s = x / (TWO + x)
            z = s * s
            p = (((((L15 * z + L13) * z + L11) * z + L9) * z + L7) * z + L5) * z + L3
            return TWO * (p * z * s + s)

        return fast
    return lambda x: math.log1p(x)
