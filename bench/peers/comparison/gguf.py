"""Reads the header of a GGUF file: what the bounds need to know of a model. Layout: the GGUF specification of ggml."""

import math
import struct
from dataclasses import dataclass

from .console import CompareError

# Values of one block and its bytes, by ggml's type number.
BLOCKS = {
    0: (1, 4), 1: (1, 2), 30: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 23: (256, 136),
}
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9


@dataclass(frozen=True)
class Model:
    """The shape of a model and the bytes of its tensors."""

    path: str
    vocabulary: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    tensor_bytes: int
    matrix_weights: int  # of all layers, without embedding and head
    head_weights: int

    def kv_bytes(self, context):
        """Bytes of keys and values in fp16 that one sequence of this length holds."""
        return self.layers * 2 * self.kv_heads * self.head_size * 2 * context

    def attention_operations(self, context):
        """Multiplications and additions of one token's attention over this many positions."""
        return self.layers * self.heads * self.head_size * 4 * context


class _Reader:
    def __init__(self, file):
        self.file = file

    def unpack(self, form):
        size = struct.calcsize("<" + form)
        data = self.file.read(size)
        if len(data) != size:
            raise CompareError(f"{self.file.name}: found the end of the file inside the header; fetch the model again")
        return struct.unpack("<" + form, data)[0]

    def text(self):
        return self.file.read(self.unpack("Q")).decode("utf-8", "replace")

    def value(self, kind):
        if kind == STRING:
            return self.text()
        if kind == ARRAY:
            item, count = self.unpack("I"), self.unpack("Q")
            return [self.value(item) for _ in range(count)]
        return self.unpack(SCALARS[kind])


def read(path):
    """The shape of the model in a file."""
    with open(path, "rb") as file:
        reader = _Reader(file)
        if file.read(4) != b"GGUF":
            raise CompareError(f"{path}: found another beginning, expected a GGUF file")
        reader.unpack("I")
        tensors, entries = reader.unpack("Q"), reader.unpack("Q")
        metadata = {}
        for _ in range(entries):
            name = reader.text()
            metadata[name] = reader.value(reader.unpack("I"))
        sizes = {}
        total = 0
        for _ in range(tensors):
            name = reader.text()
            shape = [reader.unpack("Q") for _ in range(reader.unpack("I"))]
            values, size = BLOCKS[reader.unpack("I")]
            reader.unpack("Q")
            count = math.prod(shape)
            total += count // values * size
            sizes[name] = (count, len(shape))
    return _model(str(path), metadata, sizes, total)


def _model(path, metadata, sizes, total):
    kind = metadata["general.architecture"]
    heads = metadata[f"{kind}.attention.head_count"]
    matrices = sum(count for name, (count, rank) in sizes.items() if rank == 2 and name.startswith("blk."))
    head = sizes.get("output.weight", sizes["token_embd.weight"])[0]
    return Model(
        path=path,
        vocabulary=len(metadata["tokenizer.ggml.tokens"]),
        layers=metadata[f"{kind}.block_count"],
        heads=heads,
        kv_heads=metadata.get(f"{kind}.attention.head_count_kv", heads),
        head_size=metadata.get(f"{kind}.attention.key_length", metadata[f"{kind}.embedding_length"] // heads),
        tensor_bytes=total,
        matrix_weights=matrices,
        head_weights=head)
