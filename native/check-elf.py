#!/usr/bin/env python3
"""Checks the shared libraries that the build makes, so that one file runs on every supported Linux and does what its
place in the design allows.

  check-elf.py jni FILE...                     the JNI library
  check-elf.py device --include DIR FILE...    the host device's libraries
  check-elf.py device --include DIR --complete FILE...   and together they export every declared function

Rules for all: NEEDED names only the C library's parts (and, for device libraries, each other); RUNPATH is absent or
exactly $ORIGIN, RPATH absent; no symbol version newer than GLIBC_2.35, the C library of Ubuntu 22.04; no executable
stack; no text relocation.
JNI: exports only JNI_OnLoad, JNI_OnUnload and Java_*; no ACL, aclnn or Hccl function is left undefined, since the
shim looks them up; no symbol of a mathematics library, since the maths happens in ACL operators.
Device: exports only functions declared in DIR.
"""

import argparse
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "shim"))
import declarations  # noqa: E402

NEWEST_GLIBC = (2, 35)
C_LIBRARY = re.compile(r"^(libc|libm|libdl|libpthread|librt|ld-linux-x86-64|ld-linux-aarch64)\.so\.\d+$")
DEVICE_LIBRARY = re.compile(r"^(libascendcl|libnnopbase|libopapi|libhccl)\.so$")
JNI_EXPORT = re.compile(r"^(JNI_OnLoad|JNI_OnUnload|Java_\w+)$")
ACL_NAME = re.compile(r"^(acl[a-z]|acl[A-Z]|Hccl)")
MATHS = re.compile(r"^(cblas_|openblas|GOMP_|omp_|(exp|log|pow|sin|cos|tan|sqrt|tanh|erf|fma)f?l?$)")


def readelf(option, path):
    done = subprocess.run(["readelf", "-W", option, path], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{path}: readelf failed: {done.stderr.strip()}; give a shared library that exists")
    return done.stdout


class Library:
    """What the dynamic linker sees of one file."""

    def __init__(self, path):
        self.path = path
        dynamic = readelf("-d", path)
        if "Dynamic section" not in dynamic:
            raise SystemExit(f"{path}: has no dynamic section; give a shared library")
        self.needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        self.runpath = re.findall(r"\(RUNPATH\).*\[(.*)\]", dynamic)
        self.rpath = re.findall(r"\(RPATH\).*\[(.*)\]", dynamic)
        self.text_relocations = "(TEXTREL)" in dynamic
        self.executable_stack = bool(re.search(r"GNU_STACK.*\bRWE\b", readelf("-l", path)))
        self.exports, self.undefined = set(), set()
        for line in readelf("--dyn-syms", path).splitlines():
            cells = line.split()
            if len(cells) < 8 or not cells[0].rstrip(":").isdigit() or cells[4] == "LOCAL":
                continue
            name = cells[7].split("@")[0]
            (self.undefined if cells[6] == "UND" else self.exports).add(name)
        self.glibc = {
            tuple(int(part) for part in version.split("."))
            for version in re.findall(r"GLIBC_(\d+(?:\.\d+)+)", readelf("-V", path))
        }


def listed(names):
    return ", ".join(sorted(names))


def common_faults(library, may_need):
    strangers = {name for name in library.needed if not C_LIBRARY.match(name) and not may_need(name)}
    if strangers:
        yield f"needs {listed(strangers)}; link it statically or drop it"
    if library.rpath or any(path != "$ORIGIN" for path in library.runpath):
        yield f"has RPATH {library.rpath} and RUNPATH {library.runpath}; only RUNPATH $ORIGIN is allowed"
    newest = max(library.glibc, default=(0,))
    if newest > NEWEST_GLIBC:
        version = ".".join(map(str, newest))
        yield f"needs GLIBC_{version}, newer than GLIBC_{'.'.join(map(str, NEWEST_GLIBC))}; avoid the newer function"
    if library.executable_stack:
        yield "asks for an executable stack"
    if library.text_relocations:
        yield "has text relocations; compile with -fPIC"


def jni_faults(library):
    yield from common_faults(library, lambda name: False)
    strangers = {name for name in library.exports if not JNI_EXPORT.match(name)}
    if strangers:
        yield f"exports {listed(strangers)}; only JNI_OnLoad, JNI_OnUnload and Java_* may show (see shim/jni.map)"
    acl = {name for name in library.undefined if ACL_NAME.match(name)}
    if acl:
        yield f"leaves {listed(acl)} undefined; link libascend4j_shim.a"
    maths = {name for name in library.undefined if MATHS.match(name)}
    if maths:
        yield f"calls {listed(maths)}; computing belongs to ACL operators"


def device_faults(library, declared, any_dependency):
    may_need = (lambda name: True) if any_dependency else DEVICE_LIBRARY.match
    yield from common_faults(library, may_need)
    strangers = library.exports - declared
    if strangers:
        yield f"exports {listed(strangers)}, which no header declares; declare or hide them"


def check_device(libraries, options):
    declared = {function.name for function in declarations.read(options.include)}
    faults = [
        f"{library.path}: {fault}"
        for library in libraries
        for fault in device_faults(library, declared, options.any_dependency)
    ]
    if options.complete:
        lacking = declared.difference(*(library.exports for library in libraries))
        if lacking:
            faults.append(f"{libraries[0].path}: lacks {listed(lacking)}; implement what the headers declare")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("jni", "device"))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--include", help="directory of the headers (device)")
    parser.add_argument("--complete", action="store_true", help="every declared function must be exported (device)")
    parser.add_argument("--any-dependency", action="store_true", help="for sanitizer builds, which need more")
    options = parser.parse_args()
    libraries = [Library(path) for path in options.files]
    if options.kind == "jni":
        faults = [f"{library.path}: {fault}" for library in libraries for fault in jni_faults(library)]
    else:
        if not options.include:
            parser.error("device needs --include")
        faults = check_device(libraries, options)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
