#!/bin/sh
# Configures and builds a CMake tree of this directory; Maven and the sanitizer check call it.
#   build.sh TREE TARGET [CMake -D option...]
# CMake is asked to configure on every call, which costs little and picks up changed options.
set -eu

[ $# -ge 2 ] || { echo "usage: build.sh TREE TARGET [-DNAME=VALUE...]" >&2; exit 2; }
native=$(cd "$(dirname "$0")" && pwd)
tree=$1
target=$2
shift 2

for tool in cmake g++ python3; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "native build: $tool is not installed; run native/setup.sh" >&2
        exit 1
    }
done
if [ -f "$tree/CMakeCache.txt" ]; then
    generator=
elif command -v ninja >/dev/null 2>&1; then
    generator=Ninja
elif command -v make >/dev/null 2>&1; then
    generator="Unix Makefiles"
else
    echo "native build: neither ninja nor make is installed; run native/setup.sh" >&2
    exit 1
fi

mkdir -p "$tree"
# Two builds of one tree at a time would spoil it.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$tree/build.lock"
    flock 9
fi

# A terminal sees the progress; anyone else sees the output of a step only when it fails.
run() {
    if [ -t 1 ]; then
        "$@" 9>&-
    elif ! "$@" >"$tree/build.log" 2>&1 9>&-; then
        cat "$tree/build.log" >&2
        exit 1
    fi
}

run cmake -S "$native" -B "$tree" ${generator:+-G "$generator"} "$@"
run cmake --build "$tree" --target "$target" --parallel "$(nproc)"
