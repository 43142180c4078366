"""The command line of `compare`."""

import argparse
import json
import os
import shutil
import signal
import sys
import time

from . import layout, prepare, report, tuning, verdicts, workloads
from .console import CompareError, say
from .measure import Run

PARTS = [f"{model}/{key}" for model in report.MODEL_FILES for key in workloads.ALL] + [
    f"{model}/accuracy" for model in report.MODEL_FILES] + ["growth", "allocation", "engine", "cold-start", "memory"]
PEERS = ["llama.cpp", "llama.cpp Q4_0", tuning.WITHOUT_AMX, "de.kherud:llama"]


def parser():
    text = argparse.ArgumentParser(
        prog="compare", description="Measures Ascend4J and its peers side by side and judges the goals.",
        epilog="Exit status: 0 no goal that was measured is out of reach, 1 at least one is, 2 usage, 3 failure.")
    text.add_argument("--prepare", action="store_true", help="fetch and build the peers, choose their settings, stop")
    text.add_argument("--with-vllm", action="store_true", help="with vLLM on CPU, a download of some gigabytes")
    text.add_argument("--quick", action="store_true", help="fewer rounds: for a look, not for quoting")
    text.add_argument("--rounds", type=int, help="rounds of each workload (5; quick 2)")
    text.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="threads (all allowed cores)")
    text.add_argument("--only", metavar="PART,PART", help="parts to run: " + ", ".join(PARTS))
    text.add_argument("--against", metavar="PEER,PEER", help="peers to run: " + ", ".join(PEERS) + ", vllm")
    text.add_argument("--add", action="store_true", help="add to the last results: other parts stay, rounds join")
    text.add_argument("--report", action="store_true", help="only judge and print the last results again")
    return text


def main(arguments):
    options = parser().parse_args(arguments)
    parts = options.only.split(",") if options.only else PARTS
    wrong = [part for part in parts if part not in PARTS]
    wrong += [peer for peer in (options.against or "llama.cpp").split(",") if peer not in PEERS + ["vllm"]]
    if wrong or options.threads < 1 or (options.rounds is not None and options.rounds < 1):
        say(f"compare: found {', '.join(wrong) or 'a number below 1'}; compare --help lists parts and peers")
        return 2
    # Ends by the usual way, which ends the contenders as well.
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))
    try:
        return _run(options, parts)
    except (CompareError, verdicts.BadFigure) as failure:
        say(f"compare: {failure}")
        return 3


def _run(options, parts):
    stored = layout.RESULTS / "results.json"
    if options.prepare:
        prepare.prepare(len(os.sched_getaffinity(0)), options.with_vllm)
        tuning.tune(options.threads, options.rounds or 3)
        return 0
    layout.RESULTS.mkdir(parents=True, exist_ok=True)
    if options.report and not stored.exists():
        raise CompareError("found no results; run compare first")
    if options.report:
        results = json.loads(stored.read_text(encoding="utf-8"))
    else:
        _require_prepared()
        results = json.loads(stored.read_text(encoding="utf-8")) if options.add and stored.exists() else {}
        rounds = options.rounds or (2 if options.quick else 5)
        results["quick"] = options.quick
        start = time.monotonic()
        peers = options.against.split(",") if options.against else PEERS + ["vllm"] * options.with_vllm
        with Run(options.threads, rounds, peers, results) as run:
            run.all(parts, lambda: _store(stored, results))
        say(f"measured in {time.monotonic() - start:.0f} s")
    rows = report.write(results, layout.RESULTS)
    sys.stdout.write((layout.RESULTS / "table.md").read_text(encoding="utf-8"))
    return verdicts.exit_status(rows)


def _store(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(results, indent=1, allow_nan=False), encoding="utf-8")
    part.replace(path)


def _require_prepared():
    # The JVM peer's settings are chosen last.
    if not layout.SETTINGS.exists() or "jvm" not in json.loads(layout.SETTINGS.read_text(encoding="utf-8")):
        raise CompareError("the peers are not built or their settings not chosen; run compare --prepare first")
    if not layout.BENCHMARKS_JAR.exists():
        raise CompareError(f"{layout.BENCHMARKS_JAR.name} is not built; run mvn -q -DskipTests package first")
    if shutil.which("java") is None:
        raise CompareError("java: not found; install Java 17 or newer")
