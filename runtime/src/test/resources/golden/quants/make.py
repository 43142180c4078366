"""Writes what the gguf package makes of blocks of every ggml type that Ascend4J dequantizes.

Run:  python make.py            (Python 3.11, gguf 0.19.0, numpy 2.4.6)

<TYPE>.blocks   blocks of the type: quantized numbers where gguf can quantize, and random bytes with sane scales
<TYPE>.f32      their values, float32, little endian

Scales of random blocks are drawn over the whole finite range of their format, zero, subnormals and both signs included.
"""

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

HERE = Path(__file__).resolve().parent
BLOCKS = 24
# Offsets of the half-precision scales in a block.
HALVES = {
    Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0],
    Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208]}
QUANTIZABLE = [Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0]


def halves(random, count):
    """Finite halves: bit patterns at random, the first few the edges."""
    bits = random.integers(0, 0x7C00, count).astype(np.uint16) | (random.integers(0, 2, count).astype(np.uint16) << 15)
    edges = np.array([0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x7BFF, 0xFBFF], np.uint16)
    bits[: len(edges)] = edges[:count]
    return bits


def random_blocks(random, kind):
    _, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (BLOCKS, size)).astype(np.uint8)
    for index, offset in enumerate(HALVES[kind]):
        scales = np.roll(halves(random, BLOCKS), 3 * index)
        blocks[:, offset:offset + 2] = scales.astype("<u2").view(np.uint8).reshape(BLOCKS, 2)
    return blocks


def quantized_blocks(random, kind):
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    rows = random.standard_normal((8, elements)).astype(np.float32) * np.array(
        [[1], [0.02], [100], [1e-6], [0], [1], [1], [1]], np.float32)
    rows[5] += 7
    rows[6] = 3.25
    return gguf.quants.quantize(rows, kind).reshape(-1, size)


def q8_k(random):
    """gguf has no Q8_K: float d, 256 signed bytes, 16 sums that dequantizing ignores."""
    d = random.standard_normal(4).astype("<f4")
    quants = random.integers(-128, 128, (4, 256)).astype(np.int8)
    blocks = np.concatenate(
        [d.view(np.uint8).reshape(4, 4), quants.view(np.uint8), np.zeros((4, 32), np.uint8)], axis=1)
    return blocks, d[:, None] * quants.astype(np.float32)


def plain(random):
    floats = np.concatenate([random.standard_normal(60), [0.0, -0.0, 1e-40, 3e38]]).astype("<f4")
    yield "F32", floats, floats
    yield "F64", floats.astype("<f8"), floats
    half = halves(random, 64).astype("<u2")
    yield "F16", half, half.view("<f2").astype("<f4")
    brain = (floats.view("<u4") >> 16).astype("<u2")
    yield "BF16", brain, (brain.astype("<u4") << 16).view("<f4")


def write(name, blocks, values):
    (HERE / f"{name}.blocks").write_bytes(np.ascontiguousarray(blocks).tobytes())
    (HERE / f"{name}.f32").write_bytes(np.ascontiguousarray(values).astype("<f4").tobytes())


def main():
    random = np.random.default_rng(20)
    for kind in HALVES:
        blocks = random_blocks(random, kind)
        if kind in QUANTIZABLE:
            blocks = np.concatenate([quantized_blocks(random, kind), blocks])
        with np.errstate(over="ignore"):
            write(kind.name, blocks, gguf.quants.dequantize(blocks, kind))
    write("Q8_K", *q8_k(random))
    for name, blocks, values in plain(random):
        write(name, blocks, values)


if __name__ == "__main__":
    main()
