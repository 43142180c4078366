"""One measured run: limits, then each workload with all contenders taking turns, then what concerns only us."""

import json
import platform

from . import accuracy, bounds, extras, gguf, layout, llamacpp, report, verdicts, workloads
from .console import CompareError, run, say
from .jvm import Ascend, JvmPeer

LLAMA_FILES = {
    "smollm2": {"llama.cpp": "smollm2-q4_1.gguf", "llama.cpp Q4_0": "smollm2-q4_0.gguf"},
    "gemma": {"llama.cpp": "gemma-q4_k_m.gguf"},
}
NO_INSTRUMENT = {
    "smollm2/engine-share": "the engine does not publish its own share of a step yet",
    "smollm2/jni-calls": "the engine does not publish its native calls a step yet",
}


class Run:
    """Holds the processes of a run and writes into `results`, which a part of a run may find filled."""

    def __init__(self, threads, rounds, results):
        self.threads = threads
        self.rounds = rounds
        self.results = results
        self.models = {name: gguf.read(layout.MODELS / file) for name, file in report.MODEL_FILES.items()}
        self.ours = {}
        self.closing = []
        for name in ("samples", "figures", "accuracy", "commands", "not_run"):
            results.setdefault(name, {})
        results.setdefault("limits", [])
        results["not_run"].update(NO_INSTRUMENT)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for contender in self.closing:
            contender.close()

    def tune(self):
        """Chooses each peer's settings by a few runs of each workload."""
        chosen = {"amx": _has_variant(), "llama": {}, "tried": {}}
        for model, files in LLAMA_FILES.items():
            for name, file in files.items():
                peer = llamacpp.LlamaCpp(name, layout.MODELS / file, self.threads, {})
                chosen["llama"][file] = {}
                for key, workload in workloads.ALL.items():
                    say(f"choosing the setting of {model}, {name}, {key}")
                    candidates = llamacpp.settings(chosen["amx"])
                    best, tried = llamacpp.tune(peer, workload, candidates, 1 if workload.sequences == 32 else self.rounds)
                    chosen["llama"][file][key] = best
                    chosen["tried"][f"{file} {key}"] = tried
        chosen["jvm"] = self._tune_jvm_peer(chosen["tried"])
        layout.SETTINGS.write_text(json.dumps(chosen, indent=1), encoding="utf-8")

    def _tune_jvm_peer(self, tried):
        say("choosing the setting of the JVM peer")
        reached = {}
        for waiting in (True, False):
            for flash in (True, False):
                setting = {"active_waiting": waiting, "flash": flash}
                peer = self._jvm_peer(setting)
                try:
                    peer.measure("decode", workloads.DECODE)
                    speeds = [peer.measure("decode", workloads.DECODE)["decode-1"] for _ in range(self.rounds)]
                    reached[json.dumps(setting)] = sorted(speeds)[len(speeds) // 2]
                finally:
                    peer.close()
        tried["de.kherud:llama decode"] = reached
        return json.loads(max(reached, key=reached.get))

    def _jvm_peer(self, setting):
        log = layout.RESULTS / "jvm-peer.log"
        return JvmPeer(layout.MODELS / report.MODEL_FILES["smollm2"], self.threads, log, setting)

    def all(self, parts, store):
        self._machine()
        self._limits()
        settings = json.loads(layout.SETTINGS.read_text(encoding="utf-8"))
        for model in report.MODEL_FILES:
            mine = [part.split("/")[1] for part in parts if part.startswith(model + "/")]
            if mine:
                self._model(model, mine, settings, store)
        if {"growth", "allocation"} & set(parts):
            self._ours_alone(parts)
        if "cold-start" in parts:
            self._cold_start()
        self._limits()
        store()

    def _machine(self):
        said, _ = run(["lscpu"])
        lines = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
        self.results["machine"] = {
            "processor": lines.get("Model name", platform.machine()).strip(), "machine": platform.machine(),
            "system": platform.release()}
        self.results["threads"] = self.threads
        self.results["rounds"] = self.rounds
        self.results["llama_system_info"] = llamacpp.system_info()

    def _limits(self):
        say("measuring the machine's limits")
        output, _ = run([layout.PROGRAMS / "limits", self.threads])
        self.results["limits"].append(json.loads(output))
        self.results["machine"]["avx512_vnni"] = bounds.has_avx512_vnni(self.results["limits"][-1])

    def _open_ours(self, model, precision="fast"):
        file = layout.MODELS / report.MODEL_FILES[model]
        ours = Ascend(file, self.models[model].vocabulary, self.threads, layout.RESULTS / "ours.log", precision)
        self.closing.append(ours)
        return ours

    def _model(self, model, parts, settings, store):
        contenders = []
        try:
            contenders.append(self._open_ours(model))
            self.results["not_run"].pop(f"{model} ascend4j", None)
        except CompareError as refusal:
            self.results["not_run"][f"{model} ascend4j"] = str(refusal)[:200]
        peers = []
        for name, file in LLAMA_FILES[model].items():
            peers.append(llamacpp.LlamaCpp(name, layout.MODELS / file, self.threads, settings["llama"][file]))
        contenders += peers
        if model == "smollm2" and set(parts) & set(workloads.ALL):
            contenders.append(self._jvm_peer(settings["jvm"]))
        try:
            for key in [key for key in workloads.ALL if key in parts]:
                self._workload(model, key, contenders)
                store()
            if "accuracy" in parts:
                self._accuracy(model, contenders[0], peers)
                store()
        finally:
            for contender in contenders:
                contender.close()

    def _workload(self, model, key, contenders):
        """Rounds of one workload; the order turns, so that nobody always follows the same neighbour."""
        workload = workloads.ALL[key]
        for metric in workload.metrics():
            self.results["samples"][f"{model}/{metric}"] = {}
        for turn in range(self.rounds + 1):
            say(f"{model} {key}: " + (f"round {turn} of {self.rounds}" if turn else "warming up"))
            for place in range(len(contenders)):
                contender = contenders[(place + turn) % len(contenders)]
                # Processes that are started anew warm up by themselves; a JVM does it in a round that is not counted.
                if turn == 0 and isinstance(contender, llamacpp.LlamaCpp):
                    continue
                found = contender.measure(key, workload)
                for metric, speed in found.items() if turn else ():
                    verdicts.summary([speed], f"{model}/{metric} {contender.name}")
                    samples = self.results["samples"][f"{model}/{metric}"]
                    samples.setdefault(contender.name, []).append(speed)
        for contender in contenders:
            self.results["commands"][f"{model} {key}, {contender.name}"] = contender.commands[workload]

    def _accuracy(self, model, ours, peers):
        if not isinstance(ours, Ascend):
            return
        say(f"{model}: perplexity")
        reference = layout.MODELS / f"{model}-f32.gguf"
        text = accuracy.Text(ours, model, layout.RESULTS)
        self._record(model, "fast", accuracy.of_ours(ours, text, reference, self.threads))
        exact = self._open_ours(model, "exact")
        self._record(model, "exact", accuracy.of_ours(exact, text, reference, self.threads))
        exact.close()
        for peer in peers:
            settings = {"prefill": peer.chosen["prefill"], "decode": peer.chosen["decode"]}
            for path, entry in accuracy.of_llama(peer, text, reference, settings).items():
                self.results["accuracy"][f"{model}, {peer.name}, {path}"] = entry

    def _record(self, model, precision, found):
        for path, entry in found.items():
            self.results["accuracy"][f"{model}, ascend4j {precision}, {path}"] = entry
            self.results["figures"][f"{model}/perplexity-{precision}-{path}"] = {
                "value": entry["perplexity"] / entry["reference"], "ours": f"{entry['perplexity']:.3f}",
                "peer": f"{entry['reference']:.3f}"}

    def _figures(self, found):
        for name, figure in found.items():
            self.results["figures"][f"smollm2/{name}"] = figure

    def _ours_alone(self, parts):
        ours = self._open_ours("smollm2")
        if "allocation" in parts:
            say("allocation")
            self._figures(extras.allocation(ours))
        if "growth" in parts:
            say("growth with the context")
            limits = bounds.best_of(self.results["limits"])
            figures, self.results["growth"] = extras.growth(ours, self.models["smollm2"], limits, min(3, self.rounds))
            self._figures(figures)
        ours.close()

    def _cold_start(self):
        say("cold start")
        file = layout.MODELS / report.MODEL_FILES["smollm2"]
        try:
            figures, self.results["cold_start_seconds"], commands = extras.cold_start(file, self.threads, self.rounds)
        except CompareError as refusal:
            self.results["not_run"]["smollm2/cold-start"] = str(refusal)[:200]
            return
        self._figures(figures)
        self.results["commands"].update({f"cold start, {name}": command for name, command in commands.items()})


def _has_variant():
    return (layout.LLAMA_PLAIN / "bin").exists()
