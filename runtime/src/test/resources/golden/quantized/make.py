"""Writes tiny quantized checkpoints of a random Llama (ModelSlim's of a Qwen 2, experts of a Qwen 3), and what
transformers answers on the dequantized matrices of each.

Run:  python make.py          (tool versions: ../llama_reference.py; compressed-tensors 0.20.0)

The matrices are quantized by rounding to the nearest step. compressed-tensors packs its own layout; the layouts of AWQ
(gemm), GPTQ and ModelSlim are written with numpy as their tools publish them, since those tools need a GPU or an NPU.

<name>/config.json, model.safetensors   the checkpoint as people have it
<name>/logits.json                      ids; sum and sum of squares of each dequantized matrix, a check on unpacking; and
                                        "rounding": for each matrix the error that inputs in bytes have, relative
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

EXPERTS = dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=64, decoder_sparse_step=1, mlp_only_layers=[],
               norm_topk_prob=True)


def random_model(family, seed=5):
    config = {"llama": t.LlamaConfig, "qwen2": t.Qwen2Config, "moe": t.Qwen3MoeConfig}[family](
        **CONFIG, **(EXPERTS if family == "moe" else {}))
    model = t.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name.endswith("bias"):
            noise = 0.3 * noise
        elif parameter.dim() == 1:
            noise = 1 + 0.2 * noise
        elif "embed_tokens" not in name:
            noise = noise * ((3.0 if "lm_head" in name else 1.3) / parameter.shape[1] ** 0.5)
        # Checkpoints keep what is not quantized in halves: so nothing is rounded when they are written.
        parameter.data = noise.half().float()
    return model.eval()


def projections(model):
    left = ("lm_head", "mlp.gate")  # the head and the routers of experts stay as they are
    return {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and not n.endswith(left)}


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


def inputs_of(model, modules, ids):
    """What each projection is given for these tokens, (tokens, features)."""
    seen, hooks = {}, []
    for name, module in modules.items():
        hooks.append(module.register_forward_pre_hook(lambda m, x, name=name: seen.update(
            {name: x[0].reshape(-1, x[0].shape[-1]).numpy()})))
    all_logits(model, ids)
    for hook in hooks:
        hook.remove()
    return seen


def step_of(x, scheme):
    """The distance of neighbouring bytes for each input."""
    if scheme == "tensor":
        return np.full(x.shape, np.abs(x).max() / 127)
    if scheme == "range":
        return np.full(x.shape, (max(x.max(), 0) - min(x.min(), 0)) / 255)
    if scheme == "token":
        return np.broadcast_to(np.abs(x).max(1, keepdims=True) / 127, x.shape)
    groups = [np.abs(x[:, i:i + GROUP]).max(1, keepdims=True) / 127 for i in range(0, x.shape[1], GROUP)]
    return np.repeat(np.hstack(groups), GROUP, 1)[:, :x.shape[1]]


def rounding_of(x, scheme):
    """The root of the mean square error of rounding, evenly spread over a step, relative to that of the inputs."""
    return float(np.sqrt((step_of(x, scheme) ** 2 / 12).mean() / (x ** 2).mean()))


def awq(linear, x):
    weight = linear.weight.data.numpy()
    q, s, z, real = grid(weight, 4, GROUP, False)
    parts = {"qweight": pack(q.T, 4, 1, AWQ_ORDER), "qzeros": pack(z.T, 4, 1, AWQ_ORDER), "scales": s.T.copy()}
    return parts, real


def gptq(bits=4, symmetric=True, act_order=False, shift=1):
    def write(linear, x):
        weight = linear.weight.data.numpy()
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
    def write(linear, x):
        weight = linear.weight.data.numpy()
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


def bytes_of(weight):
    """Signed bytes with a float32 scale for each row."""
    scales = (np.abs(weight).max(1, keepdims=True) / 127).astype(np.float32)
    quants = np.clip(np.rint(weight / scales), -127, 127).astype(np.int8)
    return quants, scales, quants * scales


def fixed_input(x, symmetric):
    if symmetric:
        return np.float32(np.abs(x).max() / 127), 0
    low, high = min(x.min(), 0), max(x.max(), 0)
    scale = np.float32((high - low) / 255)
    return scale, int(np.rint(-128 - low / scale))


def compressed_bytes(static=None):
    def write(linear, x):
        q, s, real = bytes_of(linear.weight.data.numpy())
        parts = {"weight": q, "weight_scale": s.astype(np.float16)}
        real = q * s.astype(np.float16).astype(np.float32)
        if static:
            scale, zero = fixed_input(x, static == "tensor")
            parts["input_scale"] = np.array([scale])
            if static == "range":
                parts["input_zero_point"] = np.array([zero], np.int8)
        return parts, real
    return write


def slim_dynamic(linear, x):
    q, s, real = bytes_of(linear.weight.data.numpy())
    return {"weight": q, "weight_scale": s, "weight_offset": np.zeros_like(s)}, real


def slim_weights(linear, x):
    q, s, z, real = grid(linear.weight.data.numpy(), 8, linear.in_features, False)
    return {"weight": (q - 128).astype(np.int8), "weight_scale": s.astype(np.float32),
            "weight_offset": (128 - z).astype(np.float32)}, real


def slim_static(linear, x):
    q, s, real = bytes_of(linear.weight.data.numpy())
    scale, zero = fixed_input(x, False)
    factor = (s[:, 0] * scale).astype(np.float32)
    bias = linear.bias.data.numpy() if linear.bias is not None else np.zeros(len(q), np.float32)
    added = np.rint(bias / factor).astype(np.int64) - zero * q.astype(np.int64).sum(1)
    # For float16 the tool writes scales as 64-bit integers that hold the bits of a float32.
    wide = factor.view(np.uint32).astype(np.int64)
    if linear.bias is not None:
        linear.bias.data = torch.from_numpy((added + zero * q.astype(np.int64).sum(1)) * factor).float()
    return {"weight": q, "input_scale": np.array([scale]), "input_offset": np.array([zero], np.float32),
            "quant_bias": added.astype(np.int32), "deq_scale": wide}, real


def compressed_settings(weights, inputs=None, form="pack-quantized"):
    return {"quant_method": "compressed-tensors", "format": form, "quantization_status": "compressed",
            "ignore": ["lm_head"], "config_groups": {"group_0": {
                "targets": ["Linear"], "weights": weights, "input_activations": inputs, "output_activations": None}}}


def int_weights(bits, strategy, symmetric=True):
    return {"num_bits": bits, "type": "int", "strategy": strategy, "symmetric": symmetric, "dynamic": False,
            "group_size": GROUP if strategy == "group" else None}


def byte_inputs(dynamic, strategy, symmetric=True):
    return {"num_bits": 8, "type": "int", "dynamic": dynamic, "strategy": strategy, "symmetric": symmetric}


def gptq_settings(**changes):
    return {**{"quant_method": "gptq", "bits": 4, "group_size": GROUP, "desc_act": False, "sym": True,
               "checkpoint_format": "gptq"}, **changes}


ROUNDING = {"bytes-dynamic": "token", "bytes-static": "tensor", "bytes-zero": "range", "slim-dynamic": "token",
            "slim-static": "range"}

CHECKPOINTS = {
    "awq": ({"quant_method": "awq", "bits": 4, "group_size": GROUP, "zero_point": True, "version": "gemm"}, awq),
    "gptq": (gptq_settings(), gptq()),
    "gptq-asym": (gptq_settings(sym=False), gptq(symmetric=False)),
    "gptq-v2-act": (gptq_settings(sym=False, desc_act=True, checkpoint_format="gptq_v2"),
                    gptq(symmetric=False, act_order=True, shift=0)),
    "gptq-act8": (gptq_settings(bits=8, desc_act=True), gptq(bits=8, act_order=True)),
    "packed": (compressed_settings(int_weights(4, "group")), compressed()),
    "packed-experts": (compressed_settings(int_weights(4, "group")), compressed()),
    "packed-asym": (compressed_settings(int_weights(4, "group", False)), compressed(symmetric=False)),
    "bytes-dynamic": (compressed_settings(int_weights(8, "channel"), byte_inputs(True, "token"), "int-quantized"),
                      compressed_bytes()),
    "bytes-static": (compressed_settings(int_weights(8, "channel"), byte_inputs(False, "tensor"), "int-quantized"),
                     compressed_bytes("tensor")),
    "bytes-zero": (compressed_settings(int_weights(8, "channel"), byte_inputs(False, "tensor", False), "int-quantized"),
                   compressed_bytes("range")),
    "slim-dynamic": ("W8A8_DYNAMIC", slim_dynamic),
    "slim-static": ("W8A8", slim_static),
    "slim-w8a16": ("W8A16", slim_weights),
    "packed-channel": (compressed_settings(int_weights(8, "channel")), compressed(bits=8, group=0)),
}


def write(name):
    settings, quantize = CHECKPOINTS[name]
    slim = isinstance(settings, str)
    model = random_model("qwen2" if slim else "moe" if name.endswith("experts") else "llama")
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    ids = [int(i) for i in np.random.Generator(np.random.PCG64(11)).integers(3, VOCABULARY, 37)]
    quantized = projections(model)
    tensors, sums = {}, {}
    inputs = inputs_of(model, quantized, ids)
    for module, linear in quantized.items():
        parts, real = quantize(linear, inputs[module])
        tensors.update({f"{module}.{part}": np.ascontiguousarray(value) for part, value in parts.items()})
        linear.weight.data = torch.from_numpy(real)
        sums[module] = [float(real.astype(np.float64).sum()), float((real.astype(np.float64) ** 2).sum())]
    rounding = {module: rounding_of(x, ROUNDING.get(name, "group")) for module, x in
                inputs_of(model, quantized, ids).items() if len(x)}
    for parameter, value in model.named_parameters():
        if parameter not in {f"{module}.weight" for module in quantized}:
            tensors[parameter] = value.data.half().numpy()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = model.config.to_dict() | {"architectures": [type(model).__name__], "dtype": "float16"}
    if slim:
        described = {tensor: settings if tensor.rpartition(".")[0] in quantized else "FLOAT" for tensor in tensors}
        text = json.dumps({"model_quant_type": settings} | described, indent=2)
        (folder / "quant_model_description.json").write_text(text + "\n", encoding="ascii")
    else:
        config["quantization_config"] = settings
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="ascii")
    all_logits(model, ids).astype("<f4").tofile(folder / "logits.f32")
    answer = {"tools": tool_versions(), "ids": ids, "matrices": sums, "rounding": rounding}
    (folder / "logits.json").write_text(json.dumps(answer) + "\n", encoding="ascii")
    total = sum(value ** 2 for value in rounding.values()) ** 0.5
    print(f"{name}: {(folder / 'model.safetensors').stat().st_size} bytes, inputs in bytes off by {total:.4f} in all")


def main(names):
    for name in CHECKPOINTS:
        if not names or name in names:
            write(name)


if __name__ == "__main__":
    main(sys.argv[1:])
