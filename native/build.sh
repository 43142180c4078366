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
log=$tree/configure.log
if ! cmake -S "$native" -B "$tree" ${generator:+-G "$generator"} "$@" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
exec cmake --build "$tree" --target "$target" --parallel "$(nproc)"
