"""Writes tiny random models of every decoder family, as transformers saves them, and what transformers answers for them.

Run:  python make.py [family...]          (tool versions: ../llama_reference.py; a minute)

<family>/config.json, model.safetensors   the model, float32; sizes are odd on purpose
<family>/logits.json                      ids of each sequence, the context that it is meant for, where its logits lie
<family>/logits.f32                       logits of every position (float32, little endian)
"""

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
import transformers as t

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import all_logits, sha256, tool_versions  # noqa: E402

VOCABULARY = 97
CONTEXT = 256
SHORT, LONG = 29, 75  # tokens; the long sequence is several windows long
WINDOW = 16

COMMON = dict(
    vocab_size=VOCABULARY, hidden_size=56, intermediate_size=72, num_hidden_layers=2, num_attention_heads=3,
    num_key_value_heads=1, head_dim=16, max_position_embeddings=CONTEXT, rms_norm_eps=1e-5, rope_theta=10000.0,
    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, pad_token_id=0, attn_implementation="eager")


def sizes(**changes):
    return {**COMMON, **changes}


FAMILIES = {
    "llama3": lambda: t.LlamaConfig(**sizes(
        num_attention_heads=4, num_key_value_heads=2, rope_theta=500000.0, rope_scaling={
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 32})),
    "mistral": lambda: t.MistralConfig(**sizes(
        num_attention_heads=6, num_key_value_heads=2, sliding_window=WINDOW)),
    "qwen2": lambda: t.Qwen2Config(**sizes(
        hidden_size=48, num_hidden_layers=3, num_key_value_heads=3, tie_word_embeddings=True, use_sliding_window=True,
        sliding_window=WINDOW, max_window_layers=1)),
    "qwen3": lambda: t.Qwen3Config(**sizes(
        head_dim=32, num_attention_heads=5, tie_word_embeddings=True, rope_scaling={
            "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32})),
    "phi3": lambda: t.Phi3Config(**sizes(
        hidden_size=64, num_attention_heads=2, num_key_value_heads=1, head_dim=32, partial_rotary_factor=0.75,
        sliding_window=None, original_max_position_embeddings=32, rope_scaling={
            "type": "longrope", "short_factor": [1.0 + 0.05 * i for i in range(12)],
            "long_factor": [1.0 + 0.9 * i for i in range(12)]})),
    "smollm3": lambda: t.SmolLM3Config(**sizes(
        num_hidden_layers=4, num_attention_heads=4, hidden_size=40, tie_word_embeddings=True)),
    "gemma3": lambda: t.Gemma3TextConfig(**{**sizes(
        num_hidden_layers=3, sliding_window=WINDOW, tie_word_embeddings=True, query_pre_attn_scalar=24,
        rope_theta=100000.0, rope_local_base_freq=5000.0, rope_scaling={"rope_type": "linear", "factor": 8.0},
        layer_types=["sliding_attention", "full_attention", "sliding_attention"])}),
    "gemma3-capped": lambda: t.Gemma3TextConfig(**sizes(
        head_dim=32, sliding_window=WINDOW, tie_word_embeddings=True, query_pre_attn_scalar=32,
        attn_logit_softcapping=3.0, final_logit_softcapping=8.0)),
    "qwen3moe": lambda: t.Qwen3MoeConfig(**sizes(
        hidden_size=40, num_experts=5, num_experts_per_tok=2, moe_intermediate_size=24, decoder_sparse_step=1,
        mlp_only_layers=[], norm_topk_prob=True)),
}


def random_model(config, seed):
    """Weights scaled so that attention is peaked and logits spread over about +-10."""
    model = t.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    generator = torch.Generator().manual_seed(seed)
    zero_is_one = config.model_type.startswith("gemma3")  # its norms scale by 1 + weight
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name.endswith("bias"):
            parameter.data = 0.3 * noise
        elif parameter.dim() == 1:
            parameter.data = (0 if zero_is_one else 1) + 0.2 * noise
        elif "embed_tokens" in name:
            parameter.data = noise / (6 if config.tie_word_embeddings else 1)
        else:
            parameter.data = noise * ((3.0 if "lm_head" in name else 1.3) / parameter.shape[1] ** 0.5)
    return model.eval()


def sequences(name, config, seed):
    random = np.random.Generator(np.random.PCG64(seed))
    # LongRoPE's divisors go by the length of the sequence in transformers, by the greatest context here.
    reach = getattr(config, "original_max_position_embeddings", None) if name.startswith("phi") else None
    for length in (SHORT, LONG):
        context = reach if reach and length <= reach else CONTEXT
        yield context, [int(i) for i in random.integers(3, VOCABULARY, length)]


def answers(model, ids):
    # transformers 4.57 reads this setting of Gemma 3 but hands it to attention only if the caller does.
    cap = getattr(model.config, "attn_logit_softcapping", None)
    return all_logits(partial(model, softcap=cap) if cap else model, ids)


def write(name, seed):
    config = FAMILIES[name]()
    model = random_model(config, seed)
    folder = HERE / name
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    rows, entries = [], []
    for context, ids in sequences(name, config, seed):
        logits = answers(model, ids)
        entries.append({"context": context, "ids": ids, "offset": 4 * VOCABULARY * len(rows)})
        rows += list(logits)
    np.stack(rows).astype("<f4").tofile(folder / "logits.f32")
    answer = {"model_sha256": sha256(folder / "model.safetensors"), "tools": tool_versions(), "sequences": entries}
    (folder / "logits.json").write_text(json.dumps(answer) + "\n", encoding="ascii")
    print(f"{name}: {(folder / 'model.safetensors').stat().st_size} bytes,"
          f" largest logit {max(np.abs(r).max() for r in rows):.1f}")


def main(names):
    for seed, name in enumerate(FAMILIES, start=1):
        if not names or name in names:
            write(name, seed)


if __name__ == "__main__":
    main(sys.argv[1:])
