"""One measured run: limits, then each workload with all contenders taking turns, then what concerns only us."""

import json
import platform
import time

from . import accuracy, bounds, extras, gguf, layout, llamacpp, report, tuning, verdicts, workloads
from .console import CompareError, run, say
from .jvm import Ascend, JvmPeer
from .vllm import Vllm


class Run:
    """Holds the processes of a run and writes into `results`, which a part of a run may find filled."""

    def __init__(self, threads, rounds, peers, results):
        self.threads = threads
        self.rounds = rounds
        self.peers = peers
        self.results = results
        self.models = {name: gguf.read(layout.MODELS / file) for name, file in report.MODEL_FILES.items()}
        self.closing = []
        for name in ("samples", "figures", "accuracy", "commands", "not_run", "seconds"):
            results.setdefault(name, {})
        results.setdefault("limits", [])

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for contender in self.closing:
            contender.close()

    def all(self, parts, store):
        self._machine()
        self._timed("limits", self._limits)
        settings = json.loads(layout.SETTINGS.read_text(encoding="utf-8"))
        for model in report.MODEL_FILES:
            mine = [part.split("/")[1] for part in parts if part.startswith(model + "/")]
            if mine:
                self._model(model, mine, settings, store)
        if {"growth", "allocation", "engine"} & set(parts):
            self._timed("growth, allocation, engine", lambda: self._ours_alone(parts))
        if "cold-start" in parts:
            self._timed("cold-start", self._cold_start)
        if "memory" in parts:
            self._timed("memory", self._memory)
        self._limits()
        store()

    def _timed(self, part, work):
        """Keeps how long a part of the run takes: the whole has a bound."""
        start = time.monotonic()
        work()
        self.results["seconds"][part] = round(time.monotonic() - start, 1)

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

    def _contenders(self, model, parts, settings):
        """Ours first, if it opens the model, then the peers that run it and were asked for."""
        opening = {"ascend4j": lambda: self._open_ours(model)}
        opening.update((peer.name, lambda peer=peer: peer) for peer in tuning.llama_peers(model, settings, self.threads))
        if model == "smollm2" and set(parts) & set(workloads.ALL):
            opening[JvmPeer.name] = lambda: tuning.jvm_peer(self.threads, settings["jvm"])
            opening[Vllm.name] = lambda: Vllm(self.models[model].vocabulary, self.threads, layout.RESULTS / "vllm.log")
        found = []
        for name, open_it in opening.items():
            if name != "ascend4j" and name not in self.peers:
                self.results["not_run"].setdefault(f"{model} {name}", "was not asked for")
                continue
            try:
                found.append(open_it())
                self.closing.append(found[-1])
                self.results["not_run"].pop(f"{model} {name}", None)
            except CompareError as refusal:
                say(f"compare: {refusal}")
                self.results["not_run"][f"{model} {name}"] = str(refusal).replace("\n", " ")[:160]
        return found

    def _model(self, model, parts, settings, store):
        contenders = self._contenders(model, parts, settings)
        for key in [key for key in workloads.ALL if key in parts]:
            self._timed(f"{model}/{key}", lambda: self._workload(model, key, contenders))
            store()
        if "accuracy" in parts and contenders and isinstance(contenders[0], Ascend):
            self._timed(f"{model}/accuracy",
                        lambda: self._accuracy(model, contenders[0], contenders[1:], store))
        for contender in contenders:
            contender.close()

    def _workload(self, model, key, contenders):
        """Rounds of one workload; the order turns, so that nobody always follows the same neighbour."""
        workload = workloads.ALL[key]
        for turn in range(self.rounds + 1):
            say(f"{model} {key}: " + (f"round {turn} of {self.rounds}" if turn else "warming up"))
            for place in range(len(contenders)):
                contender = contenders[(place + turn) % len(contenders)]
                if turn == 0:
                    contender.warm_up(key, workload)
                    continue
                for metric, speed in contender.measure(key, workload).items():
                    verdicts.summary([speed], f"{model}/{metric} {contender.name}")
                    samples = self.results["samples"].setdefault(f"{model}/{metric}", {})
                    samples.setdefault(contender.name, []).append(speed)
        for contender in contenders:
            self.results["commands"][f"{model} {key}, {contender.name}"] = contender.commands[workload]

    def _accuracy(self, model, ours, peers, store):
        reference = layout.MODELS / f"{model}-f32.gguf"
        text = accuracy.Text(ours, model, layout.RESULTS)
        goals = [peer for peer in peers if isinstance(peer, llamacpp.LlamaCpp) and peer.name != tuning.WITHOUT_AMX]
        for peer in goals:
            say(f"{model}: perplexity of {peer.name}")
            settings = {"prefill": peer.chosen["prefill"], "decode": peer.chosen["decode"]}
            for path, entry in accuracy.of_llama(peer, text, reference, settings).items():
                self.results["accuracy"][f"{model}, {peer.name}, {path}"] = entry
            store()
        say(f"{model}: perplexity of ours, fast")
        self._record(model, "fast", accuracy.of_ours(ours, text, reference, self.threads))
        store()
        say(f"{model}: perplexity of ours, exact")
        exact = self._open_ours(model, "exact")
        self._record(model, "exact", accuracy.of_ours(exact, text, reference, self.threads))
        exact.close()
        store()

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
        if "engine" in parts:
            say("the engine's share of a step")
            self._figures(extras.engine(ours))
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

    def _memory(self):
        say("peak memory")
        files = {name: (layout.MODELS / file, self.models[name].tensor_bytes)
                 for name, file in report.MODEL_FILES.items()}
        try:
            figures, self.results["memory"] = extras.peak_memory(files, self.threads)
        except CompareError as refusal:
            self.results["not_run"]["smollm2/peak-memory"] = str(refusal)[:200]
            return
        self._figures(figures)
