"""What the golden-file generators share: weights in llama.cpp's layout, and transformers as the reference.

Tested with Python 3.11, torch 2.15.0, transformers 4.57.6, gguf 0.19.0, numpy 2.4.6, tokenizers 0.22.2.
"""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_num_threads(1)

# llama.cpp's tensor name -> transformers' parameter name; "{}" is the layer.
GLOBAL_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
LAYER_NAMES = {
    "blk.{}.attn_norm.weight": "model.layers.{}.input_layernorm.weight",
    "blk.{}.attn_q.weight": "model.layers.{}.self_attn.q_proj.weight",
    "blk.{}.attn_k.weight": "model.layers.{}.self_attn.k_proj.weight",
    "blk.{}.attn_v.weight": "model.layers.{}.self_attn.v_proj.weight",
    "blk.{}.attn_output.weight": "model.layers.{}.self_attn.o_proj.weight",
    "blk.{}.ffn_norm.weight": "model.layers.{}.post_attention_layernorm.weight",
    "blk.{}.ffn_gate.weight": "model.layers.{}.mlp.gate_proj.weight",
    "blk.{}.ffn_up.weight": "model.layers.{}.mlp.up_proj.weight",
    "blk.{}.ffn_down.weight": "model.layers.{}.mlp.down_proj.weight",
}


def tensor_names(layers):
    """Pairs (llama.cpp name, transformers name) of every weight of an untied model."""
    pairs = list(GLOBAL_NAMES.items())
    for layer in range(layers):
        pairs += [(g.format(layer), h.format(layer)) for g, h in LAYER_NAMES.items()]
    return pairs


def heads_of(name, config):
    """Head count of a weight whose rows carry rotary pairs, or None for every other weight."""
    if name.endswith("attn_q.weight"):
        return config.num_attention_heads
    if name.endswith("attn_k.weight"):
        return config.num_key_value_heads
    return None


def interleave_halves(weight, heads):
    """transformers rotates (i, i + d/2), llama.cpp's Llama rotates (2i, 2i + 1): reorder the rows of each head."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def split_pairs(weight, heads):
    """The inverse of interleave_halves: from llama.cpp's row order to transformers'."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def reference_model(config: LlamaConfig, gguf_weights, dtype=torch.float32):
    """A transformers model holding the given float32 arrays, which are named and ordered as in a GGUF file."""
    state = {}
    for gguf_name, name in tensor_names(config.num_hidden_layers):
        if gguf_name == "output.weight" and config.tie_word_embeddings:
            state[name] = state["model.embed_tokens.weight"]
            continue
        weight = gguf_weights[gguf_name]
        heads = heads_of(gguf_name, config)
        state[name] = torch.from_numpy(np.array(split_pairs(weight, heads) if heads else weight, dtype=np.float32))
    model = LlamaForCausalLM(config)
    model.load_state_dict(state, strict=True)
    return model.to(dtype).eval()


@torch.no_grad()
def all_logits(model, ids):
    """Logits of every position of one sequence: float array [len(ids), vocabulary]."""
    return model(torch.tensor([ids]), use_cache=False).logits[0].numpy()


@torch.no_grad()
def greedy(model, ids, steps, stops=()):
    """Greedy continuation (a stop id is included and ends it) and, per step, best minus second-best logit."""
    chosen, gaps, cache, step_input = [], [], None, torch.tensor([ids])
    for _ in range(steps):
        out = model(step_input, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        best = torch.topk(out.logits[0, -1], 2)
        chosen.append(int(best.indices[0]))
        gaps.append(round(float(best.values[0] - best.values[1]), 6))
        if chosen[-1] in stops:
            break
        step_input = torch.tensor([[chosen[-1]]])
    return chosen, gaps


def tool_versions():
    tools = {name: version(name) for name in ("torch", "transformers", "tokenizers", "gguf", "numpy")}
    return {"python": platform.python_version(), **tools}


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
