"""Perplexity of a committed text beside the speeds: through prefill, and token by token through decode.

The reference is llama.cpp in float32 on the dequantized weights, asked about the very tokens that a contender was.
"""

import json
import math
import subprocess

from . import layout
from .console import CompareError, shown

# What a model's text begins with: Gemma was trained with a mark at the beginning of every text.
BEGINNING = {"smollm2": [], "gemma": [2]}
# Of the predicted text, what ours generates token by token: within Gemma's window, so that every step replays a graph.
DECODED_LINES = 8


def likelihood(model, path, tokens, first, threads, flash=False, micro_batch=512, environment=None):
    """The sum of the negative log-likelihoods of tokens from an index on, by llama.cpp."""
    command = [layout.PROGRAMS / "likelihood", model, path, threads, int(flash), micro_batch, first]
    done = subprocess.run([str(word) for word in command], input=" ".join(map(str, tokens)), capture_output=True,
                          text=True, timeout=600, env=environment)
    if done.returncode != 0:
        raise CompareError(f"{shown(command)}: exit status {done.returncode}\n{done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)["sum"]


class Text:
    """The committed text as one contender's tokens: its first line is the prompt, the rest is predicted."""

    def __init__(self, ours, model, folder):
        prompt, body = split(layout.TEXT.read_text(encoding="utf-8"))

        def tokens(name, text):
            file = folder / name
            file.write_text(text, encoding="utf-8")
            return ids(ours.session.ask("tokenize", file=file))

        start = BEGINNING[model] + tokens("prompt.txt", prompt)
        self.first = len(start)
        self.tokens = start + tokens("body.txt", body)
        # Its beginning, cut into tokens where the lines end.
        self.decoded = start + tokens("decoded.txt", "\n".join(body.split("\n")[:DECODED_LINES]))
        self.references = {}

    def reference(self, model, tokens, first, threads):
        """The reference's sum for tokens of the text; asked once for each part."""
        part = (model, tuple(tokens), first)
        if part not in self.references:
            self.references[part] = likelihood(model, "prefill", tokens, first, threads)
        return self.references[part]


def split(text):
    """The prompt, with its line end, and the text that is predicted."""
    prompt, _, body = text.partition("\n")
    if not prompt or not body.strip():
        raise CompareError(f"{layout.TEXT.name}: found no second line; the first is the prompt of the rest")
    return prompt + "\n", body.strip()


def ids(answer):
    return [int(token) for token in answer["ids"].split(",")]


def listed(tokens):
    return ",".join(map(str, tokens))


def entry(total, reference, count):
    """Perplexities from sums; numbers that are none are refused here and not printed."""
    values = {"perplexity": math.exp(total / count), "reference": math.exp(reference / count)}
    if not all(math.isfinite(value) for value in values.values()):
        raise CompareError(f"perplexity: found {values}, expected finite numbers")
    return values


def of_ours(ours, text, reference_model, threads):
    """Perplexity of an open session of ours by both paths, with the tokenizer's own tokens in each."""
    prefill = ours.session.ask("score", ids=listed(text.tokens), **{"from": text.first})
    decode = ours.session.ask("force", ids=listed(text.decoded), **{"from": text.first})
    # The first token that is generated is prefill's to predict, so fewer are decode's.
    first = int(decode["from"])
    if int(decode["replayed"]) != len(text.decoded) - first:
        raise CompareError(f"perplexity: found {decode['replayed']} decode steps that replayed a graph, expected "
                           f"{len(text.decoded) - first}, one for each token")

    def judged(answer, tokens, first):
        reference = text.reference(reference_model, tokens, first, threads)
        return entry(float(answer["sum"]), reference, len(tokens) - first)

    return {"prefill": judged(prefill, text.tokens, text.first), "decode": judged(decode, text.decoded, first)}


def of_llama(peer, text, reference_model, settings):
    """Perplexity of llama.cpp by both paths, each at the setting of the timed run."""
    reference = text.reference(reference_model, text.tokens, text.first, peer.threads)
    count = len(text.tokens) - text.first
    found = {}
    for path, setting in settings.items():
        total = likelihood(peer.model, path, text.tokens, text.first, peer.threads, setting.flash, setting.micro_batch,
                           setting.environment() or None)
        found[path] = entry(total, reference, count)
    return found
