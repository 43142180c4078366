"""Writes the families' tiny models as GGUF files too: names by the gguf package's own map, keys by its writer, rows of
rotated projections, norms and frequency divisors as llama.cpp's converter has them. The logits are those of make.py.

Run:  python make_gguf.py       after make.py (tool versions: ../llama_reference.py)

Left out: qwen2, as GGUF cannot say that only some of its layers have a window, and gemma3-capped, whose cap llama.cpp's
files of Gemma 3 do not know.
"""

import json
import math
import sys
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import interleave_halves  # noqa: E402

ARCHITECTURES = {
    "llama3": gguf.MODEL_ARCH.LLAMA, "mistral": gguf.MODEL_ARCH.LLAMA, "qwen3": gguf.MODEL_ARCH.QWEN3,
    "qwen3moe": gguf.MODEL_ARCH.QWEN3MOE, "phi3": gguf.MODEL_ARCH.PHI3, "smollm3": gguf.MODEL_ARCH.SMOLLM3,
    "gemma3": gguf.MODEL_ARCH.GEMMA3}
PAIRED = ("llama3", "mistral", "smollm3")


def llama3_divisors(config):
    scaling = config["rope_scaling"]
    low, high, factor = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["factor"]
    context = scaling["original_max_position_embeddings"]
    divisors = []
    for i in range(0, config["head_dim"], 2):
        length = 2 * math.pi * config["rope_theta"] ** (i / config["head_dim"])
        smooth = (context / length - low) / (high - low)
        if length < context / high:
            divisors.append(1.0)
        elif length > context / low:
            divisors.append(factor)
        else:
            divisors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(divisors, dtype=np.float32)


def write_rope(name, config, writer):
    scaling = config.get("rope_scaling")
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(int(config["head_dim"] * config.get("partial_rotary_factor", 1.0)))
    if name == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_divisors(config))
    elif name == "qwen3":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(scaling["factor"])
        writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
    elif name == "phi3":
        original = config["original_max_position_embeddings"]
        stretch = config["max_position_embeddings"] / original
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(stretch) / math.log(original)))
        writer.add_tensor("rope_factors_long.weight", np.array(scaling["long_factor"], dtype=np.float32))
        writer.add_tensor("rope_factors_short.weight", np.array(scaling["short_factor"], dtype=np.float32))
    elif name == "gemma3":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(scaling["factor"])
        writer.add_float32("gemma3.rope.freq_base_swa", config["rope_local_base_freq"])


def write_keys(name, config, writer):
    writer.add_name(f"tiny {name}")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    if config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
    if name == "gemma3":
        writer.add_array("gemma3.attention.sliding_window_pattern",
                         [kind == "sliding_attention" for kind in config["layer_types"]])
        writer.add_float32("gemma3.attention.scale", config["query_pre_attn_scalar"] ** -0.5)
    if name == "qwen3moe":
        writer.add_expert_count(config["num_experts"])
        writer.add_expert_used_count(config["num_experts_per_tok"])
        writer.add_expert_feed_forward_length(config["moe_intermediate_size"])
    write_rope(name, config, writer)


def write_tensors(name, config, weights, writer):
    names = gguf.get_tensor_name_map(ARCHITECTURES[name], config["num_hidden_layers"])
    if name == "qwen3moe":
        for layer in range(config["num_hidden_layers"]):
            for part in ("gate_proj", "up_proj", "down_proj"):
                prefix = f"model.layers.{layer}.mlp.experts."
                experts = [weights.pop(f"{prefix}{e}.{part}.weight") for e in range(config["num_experts"])]
                weights[f"{prefix}{part}.weight"] = np.stack(experts)
    for key, weight in weights.items():
        if key == "lm_head.weight" and config["tie_word_embeddings"]:
            continue
        if name in PAIRED and key.endswith(("q_proj.weight", "k_proj.weight")):
            heads = config["num_attention_heads" if "q_proj" in key else "num_key_value_heads"]
            weight = interleave_halves(weight, heads)
        if name == "gemma3" and key.endswith("norm.weight"):
            weight = weight + np.float32(1)
        mapped = names.get_name(key, try_suffixes=(".weight", ".bias"))
        assert mapped, key
        writer.add_tensor(mapped, np.ascontiguousarray(weight, dtype=np.float32))


def main():
    for name, architecture in ARCHITECTURES.items():
        config = json.loads((HERE / name / "config.json").read_text())
        config.setdefault("head_dim", config["hidden_size"] // config["num_attention_heads"])
        writer = gguf.GGUFWriter(HERE / name / "model.gguf", gguf.MODEL_ARCH_NAMES[architecture])
        write_keys(name, config, writer)
        write_tensors(name, config, load_file(HERE / name / "model.safetensors"), writer)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        print(name, (HERE / name / "model.gguf").stat().st_size)


if __name__ == "__main__":
    main()
