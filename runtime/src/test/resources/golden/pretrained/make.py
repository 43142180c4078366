"""Writes models of GGUF files as Hugging Face folders, by transformers' own save_pretrained.

Run:  python make.py                  the two folders of this directory (tool versions: ../llama_reference.py)
      python make.py GGUF FOLDER      any Llama-family GGUF with a gpt2 vocabulary in bfloat16, as FOLDER and as
                                      FOLDER.gguf, for a comparison by hand (FolderModelTest tells how)

tiny-llama-f16    one file; tokenizer adds BOS; chat template in chat_template.jinja
tiny-llama-bf16   shards with an index; the template in tokenizer_config.json
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import GenerationConfig, LlamaConfig, PreTrainedTokenizerFast

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from llama_reference import reference_model  # noqa: E402


def field(reader, key, absent=None):
    found = reader.get_field(key)
    return absent if found is None else found.contents()


def weights_of(reader):
    return {t.name: np.array(gguf.quants.dequantize(t.data, t.tensor_type), dtype=np.float32) for t in reader.tensors}


def config_of(reader):
    heads = field(reader, "llama.attention.head_count")
    hidden = field(reader, "llama.embedding_length")
    return LlamaConfig(
        vocab_size=len(field(reader, "tokenizer.ggml.tokens")), hidden_size=hidden,
        intermediate_size=field(reader, "llama.feed_forward_length"), num_hidden_layers=field(reader, "llama.block_count"),
        num_attention_heads=heads, num_key_value_heads=field(reader, "llama.attention.head_count_kv"),
        head_dim=field(reader, "llama.attention.key_length", hidden // heads),
        max_position_embeddings=field(reader, "llama.context_length"),
        rms_norm_eps=field(reader, "llama.attention.layer_norm_rms_epsilon"), rope_theta=field(reader, "llama.rope.freq_base"),
        tie_word_embeddings=all(t.name != "output.weight" for t in reader.tensors),
        bos_token_id=field(reader, "tokenizer.ggml.bos_token_id"), eos_token_id=field(reader, "tokenizer.ggml.eos_token_id"))


def tokenizer_of(reader):
    tokens = field(reader, "tokenizer.ggml.tokens")
    types = field(reader, "tokenizer.ggml.token_type")
    merges = [tuple(m.split(" ", 1)) for m in field(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    cuts = [pre_tokenizers.ByteLevel(add_prefix_space=False)]
    if field(reader, "tokenizer.ggml.pre") == "smollm":
        cuts.insert(0, pre_tokenizers.Digits(individual_digits=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(cuts)
    tokenizer.decoder = decoders.ByteLevel()
    special = [t for t, kind in zip(tokens, types) if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in special])
    bos = tokens[field(reader, "tokenizer.ggml.bos_token_id")]
    if field(reader, "tokenizer.ggml.add_bos_token", False):
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{bos} $A", special_tokens=[(bos, tokenizer.token_to_id(bos))])
    eos = tokens[field(reader, "tokenizer.ggml.eos_token_id")]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=bos, eos_token=eos,
        chat_template=field(reader, "tokenizer.chat_template"), clean_up_tokenization_spaces=False)


def save(reader, folder, dtype, shard="5GB", jinja=True):
    config = config_of(reader)
    model = reference_model(config, weights_of(reader))
    for parameter in model.parameters():
        # As in the GGUF file, norms stay in float32: so nothing is rounded, and answers are the same bit by bit.
        parameter.data = parameter.data.to(dtype if parameter.ndim > 1 else torch.float32)
    model.generation_config = GenerationConfig(
        bos_token_id=config.bos_token_id, eos_token_id=[config.eos_token_id, config.eos_token_id + 2], do_sample=True,
        temperature=0.7, top_p=0.9, top_k=40)
    model.save_pretrained(folder, max_shard_size=shard)
    tokenizer_of(reader).save_pretrained(folder, save_jinja_files=jinja)
    # It says nothing that the settings do not.
    (folder / "special_tokens_map.json").unlink()
    for file in folder.iterdir():
        file.chmod(0o644)


def copy_gguf(reader, path, architecture="llama"):
    """The same model with every matrix in bfloat16."""
    writer = gguf.GGUFWriter(path, architecture)
    for key, found in reader.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            kind = found.types[0]
            sub = found.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(key, found.contents(), kind, sub)
    for name, weight in weights_of(reader).items():
        stored = Type.F32 if weight.ndim == 1 else Type.BF16
        writer.add_tensor(name, gguf.quants.quantize(weight, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    if len(sys.argv) == 3:
        folder = Path(sys.argv[2])
        reader = gguf.GGUFReader(sys.argv[1])
        save(reader, folder, torch.bfloat16, "100MB")
        copy_gguf(reader, folder.with_suffix(".gguf"))
        return
    tiny = HERE.parent / "tiny-llama"
    save(gguf.GGUFReader(tiny / "tiny-llama-f16.gguf"), HERE / "tiny-llama-f16", torch.float16)
    save(gguf.GGUFReader(tiny / "tiny-llama-bf16.gguf"), HERE / "tiny-llama-bf16", torch.bfloat16, "800KB", False)


if __name__ == "__main__":
    main()
