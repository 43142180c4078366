"""Writes what transformers answers, in float32 and with the dequantized weights of a Q4_1 file of SmolLM2.

Run:  python make.py llama-4.2.0.jar SmolLM2-135M-Instruct.Q4_1.gguf      (versions: ../llama_reference.py; a minute)

greedy.json      12 prompts with their ids, up to 64 greedy ids each, and the gap of the two best logits at each step
perplexity.json  mean negative log-likelihood of the first 2,000 tokens of rivers.txt in one context

Token ids come from llama.cpp: transformers' own conversion of a GGUF file drops this model's digit splitting.
"""

import json
import sys
from pathlib import Path

import gguf
import jinja2
import numpy as np
import torch
from transformers import LlamaConfig

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_cpp_library import VERSION, LlamaCpp  # noqa: E402
from llama_reference import all_logits, greedy, reference_model, sha256, tool_versions  # noqa: E402
from prompts import CHAT, RAW  # noqa: E402

STEPS = 64
PERPLEXITY_TOKENS = 2000
SMALLEST_GAP = 1e-3  # logits of two correct float32 programs differ by about a tenth of it


def open_model(path):
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items() if name.startswith("llama.")}
    weights = {t.name: gguf.quants.dequantize(t.data, t.tensor_type).reshape(tuple(t.shape)[::-1])
               for t in reader.tensors}
    config = LlamaConfig(
        vocab_size=fields["llama.vocab_size"], hidden_size=fields["llama.embedding_length"],
        intermediate_size=fields["llama.feed_forward_length"], num_hidden_layers=fields["llama.block_count"],
        num_attention_heads=fields["llama.attention.head_count"],
        num_key_value_heads=fields["llama.attention.head_count_kv"],
        max_position_embeddings=fields["llama.context_length"],
        rms_norm_eps=fields["llama.attention.layer_norm_rms_epsilon"], rope_theta=fields["llama.rope.freq_base"],
        tie_word_embeddings="output.weight" not in weights, attn_implementation="eager")
    template = reader.fields["tokenizer.chat_template"].contents()
    stop = reader.fields["tokenizer.ggml.eos_token_id"].contents()
    return reference_model(config, weights), template, stop


def render(template, messages):
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(messages=messages, add_generation_prompt=True)


def answers(model, llama_cpp, template, stop):
    cases = [(name, False, text) for name, text in CHAT] + [(name, True, text) for name, text in RAW]
    for name, raw, text in cases:
        rendered = text if raw else render(template, [{"role": "user", "content": text}])
        ids = llama_cpp.tokenize(rendered, add_special=raw, parse_special=True)
        chosen, gaps = greedy(model, ids, STEPS, stops=(stop,))
        assert min(gaps) >= SMALLEST_GAP, f"{name}: a near-tie ({min(gaps)}) that rounding may decide; choose another"
        print(f"{name}: {len(ids)} + {len(chosen)} tokens, smallest gap {min(gaps):.4f}")
        yield {"name": name, "raw": raw, "text": text, "rendered": rendered, "ids": ids, "greedy_ids": chosen,
               "greedy_gaps": gaps, "stopped": chosen[-1] == stop}


def perplexity(model, llama_cpp):
    ids = llama_cpp.tokenize((HERE / "rivers.txt").read_text(encoding="utf-8"))
    assert len(ids) >= PERPLEXITY_TOKENS, f"only {len(ids)} tokens"
    ids = ids[:PERPLEXITY_TOKENS]
    logits = torch.from_numpy(all_logits(model, ids)[:-1]).double()
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none")
    mean = float(losses.mean())
    print(f"perplexity {np.exp(mean):.5f} over {len(losses)} predictions")
    return {"text": "rivers.txt", "text_sha256": sha256(HERE / "rivers.txt"), "tokens": len(ids),
            "predictions": len(losses), "mean_nll": mean, "perplexity": float(np.exp(mean)), "ids": ids}


def write(name, model_path, content):
    head = {"model": Path(model_path).name, "model_sha256": sha256(model_path),
            "tools": {**tool_versions(), "llama.cpp": VERSION}}
    (HERE / name).write_text(json.dumps({**head, **content}, indent=1, ensure_ascii=True) + "\n", encoding="ascii")


def main(jar, model_path):
    model, template, stop = open_model(model_path)
    llama_cpp = LlamaCpp(jar, model_path)
    write("greedy.json", model_path, {
        "stop_id": stop, "steps": STEPS, "prompts": list(answers(model, llama_cpp, template, stop))})
    write("perplexity.json", model_path, perplexity(model, llama_cpp))


if __name__ == "__main__":
    main(*sys.argv[1:])
