"""Text in a link: compressed, in the letters that an address may hold, and read back with care.

A token is "1" (the format), then URL-safe base64 of raw deflate (RFC 1951). Both sides start from
the same dictionary of words that Experiments are made of.
"""

from __future__ import annotations

import base64
import binascii
import zlib

FORMAT = "1"
LONGEST_TOKEN = 7_500  # letters: addresses of 8,000 pass every usual server
LONGEST_TEXT = 32_000  # bytes after unpacking
# Part of the format: changing one letter breaks every link made before. Frequent words last.
_WORDS = (
    b'"initializer":{"type":"he_uniform","bias":0.1,"stop":{"epochs":"regularization":{"type":"l1"'
    b'"l2","rate":0.001"samples":"noise":"train_fraction":0."features":["x1","x2","x1_squared",'
    b'"x2_squared","x1_x2","sin_x1","sin_x2"],"validation_fraction":{"type":"avg_pool2d",'
    b'{"type":"activation","name":"softmax""sigmoid""momentum":0.9"loss":{"type":"mse"},'
    b'"data":{"type":"reg_gauss""reg_plane""gauss""spiral""xor""circle""mnist"},"batch_size":64,'
    b'"seed":1,"optimizer":{"type":"adam","learning_rate":0.01,{"type":"sgd"},"loss":{"type":'
    b'"binary_cross_entropy"},"softmax_cross_entropy"},"layers":[{"type":"conv2d","filters":16,'
    b'"kernel_size":5,"stride":2,"padding":2,"activation":"relu"},{"type":"max_pool2d",'
    b'"pool_size":2},{"type":"flatten"},{"type":"dense","units":4,"activation":"tanh"},'
    b'{"type":"dense","units":10}],"activation":"relu"},{"type":"dense","units":'
)


class LinkError(ValueError):
    """A link that does not hold an Experiment; the message is for the reader of the page."""


def pack(text: str) -> str:
    """Text → token."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _WORDS)
    raw = squeeze.compress(text.encode()) + squeeze.flush()
    return FORMAT + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpack(token: str) -> str:
    """Token → text; LinkError for anything that `pack` cannot have made."""
    if len(token) > LONGEST_TOKEN:
        raise LinkError("This link is too long to hold an experiment.")
    if not token.startswith(FORMAT):
        raise LinkError("This link does not hold an experiment of ours.")
    body = token[len(FORMAT) :]
    squeezed = zlib.decompressobj(-15, _WORDS)
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), b"-_", validate=True)
        text = squeezed.decompress(raw, LONGEST_TEXT)
        if not squeezed.eof or squeezed.unused_data:
            raise LinkError("This link is incomplete: perhaps its end was cut off.")
        return text.decode()
    except (binascii.Error, zlib.error, UnicodeError, ValueError) as error:
        if isinstance(error, LinkError):
            raise
        raise LinkError("This link is damaged: it cannot be read.") from None
