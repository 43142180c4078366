"""Drives vLLM by the line protocol of PeerSession. Runs in vLLM's own environment; prompts are random token ids."""

import os
import random
import sys
import time


class Driver:
    def __init__(self):
        self.engine = None
        self.random = random.Random(1)
        self.vocabulary = 0

    def open(self, fields):
        from vllm import LLM

        self.vocabulary = int(fields["vocabulary"])
        self.engine = LLM(
            model=fields["model"], dtype=fields["dtype"], skip_tokenizer_init=True, enable_prefix_caching=False,
            max_num_seqs=32, max_num_batched_tokens=4096, max_model_len=2048, disable_log_stats=True)
        return {}

    def generate(self, sequences, context, tokens):
        from vllm import SamplingParams

        prompts = [{"prompt_token_ids": [self.random.randrange(1024, self.vocabulary - 512) for _ in range(context)]}
                   for _ in range(sequences)]
        settings = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True, detokenize=False)
        start = time.perf_counter()
        answers = self.engine.generate(prompts, settings, use_tqdm=False)
        seconds = time.perf_counter() - start
        for answer in answers:
            if len(answer.outputs[0].token_ids) != tokens:
                raise ValueError(f"found {len(answer.outputs[0].token_ids)} tokens, expected {tokens}")
        return seconds

    def prefill(self, fields):
        return {"seconds": self.generate(1, int(fields["tokens"]), 1)}

    def decode(self, fields):
        context, tokens = int(fields["context"]), int(fields["tokens"])
        first = self.generate(1, context, 1)
        return {"seconds": self.generate(1, context, tokens + 1) - first}

    def batch(self, fields):
        sequences, context, tokens = (int(fields[name]) for name in ("sequences", "context", "tokens"))
        first = self.generate(sequences, context, 1)
        total = self.generate(sequences, context, tokens)
        return {"seconds": total, "generated": sequences * tokens, "steady_steps": tokens - 1,
                "steady_seconds": total - first}

    def score(self, fields):
        from vllm import SamplingParams

        ids = [int(token) for token in fields["ids"].split(",")]
        settings = SamplingParams(temperature=0, max_tokens=1, prompt_logprobs=0, detokenize=False)
        (answer,) = self.engine.generate([{"prompt_token_ids": ids}], settings, use_tqdm=False)
        scored = range(int(fields["from"]), len(ids))
        return {"sum": -sum(answer.prompt_logprobs[at][ids[at]].logprob for at in scored)}


def main():
    # Libraries print as they please; answers go to the stream that was standard output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    driver = Driver()
    for line in sys.stdin:
        word, *rest = line.rstrip("\n").split("\t")
        try:
            fields = dict(field.split("=", 1) for field in rest)
            if word not in ("open", "prefill", "decode", "batch", "score"):
                raise ValueError(f"found command {word}")
            found = getattr(driver, word)(fields)
            print("\t".join(["ok"] + [f"{name}={value}" for name, value in found.items()]), file=answers, flush=True)
        except Exception as failure:  # the protocol's one way to tell of anything
            print("error\tmessage=" + " ".join(repr(failure).split()), file=answers, flush=True)


if __name__ == "__main__":
    main()
