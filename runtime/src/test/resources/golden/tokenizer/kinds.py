"""Writes llama.cpp's token ids for the other kinds of tokenizer: every pre-tokenization rule, and SentencePiece.

Run:  python kinds.py llama-4.2.0.jar       (the jar: ../llama_cpp_library.py; sentencepiece 0.2 and numpy from PyPI)

pre.jsonl            one object per line: pre (the name of a rule), text, ids, special (ids with markers read as such),
                     for SmolLM2's vocabulary with another rule named in it; only texts where some rules differ
spm.gguf             a small SentencePiece vocabulary with byte fallback, trained on ../smollm2/rivers.txt
spm-ids.jsonl        one object per line: text, ids, special
"""

import gzip
import json
import struct
import sys
import tempfile
from pathlib import Path

import sentencepiece

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import llama_cpp_library  # noqa: E402
from strings import STRINGS  # noqa: E402

RULES = ["smollm", "gpt-2", "llama-bpe", "dbrx", "qwen2", "default"]
VOCABULARY_ONLY = 14  # word of llama_model_params in 4.2.0; its default holds use_mmap alone
STRING = 8

MORE = [
    "12345678901 1234 12 1 a1234b", "abc123def4567", " 1", "  1", "1  2", "x =  42;", "a'S b'LL c'Re 'VE'd", "'t'T",
    "\t\tword \t 12\n\n 34", "a\n\n  b\r\n\r\n  c", "!!!\n\n???\r\n", " !!\n", "  !!", "$100+20=<30>^|~x", "a`b`c", "-\u2014\u2013",
    "\u00a0\u00a0x", "e\u0301e\u0301 \u0301", "1\u06613\u2163\u00bd", "\u4e16\u754c123\u4e16", "don't  stop\t\t\tnow   ", "\n", " \n x", "x \n\n",
    "#include<a>\n\t#define B(c) (c)", "A1B22C333D4444E55555", "\u0345\u200d\u2764\ufe0f 3\ufe0f\u20e3", "<|im_start|>12<|im_end|> 3",
]


class LlamaCpp(llama_cpp_library.LlamaCpp):
    """Opens a file without weights."""

    def __init__(self, jar, model):
        original = llama_cpp_library.c.CDLL

        def library(path):
            loaded = original(path)
            loaded.llama_model_default_params.restype = llama_cpp_library.Parameters
            default = loaded.llama_model_default_params()
            assert default.words[VOCABULARY_ONLY] == 0x100, "not the 4.2.0 layout"
            default.words[VOCABULARY_ONLY] |= 1
            return Library(loaded, default)

        llama_cpp_library.c.CDLL = library
        super().__init__(jar, model)
        llama_cpp_library.c.CDLL = original


class Library:
    """The library with other default parameters."""

    def __init__(self, loaded, default):
        self.loaded = loaded
        self.llama_model_default_params = lambda: default

    def __getattr__(self, name):
        return getattr(self.loaded, name)


def text(value):
    raw = value.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def with_rule(header, rule):
    key = text("tokenizer.ggml.pre") + struct.pack("<I", STRING)
    at = header.index(key) + len(key)
    (length,) = struct.unpack_from("<Q", header, at)
    return header[:at] + text(rule) + header[at + 8 + length :]


def ids_of(jar, header, strings):
    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        file.write(header)
        file.flush()
        llama_cpp = LlamaCpp(jar, file.name)
        return [(llama_cpp.tokenize(s), llama_cpp.tokenize(s, parse_special=True)) for s in strings]


def write(name, objects):
    lines = [json.dumps(o, ensure_ascii=True, separators=(",", ":")) for o in objects]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    print(name, len(lines), "lines")


def rules(jar):
    header = gzip.decompress((HERE / "smollm2-vocabulary.gguf.gz").read_bytes())
    strings = STRINGS + MORE
    by_rule = {rule: ids_of(jar, with_rule(header, rule), strings) for rule in RULES}
    for i, string in enumerate(strings):
        results = {rule: by_rule[rule][i] for rule in RULES}
        if string in MORE or len({str(r) for r in results.values()}) > 1:
            for rule, (ids, special) in results.items():
                yield {"pre": rule, "text": string, "ids": ids, "special": special}


def spm_header():
    with tempfile.TemporaryDirectory() as folder:
        sentencepiece.SentencePieceTrainer.train(
            input=str(HERE.parent / "smollm2" / "rivers.txt"), model_prefix=folder + "/m", vocab_size=700,
            model_type="bpe", byte_fallback=True, character_coverage=0.99, num_threads=1,
            user_defined_symbols=["<word>"], control_symbols=["<|turn|>"], minloglevel=2)
        model = sentencepiece.SentencePieceProcessor(model_file=folder + "/m.model")
    count = model.get_piece_size()

    def kind(i):
        return (2 if model.is_unknown(i) else 3 if model.is_control(i) else 6 if model.is_byte(i)
                else 4 if model.id_to_piece(i) == "<word>" else 1)

    def array(item, values):
        return struct.pack("<IIQ", 9, item, count) + b"".join(values)

    keys = {
        "general.architecture": struct.pack("<I", STRING) + text("llama"),
        "tokenizer.ggml.model": struct.pack("<I", STRING) + text("llama"),
        "tokenizer.ggml.tokens": array(STRING, [text(model.id_to_piece(i)) for i in range(count)]),
        "tokenizer.ggml.scores": array(6, [struct.pack("<f", model.get_score(i)) for i in range(count)]),
        "tokenizer.ggml.token_type": array(5, [struct.pack("<i", kind(i)) for i in range(count)]),
        "tokenizer.ggml.bos_token_id": struct.pack("<II", 4, model.bos_id()),
        "tokenizer.ggml.eos_token_id": struct.pack("<II", 4, model.eos_id()),
        "tokenizer.ggml.unknown_token_id": struct.pack("<II", 4, model.unk_id()),
    }
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)) + b"".join(text(k) + v for k, v in keys.items())


def main(jar):
    write("pre.jsonl", rules(jar))
    header = spm_header()
    (HERE / "spm.gguf").write_bytes(header)
    strings = STRINGS + MORE + ["a<|turn|>b <|turn|> c<word>d <word>", "<s>x</s>", "The river\u2581flows", "<0x41>"]
    found = ids_of(jar, header, strings)
    write("spm-ids.jsonl", [{"text": s, "ids": a, "special": b} for s, (a, b) in zip(strings, found)])


if __name__ == "__main__":
    main(*sys.argv[1:])
