"""Writes tiny quantized checkpoints of one random Llama, and the dequantized matrices and logits of each.

Run:  python make.py          (tool versions: ../llama_reference.py; compressed-tensors 0.20.0)

The matrices are quantized by rounding to the nearest step. compressed-tensors packs its own layout; the layouts of AWQ
(gemm), GPTQ and ModelSlim are written with numpy as their tools publish them, since those tools need a GPU or an NPU.

<name>/config.json, model.safetensors   the checkpoint as people have it
<name>/logits.json                      ids; sum and sum of squares of each dequantized matrix, a check on unpacking
<name>/logits.f32                       logits of transformers on the dequantized matrices (float32, little endian)
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers as t
from compressed_tensors.compressors.pack_quantized import pack_to_int32
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import all_logits, tool_versions  # noqa: E402

VOCABULARY = 97
GROUP = 32
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]

CONFIG = dict(
    vocab_size=VOCABULARY, hidden_size=96, intermediate_size=160, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, head_dim=16, max_position_embeddings=128, rms_norm_eps=1e-5, rope_theta=10000.0,
    tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, pad_token_id=0, attn_implementation="eager")


def random_model(seed=5):
    model = t.AutoModelForCausalLM.from_config(t.LlamaConfig(**CONFIG), attn_implementation="eager")
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            noise = 1 + 0.2 * noise
        elif "embed_tokens" not in name:
            noise = noise * ((3.0 if "lm_head" in name else 1.3) / parameter.shape[1] ** 0.5)
        # Checkpoints keep what is not quantized in halves: so nothing is rounded when they are written.
        parameter.data = noise.half().float()
    return model.eval()


def projections(model):
    return {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and n != "lm_head"}


def grid(weight, bits, group, symmetric, index=None, levels=None):
    """Integers from 0 to 2^bits - 1, half-precision scales and zero points (rows, groups): w = (q - z) * s."""
    rows, columns = weight.shape
    index = np.arange(columns) // group if index is None else index
    top = 2 ** bits - 1
    scales = np.zeros((rows, index.max() + 1), np.float16)
    zeros = np.full(scales.shape, 2 ** (bits - 1), np.int64)
    for g in range(scales.shape[1]):
        part = weight[:, index == g]
        if symmetric:
            scales[:, g] = np.abs(part).max(1) / (top // 2)
        else:
            low, high = np.minimum(part.min(1), 0), np.maximum(part.max(1), 0)
            scales[:, g] = (high - low) / top
            zeros[:, g] = np.clip(np.rint(-low / scales[:, g].astype(np.float32)), 0, top)
    wide = scales.astype(np.float32)[:, index]
    quants = np.clip(np.rint(weight / wide) + zeros[:, index], 0, top).astype(np.int64)
    return quants, scales, zeros, ((quants - zeros[:, index]) * wide).astype(np.float32)


def pack(values, bits, axis, order=None):
    """Neighbours along an axis in words of 32 bits, the first in the lowest bits."""
    per = 32 // bits
    values = np.moveaxis(values, axis, -1).astype(np.uint32)
    values = values.reshape(*values.shape[:-1], -1, per)[..., order or list(range(per))]
    words = np.bitwise_or.reduce(values << (np.arange(per, dtype=np.uint32) * bits), -1)
    return np.ascontiguousarray(np.moveaxis(words, -1, axis)).view(np.int32)


def awq(weight, seed):
    q, s, z, real = grid(weight, 4, GROUP, False)
    parts = {"qweight": pack(q.T, 4, 1, AWQ_ORDER), "qzeros": pack(z.T, 4, 1, AWQ_ORDER), "scales": s.T.copy()}
    return parts, real


def gptq(bits=4, symmetric=True, act_order=False, shift=1):
    def write(weight, seed):
        index = np.arange(weight.shape[1]) // GROUP
        if act_order:
            # Layers that share inputs share the order, as they do in real checkpoints.
            random = np.random.Generator(np.random.PCG64(weight.shape[1]))
            index = index[random.permutation(len(index))]
        q, s, z, real = grid(weight, bits, GROUP, symmetric, index)
        if not symmetric and shift:
            z = np.maximum(z, shift)  # the old layout cannot say zero
            wide = s.astype(np.float32)[:, index]
            q = np.clip(np.rint(weight / wide) + z[:, index], 0, 2 ** bits - 1).astype(np.int64)
            real = ((q - z[:, index]) * wide).astype(np.float32)
        parts = {"qweight": pack(q.T, bits, 0), "qzeros": pack(z.T - shift, bits, 1), "scales": s.T.copy(),
                 "g_idx": index.astype(np.int32)}
        return parts, real
    return write


def compressed(bits=4, symmetric=True, group=GROUP):
    def write(weight, seed):
        q, s, z, real = grid(weight, bits, group or weight.shape[1], symmetric)
        half = 2 ** (bits - 1)
        parts = {
            "weight_packed": pack_to_int32(torch.from_numpy((q - half).astype(np.int8)), bits).numpy(),
            "weight_scale": s, "weight_shape": np.array(weight.shape, np.int64)}
        if not symmetric:
            zeros = torch.from_numpy((z - half).astype(np.int8))
            parts["weight_zero_point"] = pack_to_int32(zeros, bits, packed_dim=0).contiguous().numpy()
        return parts, real
    return write


def compressed_settings(weights, inputs=None, form="pack-quantized"):
    return {"quant_method": "compressed-tensors", "format": form, "quantization_status": "compressed",
            "ignore": ["lm_head"], "config_groups": {"group_0": {
                "targets": ["Linear"], "weights": weights, "input_activations": inputs, "output_activations": None}}}


def int_weights(bits, strategy, symmetric=True):
    return {"num_bits": bits, "type": "int", "strategy": strategy, "symmetric": symmetric, "dynamic": False,
            "group_size": GROUP if strategy == "group" else None}


def gptq_settings(**changes):
    return {**{"quant_method": "gptq", "bits": 4, "group_size": GROUP, "desc_act": False, "sym": True,
               "checkpoint_format": "gptq"}, **changes}


CHECKPOINTS = {
    "awq": ({"quant_method": "awq", "bits": 4, "group_size": GROUP, "zero_point": True, "version": "gemm"}, awq),
    "gptq": (gptq_settings(), gptq()),
    "gptq-asym": (gptq_settings(sym=False), gptq(symmetric=False)),
    "gptq-v2-act": (gptq_settings(sym=False, desc_act=True, checkpoint_format="gptq_v2"),
                    gptq(symmetric=False, act_order=True, shift=0)),
    "gptq-act8": (gptq_settings(bits=8, desc_act=True), gptq(bits=8, act_order=True)),
    "packed": (compressed_settings(int_weights(4, "group")), compressed()),
    "packed-asym": (compressed_settings(int_weights(4, "group", False)), compressed(symmetric=False)),
    "packed-channel": (compressed_settings(int_weights(8, "channel")), compressed(bits=8, group=0)),
}


def write(name):
    settings, quantize = CHECKPOINTS[name]
    model = random_model()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    quantized = projections(model)
    tensors, sums = {}, {}
    for i, (module, linear) in enumerate(quantized.items()):
        parts, real = quantize(linear.weight.data.numpy(), i)
        tensors.update({f"{module}.{part}": np.ascontiguousarray(value) for part, value in parts.items()})
        linear.weight.data = torch.from_numpy(real)
        sums[module] = [float(real.astype(np.float64).sum()), float((real.astype(np.float64) ** 2).sum())]
    for parameter, value in model.named_parameters():
        if parameter.removesuffix(".weight") not in quantized:
            tensors[parameter] = value.data.half().numpy()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = model.config.to_dict() | {"architectures": ["LlamaForCausalLM"], "dtype": "float16"}
    if settings:
        config["quantization_config"] = settings
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="ascii")
    ids = [int(i) for i in np.random.Generator(np.random.PCG64(11)).integers(3, VOCABULARY, 37)]
    all_logits(model, ids).astype("<f4").tofile(folder / "logits.f32")
    answer = {"tools": tool_versions(), "ids": ids, "matrices": sums}
    (folder / "logits.json").write_text(json.dumps(answer) + "\n", encoding="ascii")
    print(name, (folder / "model.safetensors").stat().st_size)


def main(names):
    for name in CHECKPOINTS:
        if not names or name in names:
            write(name)


if __name__ == "__main__":
    main(sys.argv[1:])
