"""Writes smollm2-vocabulary.gguf.gz: a model file's tokenizer keys alone, byte for byte, without tensors.

Run:  python vocabulary.py SmolLM2-135M-Instruct.Q4_1.gguf          (Python 3.9 or later, nothing else)

With it the tokenizer is tested against the real vocabulary (49,152 tokens, Apache-2.0, HuggingFaceTB/SmolLM2) without
the 98 MB of weights.
"""

import gzip
import struct
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parent / "smollm2-vocabulary.gguf.gz"
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
STRING, ARRAY = 8, 9


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, form):
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return value

    def skip(self, kind):
        if kind == STRING:
            length = self.number("Q")
            self.at += length
        elif kind == ARRAY:
            item, count = self.number("I"), self.number("Q")
            if item == STRING:
                for _ in range(count):
                    self.skip(STRING)
            else:
                self.at += SIZES[item] * count
        else:
            self.at += SIZES[kind]


def main(model):
    reader = Reader(Path(model).read_bytes())
    magic, version = reader.data[:4], 3
    reader.at = 4
    assert magic == b"GGUF" and reader.number("I") == version
    reader.number("Q")
    kept = []
    for _ in range(reader.number("Q")):
        start = reader.at
        length = reader.number("Q")
        key = reader.data[reader.at : reader.at + length].decode()
        reader.at += length
        reader.skip(reader.number("I"))
        if key.startswith("tokenizer.") or key in ("general.architecture", "general.name", "general.license"):
            kept.append(reader.data[start : reader.at])
    header = magic + struct.pack("<IQQ", version, 0, len(kept)) + b"".join(kept)
    OUT.write_bytes(gzip.compress(header, 9, mtime=0))
    print(len(kept), "keys,", len(header), "bytes,", OUT.stat().st_size, "compressed")


if __name__ == "__main__":
    main(*sys.argv[1:])
