"""Chooses each peer's settings by a few runs of each workload, once, when the peers are prepared."""

import json
import statistics

from . import layout, llamacpp, workloads
from .console import say
from .jvm import JvmPeer

LLAMA_FILES = {
    "smollm2": {"llama.cpp": "smollm2-q4_1.gguf", "llama.cpp Q4_0": "smollm2-q4_0.gguf"},
    "gemma": {"llama.cpp": "gemma-q4_k_m.gguf"},
}

WITHOUT_AMX = "llama.cpp without AMX"


def tune(threads, rounds):
    """Writes the best settings and what every one that was tried reached; a setting already chosen stays."""
    stored = layout.SETTINGS
    chosen = {"llama": {}, "plain": {}, "tried": {}}
    if stored.exists():
        chosen = json.loads(stored.read_text(encoding="utf-8"))
    candidates = llamacpp.settings((layout.LLAMA_PLAIN / "bin").exists())
    for name, file in [pair for files in LLAMA_FILES.values() for pair in files.items()]:
        peer = llamacpp.LlamaCpp(name, layout.MODELS / file, threads, {})
        mine, plain = (chosen[kind].setdefault(file, {}) for kind in ("llama", "plain"))
        for key, workload in workloads.ALL.items():
            if key not in mine:
                say(f"choosing the setting of llama.cpp, {file}, {key}")
                reached = llamacpp.tune(
                    peer, workload, fitting(candidates, key, mine), 1 if workload.kind == "batch" else rounds)
                mine[key] = llamacpp.best(reached, (True, False))
                plain[key] = llamacpp.best(reached, (False,))
                chosen["tried"][f"{file} {key}"] = {setting.text(): speed for setting, speed in reached.items()}
                _store(stored, chosen)
    if "jvm" not in chosen:
        chosen["jvm"], chosen["tried"][JvmPeer.name] = _tune_jvm_peer(threads, rounds)
        _store(stored, chosen)


def fitting(candidates, key, chosen):
    """The largest batch takes long, so it tries only the micro-batch that was best for the smaller one."""
    if key != "batch32":
        return candidates
    return [setting for setting in candidates if setting.micro_batch == chosen["batch8"]["micro_batch"]]


def llama_peers(model, settings, threads):
    """llama.cpp on each of a model's files and, on the smaller model only, without the tile unit's kernels: slow and extra."""
    peers = [llamacpp.LlamaCpp(name, layout.MODELS / file, threads, settings["llama"][file])
             for name, file in LLAMA_FILES[model].items()]
    file = LLAMA_FILES[model]["llama.cpp"]
    if model == "smollm2" and all(settings["plain"][file].values()):
        peers.append(llamacpp.LlamaCpp(WITHOUT_AMX, layout.MODELS / file, threads, settings["plain"][file]))
    return peers


def _store(path, chosen):
    path.write_text(json.dumps(chosen, indent=1), encoding="utf-8")


def jvm_peer(threads, setting):
    return JvmPeer(layout.MODELS / LLAMA_FILES["smollm2"]["llama.cpp"], threads, layout.RESULTS / "jvm-peer.log", setting)


def _tune_jvm_peer(threads, rounds):
    """Waiting threads that spin serve its decode and hurt its prefill, or the other way about: each is tried."""
    best, tried = {}, {}
    for key in ("prefill", "decode"):
        workload = workloads.ALL[key]
        reached = {}
        for setting in [{"active_waiting": waiting, "flash": flash} for waiting in (True, False) for flash in (True, False)]:
            say(f"choosing the setting of the JVM peer, {key}")
            peer = jvm_peer(threads, {key: setting})
            try:
                speeds = [list(peer.measure(key, workload).values())[0] for _ in range(rounds + 1)]
            finally:
                peer.close()
            reached[json.dumps(setting)] = statistics.median(speeds[1:])
        best[key] = json.loads(max(reached, key=reached.get))
        tried[key] = reached
    return best, tried
