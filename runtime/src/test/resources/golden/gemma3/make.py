"""Writes what llama.cpp and transformers answer, in float32, with the dequantized weights of a Gemma 3 file.

Run:  python make.py llama-4.2.0.jar gemma-3-270m-q4_k_m.gguf      (versions: ../llama_reference.py; five minutes)

greedy.json      6 prompts with their ids and 32 greedy ids each by llama.cpp on the file written anew in F32, and the gap
                 of the two best logits at each step; the last prompt is longer than the local layers' window
perplexity.json  mean negative log-likelihood of 1,024 tokens of ../smollm2/rivers.txt in one context, by transformers
ids.jsonl        llama.cpp's ids of every line of ../tokenizer/strings.jsonl: as text, and with markers read as such
"""

import json
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_cpp_library import VERSION, LlamaCpp  # noqa: E402
from llama_reference import all_logits, sha256, tool_versions  # noqa: E402

STEPS = 32
PERPLEXITY_TOKENS = 1024
LONG_PROMPT_TOKENS = 650
SMALLEST_GAP = 0.03  # llama.cpp rounds GELU to half precision, which moves logits by about a third of it

PROMPTS = [
    ("code", "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n"),
    ("unicode", "Die Schüler lernen in München. Ученики читают книги. 学生们"),
    ("list", "The planets of the solar system, in order from the sun:\n1. Mercury\n2."),
    ("fact", "Water boils at"),
    ("saying", "The quick brown fox"),
]

# GGUF's tensor name in a layer -> transformers' parameter name; GGUF stores norms with 1 added.
LAYER_NAMES = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def dequantized(reader):
    return {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32)
            .reshape(tuple(int(n) for n in t.shape)[::-1]) for t in reader.tensors}


def write_float32(reader, weights, path):
    """The same file with every tensor in F32."""
    writer = gguf.GGUFWriter(path, "gemma3")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in (
                "general.architecture", "general.file_type", "general.quantization_version"):
            continue
        kind = field.types[0]
        writer.add_key_value(name, field.contents(), kind, sub_type=(
            field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None))
    writer.add_file_type(0)
    for name, weight in weights.items():
        writer.add_tensor(name, weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def transformers_model(reader, weights):
    value = {n.removeprefix("gemma3."): f.contents() for n, f in reader.fields.items() if n.startswith("gemma3.")}
    layers = value["block_count"]
    config = Gemma3TextConfig(
        vocab_size=weights["token_embd.weight"].shape[0], hidden_size=value["embedding_length"],
        intermediate_size=value["feed_forward_length"], num_hidden_layers=layers,
        num_attention_heads=value["attention.head_count"], num_key_value_heads=value["attention.head_count_kv"],
        head_dim=value["attention.key_length"], query_pre_attn_scalar=value["attention.key_length"],
        rms_norm_eps=value["attention.layer_norm_rms_epsilon"], rope_theta=value["rope.freq_base"],
        sliding_window=value["attention.sliding_window"], max_position_embeddings=value["context_length"],
        attn_implementation="eager")
    state = {"model.embed_tokens.weight": weights["token_embd.weight"], "lm_head.weight": weights["token_embd.weight"],
             "model.norm.weight": weights["output_norm.weight"] - 1}
    for layer in range(layers):
        for name, parameter in LAYER_NAMES.items():
            weight = weights[f"blk.{layer}.{name}.weight"]
            state[f"model.layers.{layer}.{parameter}.weight"] = weight - 1 if name.endswith("norm") else weight
    model = Gemma3ForCausalLM(config)
    model.load_state_dict({name: torch.from_numpy(weight) for name, weight in state.items()})
    return model.eval()


def answers(llama_cpp, text):
    cases = [(name, prompt, llama_cpp.tokenize(prompt, add_special=True)) for name, prompt in PROMPTS]
    cases.append(("long", None, llama_cpp.tokenize(text, add_special=True)[:LONG_PROMPT_TOKENS]))
    for name, prompt, ids in cases:
        chosen, gaps = llama_cpp.greedy(ids, STEPS)
        print(f"{name}: {len(ids)} + {len(chosen)} tokens, smallest gap {min(gaps):.4f}")
        assert min(gaps) >= SMALLEST_GAP, f"{name}: a near-tie that rounding may decide; choose another"
        yield {"name": name, "text": prompt, "ids": ids, "greedy_ids": chosen, "greedy_gaps": gaps}


def perplexity(model, ids):
    logits = torch.from_numpy(all_logits(model, ids)[:-1])
    losses = torch.cat([torch.nn.functional.cross_entropy(part.double(), target, reduction="none") for part, target
                        in zip(logits.split(64), torch.tensor(ids[1:]).split(64))])
    mean = float(losses.mean())
    print(f"perplexity {np.exp(mean):.5f} over {len(losses)} predictions")
    return {"text": "../smollm2/rivers.txt", "tokens": len(ids), "predictions": len(losses), "mean_nll": mean,
            "perplexity": float(np.exp(mean)), "ids": ids}


def write_ids(llama_cpp):
    with open(HERE / "ids.jsonl", "w", encoding="ascii") as out:
        for line in (HERE.parent / "tokenizer" / "strings.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)
            out.write(json.dumps([llama_cpp.tokenize(text), llama_cpp.tokenize(text, parse_special=True)]) + "\n")


def write(name, model_path, content):
    head = {"model": Path(model_path).name, "model_sha256": sha256(model_path),
            "tools": {**tool_versions(), "llama.cpp": VERSION}}
    (HERE / name).write_text(json.dumps({**head, **content}, indent=1) + "\n", encoding="ascii")


def main(jar, model_path):
    text = (HERE.parent / "smollm2" / "rivers.txt").read_text(encoding="utf-8")
    reader = gguf.GGUFReader(model_path)
    weights = dequantized(reader)
    with tempfile.TemporaryDirectory() as folder:
        float32 = Path(folder) / "float32.gguf"
        write_float32(reader, weights, float32)
        llama_cpp = LlamaCpp(jar, float32)
        write_ids(llama_cpp)
        write("greedy.json", model_path, {"steps": STEPS, "prompts": list(answers(llama_cpp, text))})
        ids = llama_cpp.tokenize(text, add_special=True)[:PERPLEXITY_TOKENS]
    write("perplexity.json", model_path, perplexity(transformers_model(reader, weights), ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
