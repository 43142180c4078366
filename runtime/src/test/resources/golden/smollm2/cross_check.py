"""Compares greedy.json and perplexity.json with llama.cpp on the same weights, dequantized into an F32 file.

Run:  python cross_check.py llama-4.2.0.jar SmolLM2-135M-Instruct.Q4_1.gguf     (540 MB of temporary files; minutes)
"""

import json
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_cpp_library import LlamaCpp  # noqa: E402


def write_f32(source, target):
    """Copies the metadata and stores every tensor as F32."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        element = field.types[-1] if len(field.types) > 1 else None
        writer.add_key_value(name, field.contents(), field.types[0], sub_type=element)
    for tensor in reader.tensors:
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def check_greedy(llama_cpp):
    """Feeds prompt and reference answer at once: each position must predict the reference's next token."""
    failures = 0
    for prompt in json.loads((HERE / "greedy.json").read_text())["prompts"]:
        start = len(prompt["ids"]) - 1
        logits = llama_cpp.logits(prompt["ids"] + prompt["greedy_ids"][:-1])[start:]
        best = np.sort(logits, axis=1)[:, -2:]
        wrong = int((logits.argmax(axis=1) != np.array(prompt["greedy_ids"])).sum())
        drift = float(np.abs(best[:, 1] - best[:, 0] - np.array(prompt["greedy_gaps"])).max())
        print(f"{prompt['name']}: {wrong} of {len(logits)} tokens differ; gaps differ by at most {drift:.1e}")
        failures += wrong > 0
    return failures


def check_perplexity(llama_cpp):
    expected = json.loads((HERE / "perplexity.json").read_text())
    losses = []
    ids = expected["ids"]
    logits = llama_cpp.logits(ids)[:-1]
    for row, wanted in zip(logits, ids[1:]):
        row = row.astype(np.float64)
        losses.append(row.max() + np.log(np.exp(row - row.max()).sum()) - row[wanted])
    found = float(np.exp(np.mean(losses)))
    print(f"perplexity {found:.5f}, reference {expected['perplexity']:.5f}")
    return abs(found / expected["perplexity"] - 1) > 1e-4


def main(jar, model):
    with tempfile.TemporaryDirectory() as directory:
        f32 = Path(directory) / "f32.gguf"
        write_f32(model, f32)
        llama_cpp = LlamaCpp(jar, f32)
        return check_greedy(llama_cpp) + check_perplexity(llama_cpp)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
