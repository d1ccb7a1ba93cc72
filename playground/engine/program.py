"""A program: operations with every place known, ready to be walked without Python."""

from __future__ import annotations

import numpy as np

from playground.engine import cache
from playground.engine.builder import Builder
from playground.engine.interpreter import interpreter
from playground.engine.kernel import ROW, Kernel
from playground.engine.operands import CHUNK, GRADIENTS, LOCAL, Address, ChunkWord, Word
from playground.engine.parallel import parallel_interpreter

LOSSES = "losses"  # one number a chunk, and where there are several also their sum


def aligned(size: int, dtype: np.dtype) -> np.ndarray:
    """Zeros that start at a multiple of 64 bytes, with room for a vector read past the end."""
    dtype = np.dtype(dtype)
    raw = np.zeros((size + 32) * dtype.itemsize + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + (size + 32) * dtype.itemsize].view(dtype)[:size]


class Program:
    """The operations of a builder, linked to arrays.

    `buffers` are the arrays that live outside (parameters, data, results); the program makes its
    own for activations, gradients, state, constants and tables.
    """

    def __init__(self, build: Builder, buffers: dict[str, np.ndarray], trained: int = 0) -> None:
        self.build, self.dtype = build, np.dtype(build.dtype)
        self.tables = np.concatenate([np.zeros(16, np.int64), *build.tables])
        build.forget_tables()
        self.gradients = aligned(build.chunks * -(-trained // 16) * 16, self.dtype)
        self.gradients = self.gradients.reshape(build.chunks, -1)
        self.losses = aligned(build.chunks + (build.chunks > 1), self.dtype)
        self.state = aligned(sum(size for _, size in build.states), self.dtype)
        constants = aligned(len(build.constants), self.dtype)
        constants[:] = build.constants
        zeros = aligned(build.zero_count, self.dtype)
        self.buffers = {
            GRADIENTS: self.gradients,
            LOSSES: self.losses,
            "state": self.state,
            "constants": constants,
            "zeros": zeros,
            **buffers,
        }
        self._linked: dict[bool, tuple] = {}  # by whether every chunk has memory of its own
        self._known_readers: dict[str, list[tuple]] = {}

    @property
    def clock(self) -> np.ndarray:
        return self.tables[:16]

    def bind(self, name: str, array: np.ndarray) -> None:
        """Use another array for a buffer from the next run on."""
        self.buffers[name] = array
        for rows, _, memory, _ in self._linked.values():
            for chunk, number, place, word in self._readers(name):
                rows[chunk, number, place] = self._word(word, chunk, memory, 0)

    def let_go(self, *names: str) -> None:
        """Keep these arrays alive no longer; others are bound before the next run."""
        for name in names:
            del self.buffers[name]

    def _readers(self, name: str) -> list[tuple[int, int, int, Address]]:
        """Every word of the table that is an address in a buffer."""
        if name not in self._known_readers:
            self._known_readers[name] = [
                (chunk, number, place + 1, word)
                for number, operation in enumerate(self.build.operations)
                for place, word in enumerate(operation.words)
                if isinstance(word, Address) and word.tensor.buffer == name
                for chunk in range(1 if operation.whole else self.build.chunks)
            ]
        return self._known_readers[name]

    def kernels(self) -> list[Kernel]:
        """The kernels that the program runs."""
        return list({operation.kernel: None for operation in self.build.operations})

    def pending(self) -> list[str]:
        """The names of the kernels that this process has yet to compile or load."""
        return sorted(kernel.__name__ for kernel in self.kernels() if not kernel.compiled)

    def compile(self, parallel: bool = False) -> None:
        """Compile, or load, every kernel of the program and its interpreter, or both of them.

        Goes before what compiles in advance.
        """
        with cache.urgent():
            self._link(parallel=False)
            interpreter(self.dtype)
            if parallel:
                parallel_interpreter(self.dtype)

    def memory_bytes(self) -> int:
        """What the program keeps in memory, whether it ran already or not."""
        names = (GRADIENTS, LOSSES, "state", "constants", "zeros")
        arrays = [self.tables, *(self.buffers[name] for name in names)]
        table = self.build.chunks * len(self.build.operations) * ROW * self.tables.itemsize
        local = sum(self._size(apart) for apart in self._linked or (self.build.coupled,))
        count = max(len(self._linked), 1)
        return sum(array.nbytes for array in arrays) + count * table + local * self.dtype.itemsize

    def run(self, steps: int, parallel: bool = False) -> np.ndarray:
        """Run batches; returns their losses, cut off after the first that is not finite."""
        run = parallel_interpreter(self.dtype) if parallel and self.build.chunks > 1 else None
        spread = run is not None
        run = run or interpreter(self.dtype)
        rows, segments, memory, loss_at = self._link(spread)
        losses = np.zeros(steps, self.dtype)
        done = run(
            rows.reshape(-1), segments, memory, self.tables, losses, loss_at, rows[0].size, ROW
        )
        return losses[:done]

    def _link(self, parallel: bool) -> tuple:
        """The table of operations, a copy a chunk.

        A program run by one thread lets its chunks take turns in the same memory, which stays in
        the cache; in parallel, and where operations couple the chunks, each has its own.
        """
        build = self.build
        apart = parallel or build.coupled
        if apart in self._linked:
            return self._linked[apart]
        stride = self._stride(apart)
        memory = aligned(max(self._size(apart), 16), self.dtype)
        rows = np.zeros((build.chunks, max(len(build.operations), 1), ROW), np.int64)
        for number, operation in enumerate(build.operations):
            address = operation.kernel.address(self.dtype)
            for chunk in range(1 if operation.whole else build.chunks):
                words = [self._word(word, chunk, memory, stride) for word in operation.words]
                rows[chunk, number, : len(words) + 1] = [address, *words]
        loss_at = self._offset(self.losses, memory) + self.losses.size - 1
        self._linked[apart] = rows, self._segments(), memory, loss_at
        return self._linked[apart]

    def _stride(self, apart: bool) -> int:
        """How far apart the chunks' places lie."""
        return -(-self.build.local_size // 16) * 16 if apart else 0

    def _size(self, apart: bool) -> int:
        """How many numbers the chunks' places take."""
        return self.build.local_size + self._stride(apart) * (self.build.chunks - 1)

    def _segments(self) -> np.ndarray:
        """Runs of operations: from, to, how many chunks do them, in every how many-th batch."""
        segments: list[list[int]] = []
        for number, operation in enumerate(self.build.operations):
            chunks = 1 if operation.whole else self.build.chunks
            if segments and segments[-1][2:] == [chunks, operation.every]:
                segments[-1][1] = number + 1
            else:
                segments.append([number, number + 1, chunks, operation.every])
        return np.array(segments, np.int64).reshape(-1, 4)

    def _word(self, word: Word, chunk: int, memory: np.ndarray, stride: int) -> int:
        if isinstance(word, ChunkWord):
            return chunk if word is CHUNK else stride
        if not isinstance(word, Address):
            return int(word)
        tensor, offset = word.tensor, word.tensor.offset + word.offset
        if tensor.buffer == LOCAL:
            return offset + chunk * stride
        array = self.buffers[tensor.buffer]
        if array.dtype == np.uint8:
            return array.ctypes.data + offset
        if tensor.buffer == GRADIENTS:
            offset += chunk * array.shape[1]
        elif tensor.buffer == LOSSES:
            offset += chunk
        return self._offset(array, memory) + offset

    def _offset(self, array: np.ndarray, memory: np.ndarray) -> int:
        """The place of an array, counted in numbers from the start of `memory`."""
        distance = array.ctypes.data - memory.ctypes.data
        if distance % self.dtype.itemsize or array.dtype != self.dtype:
            raise ValueError(f"a program of {self.dtype} cannot read an array of {array.dtype}")
        return distance // self.dtype.itemsize
