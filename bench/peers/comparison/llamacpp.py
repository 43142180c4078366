"""llama.cpp's own benchmark programs, one process a measurement."""

import json
import statistics
from dataclasses import asdict, dataclass

from . import layout
from .console import CompareError, run, shown
from .workloads import speeds

BIN = layout.LLAMA / "build" / "bin"


@dataclass(frozen=True)
class Setting:
    """What a user of llama.cpp may choose for one workload."""

    flash: bool
    micro_batch: int
    amx: bool

    def environment(self):
        # The library of the same name without the tile unit's kernels, before the one that was linked.
        return {} if self.amx else {"LD_LIBRARY_PATH": str(layout.LLAMA_PLAIN / "bin")}

    def text(self):
        return f"flash attention {'on' if self.flash else 'off'}, micro-batch {self.micro_batch}" + (
            "" if self.amx else ", without AMX")


def settings(amx):
    """Every setting worth trying."""
    return [
        Setting(flash, micro_batch, tiles) for flash in (True, False) for micro_batch in (512, 128)
        for tiles in ((True, False) if amx else (True,))]


class LlamaCpp:
    """llama.cpp on one file. `chosen` maps the name of a workload to its setting."""

    def __init__(self, name, model, threads, chosen):
        self.name = name
        self.model = model
        self.threads = threads
        self.chosen = {workload: Setting(**fields) for workload, fields in chosen.items()}
        self.commands = {}

    def command(self, workload, setting):
        flash = "on" if setting.flash else "off"
        common = ["-m", self.model, "-t", self.threads, "-fa", flash, "-b", 2048, "-ub", setting.micro_batch]
        if workload.kind == "prefill":
            return [BIN / "llama-bench", *common, "-p", workload.context, "-n", 0, "-r", 1, "-o", "jsonl"]
        if workload.kind == "decode":
            return [BIN / "llama-bench", *common, "-p", 0, "-n", workload.tokens, "-r", 1, "-o", "jsonl"]
        capacity = workload.sequences * (workload.context + workload.tokens)
        return [BIN / "llama-batched-bench", *common, "-tb", self.threads, "-c", capacity, "-npp", workload.context,
                "-ntg", workload.tokens, "-npl", workload.sequences, "--output-format", "jsonl"]

    def warm_up(self, key, workload):
        """Nothing: each measurement is a process that warms up by itself."""

    def measure(self, key, workload):
        return self.measure_with(workload, self.chosen[key])

    def measure_with(self, workload, setting):
        command = self.command(workload, setting)
        self.commands[workload] = shown(command, setting.environment())
        output, _ = run(command, setting.environment())
        return parse(workload, output)

    def close(self):
        pass


def parse(workload, output):
    """The figures in what a benchmark program prints."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    if len(lines) != 1:
        raise CompareError(f"llama.cpp: found {len(lines)} results, expected 1:\n{output[-500:]}")
    if workload.kind != "batch":
        return {workload.metrics()[0]: float(lines[0]["avg_ts"])}
    return speeds(workload, {
        "seconds": lines[0]["t"], "generated": workload.sequences * workload.tokens,
        "steady_steps": workload.tokens, "steady_seconds": lines[0]["t_tg"]})


def tune(peer, workload, candidates, rounds):
    """What every setting reached, as medians of the workload's last figure."""
    reached = {setting: [] for setting in candidates}
    for _ in range(rounds):
        for setting in candidates:
            reached[setting].append(list(peer.measure_with(workload, setting).values())[-1])
    return {setting: statistics.median(values) for setting, values in reached.items()}


def best(reached, amx):
    """The fastest setting of those with the tile unit's kernels or without; None if there is none."""
    fitting = [setting for setting in reached if setting.amx in amx]
    return asdict(max(fitting, key=reached.get)) if fitting else None


def system_info():
    """What llama.cpp says its kernels were built for."""
    model = layout.MODELS / "smollm2-q4_0.gguf"
    command = [BIN / "llama-completion", "-m", model, "-n", 1, "-no-cnv", "-p", "a", "-t", 1]
    _, said = run(command)
    lines = [line[line.index("system_info"):] for line in said.splitlines() if "system_info" in line]
    return lines[0].strip() if lines else "no system_info line"
