"""Writes LoRA adapters as PEFT saves them, and what transformers answers once each is merged into its model.

Run:  python make.py [adapter...]      (tool versions: ../llama_reference.py, and peft 0.21.2; a minute)

<adapter>/adapter_config.json, adapter_model.safetensors   the adapter; its tensors have the type that the table says
<adapter>/logits.json                                      the model it is for, ids, and the tools' versions
<adapter>/logits.f32                                       logits of every position with the adapter merged (float32)
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import all_logits, tool_versions  # noqa: E402

LLAMA, TOKENS = "pretrained/tiny-llama-f16", 14
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# Name: model, type of the tensors, what PEFT is told. The first five are for one model.
ADAPTERS = {
    "query-value": (LLAMA, torch.float32, dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])),
    "all": (LLAMA, torch.bfloat16, dict(r=8, lora_alpha=6, use_rslora=True, target_modules=ALL)),
    "mlp": (LLAMA, torch.float16, dict(r=2, lora_alpha=3, target_modules=["gate_proj", "down_proj"])),
    "second-layer": (LLAMA, torch.float32, dict(
        r=3, lora_alpha=3, target_modules=["k_proj", "o_proj"], layers_to_transform=[1])),
    "expression": (LLAMA, torch.float32, dict(r=5, lora_alpha=7, target_modules=r".*\.(q|up)_proj")),
    "phi3": ("families/phi3", torch.float32, dict(
        r=4, lora_alpha=4, target_modules=["qkv_proj", "o_proj", "gate_up_proj", "down_proj"])),
    "qwen2": ("families/qwen2", torch.float32, dict(r=4, lora_alpha=4, target_modules="all-linear")),
    "qwen3moe": ("families/qwen3moe", torch.float32, dict(r=4, lora_alpha=4, target_modules=ALL[:4])),
    "gemma3": ("families/gemma3", torch.float32, dict(r=4, lora_alpha=4, target_modules="all-linear")),
}


def randomize(model, dtype, seed):
    """Both factors random, in values that the type holds: a delta about a third as large as the weight."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "lora_" not in name:
            continue
        noise = torch.randn(parameter.shape, generator=generator) / parameter.shape[1] ** 0.5
        parameter.data = (noise * (0.4 if "lora_B" in name else 1.0)).to(dtype).float()


def write(name, seed):
    base, dtype, options = ADAPTERS[name]
    model = AutoModelForCausalLM.from_pretrained(
        HERE.parent / base, dtype=torch.float32, attn_implementation="eager").eval()
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **options))
    randomize(model, dtype, seed)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    state = {key: value.to(dtype).contiguous() for key, value in get_peft_model_state_dict(model).items()}
    save_file(state, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = model.peft_config["default"]
    config.inference_mode = True
    config.base_model_name_or_path = base
    config.save_pretrained(folder)
    merged = model.merge_and_unload()
    random = np.random.Generator(np.random.PCG64(seed))
    ids = [int(i) for i in random.integers(4, merged.config.vocab_size, TOKENS)]
    logits = all_logits(merged, ids)
    logits.astype("<f4").tofile(folder / "logits.f32")
    answer = {"model": base, "ids": ids, "vocabulary": logits.shape[1],
              "tools": {**tool_versions(), "peft": version("peft")}}
    (folder / "logits.json").write_text(json.dumps(answer) + "\n", encoding="ascii")
    print(f"{name}: {len(state)} tensors, largest logit {np.abs(logits).max():.1f}")


def main(names):
    for seed, name in enumerate(ADAPTERS, start=1):
        if not names or name in names:
            write(name, seed)


if __name__ == "__main__":
    main(sys.argv[1:])
