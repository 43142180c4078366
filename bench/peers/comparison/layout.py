"""Where things are: sources beside this file, everything that is fetched or built under the module's target folder."""

from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
MODULE = SOURCES.parent
PROJECT = MODULE.parent
BUILD = MODULE / "target" / "peers"

DOWNLOADS = BUILD / "downloads"
MODELS = BUILD / "models"
LLAMA = BUILD / "llama.cpp"
LLAMA_PLAIN = BUILD / "llama.cpp-without-amx"
PROGRAMS = BUILD / "programs"
JVM_PEER = BUILD / "jvm-peer"
VLLM = BUILD / "vllm"
SETTINGS = BUILD / "settings.json"
RESULTS = BUILD / "results"

GOALS = SOURCES / "goals.json"
TEXT = SOURCES / "text" / "essay.txt"
BENCHMARKS_JAR = MODULE / "target" / "benchmarks.jar"
COMMAND_JAR = PROJECT / "runtime" / "target" / "ascend4j.jar"
