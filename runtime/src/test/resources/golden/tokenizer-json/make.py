"""Trains small tokenizers in the manner of the model families and writes what the tokenizers library answers for them.

Run:  python make.py           (tokenizers 0.22.2, Python 3.11)

<name>.json     a tokenizer.json
vectors.jsonl   one object per tokenizer and string: tokenizer, text, ids (markers read as such), plain (markers read as
                text), framed (ids with what the post-processor adds), decoded (of ids), shown (of ids, special ones left out)
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tokenizer"))
from strings import STRINGS  # noqa: E402

CORPUS = (HERE.parent / "smollm2" / "rivers.txt").read_text(encoding="utf-8").splitlines() + [
    "Die Grüße aus Köln kamen über den Rhein; 1234567 Menschen lasen sie.", "Привет, мир! Как дела?",
    "def f(x):\n    return x * 2 + 10\n", "The user asked, and the assistant answered: I'm sure we've seen it.",
    "東京は日本の首都です。", "Ça va très bien, n'est-ce pas? Don't they'll you're", "café naïve Ångström"] * 3
MARKERS = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = [r"[\r\n]", r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$",
            r"[一-龥ࠀ-一가-퟿]+", r"\p{N}"]


def byte_level(cut, normalizer=None, size=700, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = cut
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=MARKERS, show_progress=False))
    return tokenizer


def split_bytes(*patterns):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(p), "isolated") for p in patterns]
        + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def framed(tokenizer, single, names):
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[(n, tokenizer.token_to_id(n)) for n in names])
    return tokenizer


def gpt2():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def roberta():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True))
    ids = [(n, tokenizer.token_to_id(n)) for n in ("<|end|>", "<|begin|>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ids)
    return tokenizer


def llama3():
    tokenizer = byte_level(split_bytes(LLAMA3), ignore_merges=True)
    framed(tokenizer, "<|begin|> $A", ["<|begin|>"])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), tokenizer.post_processor])
    return tokenizer


def qwen():
    tokenizer = byte_level(split_bytes(QWEN), normalizers.NFC())
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("</tool_call>", normalized=False)])
    return tokenizer


def smollm():
    return byte_level(pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]))


def flags():
    """Added tokens with every flag, behind a normalizer that they pass through."""
    tokenizer = byte_level(split_bytes(QWEN), normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]))
    tokenizer.add_tokens([
        AddedToken("River", single_word=True), AddedToken("<left>", lstrip=True, normalized=False),
        AddedToken("<right>", rstrip=True, normalized=False), AddedToken("<left><right>", normalized=False),
        AddedToken("HeLLo", normalized=True)])
    tokenizer.add_special_tokens([AddedToken("<Both>", lstrip=True, rstrip=True)])
    return tokenizer


def sentencepiece_vocabulary(cut, normalizer=None):
    """Pieces in the manner of SentencePiece's BPE: unknown, begin, end, 256 bytes, then characters and merges."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = cut
    trained.normalizer = normalizer
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=600, special_tokens=["<unk>", "<s>", "</s>"], limit_alphabet=150, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    pieces = sorted(model["vocab"], key=model["vocab"].get)
    pieces[3:3] = [f"<0x{b:02X}>" for b in range(256)]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    tokenizer = Tokenizer(models.BPE(
        {p: i for i, p in enumerate(pieces)}, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([AddedToken(n, normalized=False) for n in ("<unk>", "<s>", "</s>")])
    return tokenizer


def llama2():
    tokenizer = sentencepiece_vocabulary(pre_tokenizers.Metaspace())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return framed(tokenizer, "<s> $A", ["<s>"])


def mistral():
    tokenizer = sentencepiece_vocabulary(pre_tokenizers.Metaspace())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = llama2().decoder
    tokenizer.add_special_tokens([AddedToken("[INST]", normalized=False), AddedToken("[/INST]", normalized=False)])
    return framed(tokenizer, "<s> $A </s>", ["<s>", "</s>"])


def gemma():
    tokenizer = sentencepiece_vocabulary(
        pre_tokenizers.Split(" ", "merged_with_next"), normalizers.Replace(" ", "▁"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("▁▁", normalized=False)])
    tokenizer.add_special_tokens(["<start_of_turn>", "<end_of_turn>"])
    return framed(tokenizer, "<s> $A", ["<s>"])


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(
        vocab_size=700, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    return framed(tokenizer, "[CLS] $A [SEP]", ["[CLS]", "[SEP]"])


def bert_cased():
    tokenizer = bert()
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, handle_chinese_chars=False, clean_text=False)
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    return tokenizer


def unigram(byte_fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(CORPUS, trainers.UnigramTrainer(
        vocab_size=400, unk_token="<unk>", special_tokens=["<unk>", "</s>"], show_progress=False))
    if byte_fallback:
        model = json.loads(tokenizer.to_str())["model"]
        pieces = [tuple(p) for p in model["vocab"]] + [(f"<0x{b:02X}>", -50.0) for b in range(256)]
        tokenizer.model = models.Unigram(pieces, model["unk_id"], True)
    tokenizer.decoder = decoders.Metaspace()
    return framed(tokenizer, "$A </s>", ["</s>"])


def unigram_bytes():
    tokenizer = unigram(True)
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    return tokenizer


def cuts():
    """The steps that no family above takes."""
    tokenizer = byte_level(pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Whitespace(), pre_tokenizers.Digits(),
        pre_tokenizers.Split("e", "merged_with_next"), pre_tokenizers.Split("o", "merged_with_previous", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Strip(), normalizers.NFD(), normalizers.StripAccents(), normalizers.Replace(Regex(r"\d+"), "#")])
    return tokenizer


TOKENIZERS = {
    "gpt2": gpt2, "roberta": roberta, "llama3": llama3, "qwen": qwen, "o200k": lambda: byte_level(split_bytes(O200K)),
    "deepseek": lambda: byte_level(split_bytes(*DEEPSEEK)), "smollm": smollm, "flags": flags, "llama2": llama2,
    "mistral": mistral, "gemma": gemma, "bert": bert, "bert-cased": bert_cased, "unigram": unigram,
    "unigram-bytes": unigram_bytes, "cuts": cuts}

MORE = [
    "<|im_start|>user\nHi<|im_end|>", "a<|begin|>b <s>x</s> [INST] hi [/INST]", "<tool_call>{}</tool_call>",
    "a  <left>  b  <right>  c<left><right>d", "River rivers River, aRiver River", "hello HELLO HeLLo ＨeLLo", "x  <Both>  y",
    "[CLS] un [MASK] able [SEP]", "  two  spaces\n\nand\n\n\nlines\t\ttabs  ", "it'ſ I'M WE'LL don't'", "ΑΣ ΣΑΣ İstanbul",
    "e\u0301 \u1e9b\u0323 ﬁ ２０２６ ①", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea", "\x00\x01\x7f\u00ad\ufeff",
    "<start_of_turn>user\nhi<end_of_turn>\n", "▁▁a▁b", "ab" * 70, "\ue000\uffff\U0010ffff", "...!?,; 's n't", "don't do not 1.5 $5"]


def main():
    texts = [t for t in STRINGS if len(t) < 400][::2] + MORE
    lines = []
    for name, make in TOKENIZERS.items():
        tokenizer = make()
        (HERE / f"{name}.json").write_text(
            json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=True, separators=(",", ":")) + "\n", encoding="ascii")
        for text in texts:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = True
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = False
            lines.append(json.dumps({
                "tokenizer": name, "text": text, "ids": ids, "plain": plain, "framed": tokenizer.encode(text).ids,
                "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                "shown": tokenizer.decode(ids, skip_special_tokens=True)}, ensure_ascii=True, separators=(",", ":")))
    (HERE / "vectors.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")
    print(len(TOKENIZERS), "tokenizers,", len(texts), "strings")


if __name__ == "__main__":
    main()
