"""Writes the tiny random Llama files of this directory and what transformers answers for them.

Run:  python make.py            (tool versions: ../llama_reference.py; about ten seconds)

tiny-llama.gguf          F32, hidden 240 = 5 heads x 48, 1 KV head, 2 layers, vocabulary 999, untied head, no BOS added
tiny-llama-<type>.gguf   hidden 192, 10 heads x 48 (attention.key_length), 2 KV heads; matrices in <type>, norms F32,
                         BOS added. Their references use the dequantized weights.
<model>.json             prompts, greedy ids and where their logits lie in <model>.f32 (float32, little endian)
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import (  # noqa: E402
    all_logits, greedy, heads_of, interleave_halves, reference_model, sha256, tensor_names, tool_versions)

VOCABULARY = 999
SPECIALS = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
BOS, EOS = 0, 1
GREEDY_STEPS = 32
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
FILE_TYPES = {  # general.file_type as llama.cpp numbers it
    Type.F32: 0, Type.F16: 1, Type.Q4_0: 2, Type.Q4_1: 3, Type.Q8_0: 7, Type.BF16: 32}


def config(hidden, heads, kv_heads):
    return LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=hidden, intermediate_size=160, num_hidden_layers=2,
        num_attention_heads=heads, num_key_value_heads=kv_heads, head_dim=48, max_position_embeddings=512,
        rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, bos_token_id=BOS, eos_token_id=EOS,
        attn_implementation="eager")


def train_tokenizer(text):
    """Byte-level BPE as GPT-2's: the special tokens, 256 bytes, then merges learnt from the text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=VOCABULARY, min_frequency=1, show_progress=False,
        special_tokens=[AddedToken(t, special=True) for t in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    assert tokenizer.get_vocab_size() == VOCABULARY
    return tokenizer


def random_weights(shape, seed):
    """Weights in llama.cpp's row order, scaled so that attention is peaked and the logits spread over about +-10."""
    random = np.random.Generator(np.random.PCG64(seed))
    model_shapes = {k: tuple(v.shape) for k, v in reference_shapes(shape).items()}
    weights = {}
    for gguf_name, name in tensor_names(shape.num_hidden_layers):
        size = model_shapes[name]
        noise = random.standard_normal(size).astype(np.float32)
        if len(size) == 1:
            weights[gguf_name] = np.float32(1) + np.float32(0.2) * noise
        elif gguf_name == "token_embd.weight":
            weights[gguf_name] = noise
        else:
            gain = 3.0 if gguf_name == "output.weight" else 1.3
            weight = noise * np.float32(gain / np.sqrt(size[1]))
            heads = heads_of(gguf_name, shape)
            weights[gguf_name] = np.ascontiguousarray(interleave_halves(weight, heads) if heads else weight)
    return weights


def reference_shapes(shape):
    with torch.device("meta"):
        from transformers import LlamaForCausalLM
        return LlamaForCausalLM(shape).state_dict()


def write_gguf(path, shape, weights, kind, tokenizer, add_bos):
    """Writes the file and returns the weights as a reader dequantizes them."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(path.stem)
    writer.add_file_type(FILE_TYPES[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_block_count(shape.num_hidden_layers)
    writer.add_context_length(shape.max_position_embeddings)
    writer.add_embedding_length(shape.hidden_size)
    writer.add_feed_forward_length(shape.intermediate_size)
    writer.add_head_count(shape.num_attention_heads)
    writer.add_head_count_kv(shape.num_key_value_heads)
    if shape.head_dim * shape.num_attention_heads != shape.hidden_size:
        writer.add_key_length(shape.head_dim)
        writer.add_value_length(shape.head_dim)
    writer.add_layer_norm_rms_eps(shape.rms_norm_eps)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_rope_freq_base(shape.rope_theta)
    writer.add_vocab_size(VOCABULARY)
    add_tokenizer(writer, tokenizer, add_bos)
    dequantized = {}
    for name, weight in weights.items():
        stored = Type.F32 if weight.ndim == 1 else kind
        data = gguf.quants.quantize(weight, stored)
        writer.add_tensor(name, data, raw_dtype=stored)
        dequantized[name] = gguf.quants.dequantize(data, stored).astype(np.float32).reshape(weight.shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return dequantized


def add_tokenizer(writer, tokenizer, add_bos):
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([tokenizer.id_to_token(i) for i in range(VOCABULARY)])
    writer.add_token_types([gguf.TokenType.CONTROL if i < len(SPECIALS) else gguf.TokenType.NORMAL
                            for i in range(VOCABULARY)])
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(add_bos)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)


def prompts(tokenizer, text, add_bos):
    """Three texts of exactly 1, 17 and 150 tokens, BOS included where the file adds it."""
    start = text.index("The first people")
    for name, length in (("one", 1), ("seventeen", 17), ("long", 150)):
        wanted = length - (1 if add_bos else 0)
        prompt = longest_prefix(tokenizer, text[start:], wanted)
        ids = tokenizer.encode(prompt).ids
        assert len(ids) == wanted
        yield name, prompt, [BOS] * add_bos + ids


def longest_prefix(tokenizer, text, tokens):
    """The text up to the end of its last whole word or mark that still gives exactly this many tokens."""
    if tokens == 0:
        return ""
    found = [end for end in range(1, 6 * tokens + 40) if len(tokenizer.encode(text[:end]).ids) == tokens]
    return text[:found[-1]]


def write_answers(path, shape, weights, tokenizer, text, add_bos):
    model = reference_model(shape, weights)
    double = reference_model(shape, weights, torch.float64)
    rows, entries, difference = [], [], 0.0
    for name, prompt, ids in prompts(tokenizer, text, add_bos):
        logits = all_logits(model, ids)
        difference = max(difference, float(np.abs(logits - all_logits(double, ids)).max()))
        kept = logits if name == "seventeen" else logits[-1:]
        chosen, gaps = greedy(model, ids, GREEDY_STEPS)
        assert EOS not in chosen, "pick another seed: the comparison must not depend on the stop rule"
        entries.append({
            "name": name, "text": prompt, "ids": ids,
            "logits": {"offset": 4 * VOCABULARY * len(rows), "first_position": len(ids) - len(kept),
                       "rows": len(kept), "columns": VOCABULARY},
            "greedy_ids": chosen, "greedy_gaps": gaps})
        rows += list(kept)
    data = path.with_suffix(".f32")
    np.stack(rows).astype("<f4").tofile(data)
    answer = {
        "model": path.name, "model_sha256": sha256(path), "logits_file": data.name, "logits_sha256": sha256(data),
        "add_bos": add_bos, "float64_difference": difference, "tools": tool_versions(), "prompts": entries}
    path.with_suffix(".json").write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes, float32 to float64 {difference:.1e},"
          f" smallest greedy gap {min(g for e in entries for g in e['greedy_gaps']):.4f},"
          f" largest logit {max(np.abs(r).max() for r in rows):.1f}")


def main():
    text = (HERE.parent / "smollm2" / "rivers.txt").read_text(encoding="utf-8").partition("\nAfterword\n")[0]
    tokenizer = train_tokenizer(text)
    plain, wide = config(240, 5, 1), config(192, 10, 2)
    for shape, seed, add_bos, kinds in (
            (plain, 999, False, [Type.F32]),
            (wide, 48, True, [Type.Q4_0, Type.Q4_1, Type.Q8_0, Type.F16, Type.BF16])):
        weights = random_weights(shape, seed)
        for kind in kinds:
            suffix = "" if kind == Type.F32 else f"-{kind.name.lower()}"
            path = HERE / f"tiny-llama{suffix}.gguf"
            dequantized = write_gguf(path, shape, weights, kind, tokenizer, add_bos)
            write_answers(path, shape, dequantized, tokenizer, text, add_bos)


if __name__ == "__main__":
    main()
