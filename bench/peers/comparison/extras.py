"""Figures of ours beyond the table: growth with the context, allocation, cold start, memory."""

import os
import statistics
import subprocess
import time

from . import layout
from .bounds import limit
from .console import CompareError, shown
from .llamacpp import BIN

LENGTHS = (512, 1024, 2048, 4096)
PROMPT = "The tide came in over the flats and"


def growth(ours, model, limits, rounds):
    """Cost against context: prefill by its quadratic part, decode by its slope. Returns figures and the raw times."""
    prefill = {n: [] for n in LENGTHS}
    decode = {n: [] for n in LENGTHS}
    for _ in range(rounds):
        for n in LENGTHS:
            prefill[n].append(float(ours.session.ask("prefill", tokens=n)["seconds"]))
            decode[n].append(float(ours.session.ask("decode", context=n - 32, tokens=32)["seconds"]) / 32)
    whole = {n: statistics.median(values) for n, values in prefill.items()}
    step = {n: statistics.median(values) for n, values in decode.items()}
    cost = (whole[4096] / 4096) / (whole[512] / 512)
    figures = {"growth-prefill-cost": {
        "value": cost, "ours": f"{whole[4096] / 4096 * 1e6:,.0f} µs", "peer": f"{whole[512] / 512 * 1e6:,.0f} µs"}}
    # Cost a token grows by attention only, so the slope of it over the mean context is the cost of one more position.
    per_position = slope([(n / 2, whole[n] / n) for n in LENGTHS])
    if per_position > 0:
        reached = model.attention_operations(1) / per_position
        figures["growth-attention-share"] = {
            "value": reached / limit(limits, "fp32"), "ours": f"{reached / 1e9:,.0f} GFLOP/s",
            "peer": f"{limit(limits, 'fp32') / 1e9:,.0f} GFLOP/s"}
    read = model.kv_bytes(1) / limit(limits, "read")
    found = slope([(n, step[n]) for n in LENGTHS])
    figures["growth-decode-slope"] = {
        "value": found / read, "ours": f"{found * 1e9:,.0f} ns a position", "peer": f"{read * 1e9:,.0f} ns a position"}
    return figures, {"prefill_seconds": prefill, "decode_step_seconds": decode}


def slope(points):
    """The slope of the straight line of least squares."""
    x = statistics.fmean(point[0] for point in points)
    y = statistics.fmean(point[1] for point in points)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def allocation(ours):
    """Heap bytes a token in steady decode of one sequence."""
    found = float(ours.session.ask("allocation", tokens=96)["bytes_per_token"])
    return {"allocation": {"value": max(0.0, found), "ours": f"{found:,.0f} bytes"}}


def engine(ours):
    """The engine's share of a step of 32 sequences and the native calls of a step that replays a graph."""
    ours.session.ask("share", sequences=32, context=128, tokens=64)  # warms up
    shares = [float(ours.session.ask("share", sequences=32, context=128, tokens=64)["share"]) for _ in range(3)]
    share = statistics.median(shares)
    calls = float(ours.session.ask("calls", tokens=64)["calls_per_step"])
    return {"engine-share": {"value": max(0.0, share), "ours": f"{share:.1%}"},
            "jni-calls": {"value": calls, "ours": f"{calls:.2f}"}}


def cold_start(model, threads, rounds):
    """Seconds from starting a process to the first byte of its answer, ours beyond llama.cpp's; files are warm."""
    if not layout.COMMAND_JAR.exists():
        raise CompareError(f"{layout.COMMAND_JAR.name}: not built; run mvn package first")
    commands = {
        "ascend4j": generating(model, threads),
        "llama.cpp": [BIN / "llama-completion", "-m", model, "-p", PROMPT, "-n", 2, "-t", threads, "-no-cnv",
                      "--no-display-prompt", "--no-warmup", "--temp", 0],
    }
    found = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            seconds = first_byte(command)
            if turn > 0:
                found[name].append(seconds)
    medians = {name: statistics.median(values) for name, values in found.items()}
    figure = {"value": medians["ascend4j"] - medians["llama.cpp"], "ours": f"{medians['ascend4j']:.2f} s",
              "peer": f"{medians['llama.cpp']:.2f} s"}
    return {"cold-start": figure}, found, {name: shown(command) for name, command in commands.items()}


def first_byte(command):
    start = time.monotonic()
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        found = process.stdout.read(1)
        seconds = time.monotonic() - start
        process.stdout.read()
    if not found or process.returncode != 0:
        raise CompareError(f"{shown(command)}: found no answer, exit status {process.returncode}")
    return seconds


def generating(model, threads):
    return ["java", "-jar", layout.COMMAND_JAR, "generate", "--model", model, "--raw", "--prompt", PROMPT,
            "--max-tokens", 2, "--threads", threads]


def peak_memory(files, threads):
    """Most resident bytes of a short answer, by model; of those, what the tokenizer alone takes beyond an idle JVM.

    `files` maps the name of a model to its file and the bytes of its tensors. SmolLM2's are as large packed as they are
    in the file, and so short an answer touches next to nothing of the cache: what is left is everything else.
    """
    if not layout.COMMAND_JAR.exists():
        raise CompareError(f"{layout.COMMAND_JAR.name}: not built; run mvn package first")
    program = ["java", "-jar", layout.COMMAND_JAR]
    idle = peak([*program, "--version"])
    found = {}
    for name, (file, tensors) in files.items():
        tokenizer = peak([*program, "tokenize", "--model", file, "--text", PROMPT]) - idle
        found[name] = {"peak": peak(generating(file, threads)), "tensors": tensors, "tokenizer": max(0, tokenizer)}
    mine = found["smollm2"]
    figure = {"value": (mine["peak"] - mine["tensors"]) / 1e6, "ours": f"{mine['peak'] / 1e6:,.0f} MB",
              "peer": f"weights {mine['tensors'] / 1e6:,.0f} MB"}
    return {"peak-memory": figure}, found


def peak(command):
    """Most bytes that a process had in memory."""
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CompareError(f"{shown(command)}: exit status {process.returncode}")
    return used.ru_maxrss * 1024
