"""Makes the W8A8 model that vLLM runs: int8 weights with a scale an output row, activations quantized as they come.

Usage: python make_w8a8.py MODEL.gguf FOLDER (in vLLM's environment; needs torch, safetensors, gguf).
The weights are dequantized from the GGUF file, so every contender starts from the same numbers, and rounded to nearest.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from gguf import GGUFReader, dequantize
from safetensors.torch import save_file

LINEAR = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
          "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
          "ffn_down": "mlp.down_proj"}
NORM = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}


def field(reader, name, absent=None):
    found = reader.get_field(name)
    return absent if found is None else found.contents()


def unpermute(weight, heads):
    """GGUF keeps the two numbers that rotate together side by side; here they are half a head apart."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def quantize(weight):
    scale = numpy.maximum(numpy.abs(weight).max(axis=1, keepdims=True), 1e-8) / 127
    whole = numpy.clip(numpy.rint(weight / scale), -127, 127).astype(numpy.int8)
    return torch.from_numpy(whole), torch.from_numpy(scale.astype(numpy.float32))


def half(values):
    return torch.from_numpy(values.astype(numpy.float32)).to(torch.bfloat16)


def tensors(reader):
    heads = {"attn_q": field(reader, "llama.attention.head_count"),
             "attn_k": field(reader, "llama.attention.head_count_kv")}
    found = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type)
        parts = tensor.name.split(".")
        if tensor.name == "token_embd.weight":
            found["model.embed_tokens.weight"] = half(values)
        elif tensor.name == "output_norm.weight":
            found["model.norm.weight"] = half(values)
        elif parts[0] == "blk" and parts[2] in NORM:
            found[f"model.layers.{parts[1]}.{NORM[parts[2]]}.weight"] = half(values)
        elif parts[0] == "blk" and parts[2] in LINEAR:
            if parts[2] in heads:
                values = unpermute(values, heads[parts[2]])
            name = f"model.layers.{parts[1]}.{LINEAR[parts[2]]}"
            found[f"{name}.weight"], found[f"{name}.weight_scale"] = quantize(values)
        else:
            raise SystemExit(f"make_w8a8: found tensor {tensor.name}, expected those of a Llama model with a tied head")
    return found


def config(reader):
    of = {name: field(reader, f"llama.{name}") for name in (
        "embedding_length", "feed_forward_length", "block_count", "attention.head_count", "attention.head_count_kv",
        "context_length")}
    group = {"num_bits": 8, "type": "int", "symmetric": True}
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": of["embedding_length"], "intermediate_size": of["feed_forward_length"],
        "num_hidden_layers": of["block_count"], "num_attention_heads": of["attention.head_count"],
        "num_key_value_heads": of["attention.head_count_kv"], "max_position_embeddings": of["context_length"],
        "rms_norm_eps": float(field(reader, "llama.attention.layer_norm_rms_epsilon")),
        "rope_theta": float(field(reader, "llama.rope.freq_base", 10000.0)), "tie_word_embeddings": True,
        "vocab_size": len(field(reader, "tokenizer.ggml.tokens")), "torch_dtype": "bfloat16",
        "bos_token_id": 1, "eos_token_id": 2,
        "quantization_config": {
            "quant_method": "compressed-tensors", "format": "int-quantized", "quantization_status": "compressed",
            "ignore": ["lm_head"],
            "config_groups": {"group_0": {
                "targets": ["Linear"],
                "weights": {**group, "strategy": "channel", "dynamic": False},
                "input_activations": {**group, "strategy": "token", "dynamic": True}}}}}


def main(source, folder):
    reader = GGUFReader(source)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors(reader), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config(reader), indent=1), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: make_w8a8.py MODEL.gguf FOLDER")
    main(*sys.argv[1:])
