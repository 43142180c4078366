"""The workloads of the comparison and the names of their figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """What one measurement runs; a batch gives two figures, the speed of its decode steps and that of the whole."""

    kind: str  # prefill, decode or batch
    sequences: int
    context: int  # tokens of each prompt
    tokens: int  # tokens generated for each; of a prefill one, which is not counted

    def metrics(self):
        if self.kind == "prefill":
            return [f"prefill-{self.context}"]
        if self.kind == "decode":
            return ["decode-1"]
        whole = [f"end-to-end-{self.sequences}"] if self.sequences == 32 else []
        return [f"decode-{self.sequences}"] + whole


PREFILL = Workload("prefill", 1, 512, 1)
DECODE = Workload("decode", 1, 1, 128)
BATCH_8 = Workload("batch", 8, 128, 64)
BATCH_32 = Workload("batch", 32, 128, 64)
ALL = {"prefill": PREFILL, "decode": DECODE, "batch8": BATCH_8, "batch32": BATCH_32}


def speeds(workload, answer):
    """The figures, in tokens a second, of an answer of the line protocol."""
    if workload.kind == "prefill":
        return {workload.metrics()[0]: workload.context / float(answer["seconds"])}
    if workload.kind == "decode":
        return {workload.metrics()[0]: workload.tokens / float(answer["seconds"])}
    steps = int(answer["steady_steps"])
    if steps < workload.tokens // 2:
        raise ValueError(f"found {steps} steps in which all sequences decode, expected most of {workload.tokens}")
    names = workload.metrics()
    found = {names[0]: workload.sequences * steps / float(answer["steady_seconds"])}
    if len(names) > 1:
        found[names[1]] = int(answer["generated"]) / float(answer["seconds"])
    return found
