"""Compares the references of this directory with llama.cpp: token ids, logits and the next greedy token.

Run:  python cross_check.py llama-4.2.0.jar       (the jar: ../llama_cpp_library.py)
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_cpp_library import LlamaCpp  # noqa: E402

# llama.cpp rounds activations to the weights' type (8 bits for the quantized ones), hence the wider bounds.
BOUNDS = {"": 1e-4, "-f16": 0.02, "-bf16": 0.2, "-q8_0": 0.3, "-q4_0": 0.3, "-q4_1": 0.3}


def main(jar):
    worst = 0
    for suffix, bound in BOUNDS.items():
        answer = json.loads((HERE / f"tiny-llama{suffix}.json").read_text(encoding="utf-8"))
        numbers = np.fromfile(HERE / answer["logits_file"], "<f4")
        llama_cpp = LlamaCpp(jar, HERE / answer["model"])
        for prompt in answer["prompts"]:
            assert llama_cpp.tokenize(prompt["text"], add_special=True) == prompt["ids"], prompt["name"]
            place = prompt["logits"]
            start, size = place["offset"] // 4, place["rows"] * place["columns"]
            expected = numbers[start:start + size].reshape(place["rows"], place["columns"])
            found = llama_cpp.logits(prompt["ids"])[place["first_position"]:]
            difference = float(np.abs(found - expected).max())
            same = int(found[-1].argmax()) == prompt["greedy_ids"][0]
            print(f"{answer['model']} {prompt['name']}: {difference:.2e} (bound {bound}), next token equal: {same}")
            worst += difference > bound
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
