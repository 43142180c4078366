"""Writes tiny random encoders as sentence-transformers and transformers save them, and what these answer for them.

Run:  python make.py [name...]
      Tested with Python 3.11, torch 2.15.0, transformers 4.57.6, sentence-transformers 5.1.2, tokenizers 0.22.2.

<name>/          the model, float32, with its tokenizer; sizes are odd on purpose
<name>.json      texts with their ids and, for each way of pooling, the vectors before normalisation, as transformers gives
                 them one by one; `sentence`: the pipeline's own vectors
reranker*.json   pairs with their ids, segments, labels, and the scores of the pipeline
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
import transformers as t
from sentence_transformers import CrossEncoder, SentenceTransformer, models
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE, WordPiece

HERE = Path(__file__).resolve().parent
torch.set_num_threads(1)

WORDS = ["the", "a", "cat", "dog", "river", "runs", "sleep", "by", "old", "town", "##s", "##ing", "##ed", "##er"]
MARKS = list(".,;:!?'\"()-")
LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)]
DIGITS = list("0123456789")
TEXTS = ["The cat sleeps by the river.", "a", "Dogs running, running; running!", "Old town 1234 (the river's)",
         "Ärger über 字 und more words than the model takes: " + "the old dog runs by the town " * 6, "?",
         "A dog. A cat. A river."]
PAIRS = [("the old cat", "The cat sleeps by the river."), ("the old cat", "a"), ("dog", TEXTS[4]),
         (TEXTS[4], "dog"), (TEXTS[4], TEXTS[4] + "!"), ("the old cat", "Dogs running, running; running!")]
MOST = 40  # tokens


def word_piece():
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS + MARKS + LETTERS + DIGITS
    vocabulary += ["##" + piece for piece in LETTERS + DIGITS]
    tokenizer = Tokenizer(
        WordPiece({piece: i for i, piece in enumerate(dict.fromkeys(vocabulary))}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t.BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=64)


def byte_level(frame):
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("e", "r"), ("i", "n"), ("in", "g"), ("Ġ", "o")]
    vocabulary = special + alphabet + ["".join(pair) for pair in merges]
    tokenizer = Tokenizer(BPE({piece: i for i, piece in enumerate(vocabulary)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = frame
    return tokenizer


def roberta_tokenizer():
    frame = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return t.RobertaTokenizerFast(tokenizer_object=byte_level(frame), model_max_length=64)


def decoder_tokenizer():
    frame = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)])
    return t.PreTrainedTokenizerFast(
        tokenizer_object=byte_level(frame), eos_token="</s>", pad_token="<pad>", model_max_length=64)


def bert(**changes):
    return t.BertConfig(**{**dict(
        vocab_size=len(word_piece()) + 3, hidden_size=48, num_hidden_layers=3, num_attention_heads=3, intermediate_size=88,
        max_position_embeddings=70, type_vocab_size=2, pad_token_id=0, attn_implementation="eager"), **changes})


def roberta(**changes):
    return t.RobertaConfig(**{**dict(
        vocab_size=len(roberta_tokenizer()), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=56, max_position_embeddings=70, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5,
        attn_implementation="eager"), **changes})


def qwen3():
    return t.Qwen3Config(
        vocab_size=len(decoder_tokenizer()), hidden_size=56, intermediate_size=72, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, max_position_embeddings=128, tie_word_embeddings=True,
        attn_implementation="eager")


def randomized(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name.endswith("bias"):
            parameter.data = 0.3 * noise
        elif parameter.dim() == 1:
            parameter.data = 1 + 0.2 * noise
        elif "embed" in name:
            parameter.data = noise
        else:
            parameter.data = noise * (1.3 / parameter.shape[1] ** 0.5)
    return model.eval()


def pooled(states):
    return {"mean": states.mean(0), "cls": states[0], "last": states[-1]}


def rounded(values):
    return [float(f"{float(v):.9g}") for v in np.asarray(values).ravel()]


def sentence_model(name, model, tokenizer, pooling, normalize, most, **settings):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    plain = HERE / (name + "-plain")
    model.save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = models.Transformer(str(plain), max_seq_length=most, **settings)
    parts = [transformer, models.Pooling(transformer.get_word_embedding_dimension(), pooling_mode=pooling)]
    pipeline = SentenceTransformer(modules=parts + ([models.Normalize()] if normalize else []), device="cpu")
    pipeline.save(str(folder), create_model_card=False)
    shutil.rmtree(plain)
    shutil.rmtree(folder / "2_Normalize", ignore_errors=True)
    answers = []
    for text in TEXTS:
        features = pipeline.tokenize([text])
        with torch.no_grad():
            inner = {key: value for key, value in features.items() if key in ("input_ids", "attention_mask", "token_type_ids")}
            states = transformer.auto_model(**inner).last_hidden_state[0].numpy()
        answers.append({
            "text": text, "ids": features["input_ids"][0].tolist(), "sentence": rounded(pipeline.encode(text)),
            **{key: rounded(value) for key, value in pooled(states).items()}})
    (HERE / f"{name}.json").write_text(json.dumps(answers, indent=0) + "\n", encoding="ascii")


def cross_encoder(name, model, tokenizer, activation):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    ranker = CrossEncoder(str(folder), device="cpu", max_length=MOST, activation_fn=activation)
    ranker.save(str(folder), create_model_card=False)
    (folder / "README.md").unlink(missing_ok=True)
    scores = ranker.predict(PAIRS, batch_size=1)
    labels = ranker.predict(PAIRS, batch_size=1, activation_fn=torch.nn.Identity())
    answers = []
    for (query, document), score, label in zip(PAIRS, scores, labels):
        features = ranker.tokenizer(query, document, truncation=True, max_length=MOST, return_token_type_ids=True)
        answers.append({
            "query": query, "document": document, "ids": features["input_ids"], "types": features["token_type_ids"],
            "label": float(label), "score": float(score)})
    (HERE / f"{name}.json").write_text(json.dumps(answers, indent=0) + "\n", encoding="ascii")


MADE = {
    "bert": lambda: sentence_model(
        "bert", randomized(t.BertModel(bert()), 1), word_piece(), "mean", True, MOST),
    "roberta": lambda: sentence_model(
        "roberta", randomized(t.RobertaModel(roberta()), 2), roberta_tokenizer(), "cls", False, MOST),
    "qwen3": lambda: sentence_model(
        "qwen3", randomized(t.Qwen3Model(qwen3()), 3), decoder_tokenizer(), "lasttoken", True, 60),
    "reranker": lambda: cross_encoder(
        "reranker", randomized(t.BertForSequenceClassification(bert(num_labels=1)), 4), word_piece(), torch.nn.Sigmoid()),
    "reranker-roberta": lambda: cross_encoder(
        "reranker-roberta", randomized(t.RobertaForSequenceClassification(roberta(num_labels=1)), 5),
        roberta_tokenizer(), torch.nn.Identity()),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MADE:
        MADE[name]()
        for file in (HERE / name).rglob("*.safetensors"):
            file.chmod(0o644)
        print(name, sum(file.stat().st_size for file in (HERE / name).rglob("*") if file.is_file()), "bytes")
