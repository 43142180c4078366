"""Contenders that run inside a JVM: ours through the public API, and llama.cpp through JNI."""

from . import layout, prepare
from .session import Session
from .workloads import speeds


class Ascend:
    """Ascend4J on one file, in one JVM that lives through all rounds."""

    name = "ascend4j"
    # Every option as a user may set it; requests carry prompts of their own, so a prefix cache would only cost.
    OPTIONS = {"max-num-seqs": 32, "max-num-batched-tokens": 2048, "kv-tokens": 16384, "prefix-caching": "off",
               "speculative": "off"}

    def __init__(self, model, vocabulary, threads, log, precision="fast", dtype="auto"):
        self.session = Session(
            self.name, ["java", "-cp", layout.BENCHMARKS_JAR, "org.ascend4j.bench.peer.PeerSession"], log)
        self.options = {**self.OPTIONS, "threads": threads, "precision": precision, "dtype": dtype}
        self._open(model, vocabulary)
        options = " ".join(f"{name}={value}" for name, value in self.options.items())
        self.shown = f"{self.session.shown()}  # {options}"
        self.commands = {}

    def _open(self, model, vocabulary):
        fields = {f"option.{name}": value for name, value in self.options.items()}
        self.session.ask("open", model=model, vocabulary=vocabulary, seed=1, **fields)

    def warm_up(self, key, workload):
        """A round that is not counted: code is compiled and graphs are captured."""
        self.measure(key, workload)

    def measure(self, key, workload):
        self.commands[workload] = self.shown
        if workload.kind == "prefill":
            answer = self.session.ask("prefill", tokens=workload.context)
        elif workload.kind == "decode":
            answer = self.session.ask("decode", context=workload.context, tokens=workload.tokens)
        else:
            answer = self.session.ask(
                "batch", sequences=workload.sequences, context=workload.context, tokens=workload.tokens)
        return speeds(workload, answer)

    def close(self):
        self.session.close()


class JvmPeer:
    """`de.kherud:llama` on one file, each workload at its own setting; what differs takes a process of its own."""

    name = "de.kherud:llama"

    def __init__(self, model, threads, log, chosen):
        self.model = model
        self.threads = threads
        self.log = log
        self.chosen = chosen
        self.session = None
        self.opened = None
        self.shown = ""
        self.commands = {}

    def warm_up(self, key, workload):
        """Little of what is to come: the JVM has only calls to compile, and a whole batch takes this peer a minute."""
        self._choose(workload)
        self.session.ask("batch", sequences=workload.sequences, context=16, tokens=8)

    def measure(self, key, workload):
        self._choose(workload)
        return Ascend.measure(self, key, workload)

    def _choose(self, workload):
        setting = self.chosen["prefill" if workload.kind == "prefill" else "decode"]
        # What lies in the slots of requests that are over slows it down, so it gets no more than the workload needs.
        wanted = (setting["active_waiting"], setting["flash"], workload.sequences)
        if self.opened != wanted:
            self.close()
            self._open(*wanted)

    def _open(self, active_waiting, flash, slots):
        environment = {"OMP_WAIT_POLICY": "active"} if active_waiting else {}
        classes = f"{prepare.jvm_peer_jar()}:{layout.JVM_PEER}"
        self.session = Session(self.name, ["java", "-cp", classes, "JvmPeer"], self.log, environment)
        self.session.ask("open", model=self.model, threads=self.threads, flash="on" if flash else "off",
                         micro_batch=512, sequences=slots, context=slots * 640)
        self.opened = (active_waiting, flash, slots)
        self.shown = f"{self.session.shown()}  # flash attention {'on' if flash else 'off'}, {slots} slots"

    def close(self):
        if self.session is not None:
            self.session.close()
        self.session = self.opened = None
