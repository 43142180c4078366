"""Writes 200 varied strings and llama.cpp's token ids of them for one GGUF file's vocabulary.

Run:  python make.py llama-4.2.0.jar SmolLM2-135M-Instruct.Q4_1.gguf       (the jar: ../llama_cpp_library.py)

strings.jsonl          one JSON string per line (ASCII, so no line of it can be split by an exotic line end)
smollm2-ids.jsonl      per line the array of ids: nothing added, special-token markers read as plain text
smollm2-special.jsonl  the same with special-token markers read as such
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_cpp_library import LlamaCpp  # noqa: E402
from strings import STRINGS  # noqa: E402


def main(jar, model):
    assert len(STRINGS) == len(set(STRINGS)) == 200, (len(STRINGS), len(set(STRINGS)))
    llama_cpp = LlamaCpp(jar, model)
    write("strings.jsonl", STRINGS)
    write("smollm2-ids.jsonl", [llama_cpp.tokenize(s) for s in STRINGS])
    write("smollm2-special.jsonl", [llama_cpp.tokenize(s, parse_special=True) for s in STRINGS])


def write(name, values):
    lines = [json.dumps(value, ensure_ascii=True, separators=(",", ":")) for value in values]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
