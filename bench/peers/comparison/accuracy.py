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
# Of the predicted text, what is generated token by token.
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
        self.body_file = folder / "body.txt"
        self.body_file.write_text(body, encoding="utf-8")
        self.decoded_file = folder / "decoded.txt"
        self.decoded_file.write_text("\n".join(body.split("\n")[:DECODED_LINES]), encoding="utf-8")
        prompt_file = folder / "prompt.txt"
        prompt_file.write_text(prompt, encoding="utf-8")
        self.prompt = BEGINNING[model] + ids(ours.session.ask("tokenize", file=prompt_file))
        self.tokens = self.prompt + ids(ours.session.ask("tokenize", file=self.body_file))
        self.first = len(self.prompt)
        self.references = {}

    def reference(self, model, threads):
        """The reference's sum for the text's own tokens; asked once."""
        if model not in self.references:
            self.references[model] = likelihood(model, "prefill", self.tokens, self.first, threads)
        return self.references[model]


def split(text):
    """The prompt, with its line end, and the text that is predicted."""
    prompt, _, body = text.partition("\n")
    if not prompt or not body.strip():
        raise CompareError(f"{layout.TEXT.name}: found no second line; the first is the prompt of the rest")
    return prompt + "\n", body.strip()


def ids(answer):
    return [int(token) for token in answer["ids"].split(",")]


def entry(total, reference, count):
    """Perplexities from sums; numbers that are none are refused here and not printed."""
    values = {"perplexity": math.exp(total / count), "reference": math.exp(reference / count)}
    if not all(math.isfinite(value) for value in values.values()):
        raise CompareError(f"perplexity: found {values}, expected finite numbers")
    return values


def of_ours(ours, text, reference_model, threads):
    """Perplexity of an open session of ours by both paths."""
    count = len(text.tokens) - text.first
    joined = ",".join(map(str, text.tokens))
    prefill = float(ours.session.ask("score", ids=joined, **{"from": text.first})["sum"])
    found = {"prefill": entry(prefill, text.reference(reference_model, threads), count)}
    answer = ours.session.ask(
        "force", file=text.decoded_file, prompt=",".join(map(str, text.prompt)), tokens=4 * count)
    # The tokens of the decoded text may be cut otherwise than the tokenizer would; the reference reads those.
    chosen = ids(answer)
    reference = likelihood(reference_model, "prefill", text.prompt + chosen, text.first, threads)
    found["decode"] = entry(float(answer["sum"]), reference, len(chosen))
    return found


def of_llama(peer, text, reference_model, settings):
    """Perplexity of llama.cpp by both paths, each at the setting of the timed run."""
    reference = text.reference(reference_model, peer.threads)
    count = len(text.tokens) - text.first
    found = {}
    for path, setting in settings.items():
        total = likelihood(peer.model, path, text.tokens, text.first, peer.threads, setting.flash, setting.micro_batch,
                           setting.environment() or None)
        found[path] = entry(total, reference, count)
    return found
