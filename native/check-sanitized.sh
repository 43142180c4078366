#!/bin/sh
# Builds everything with the address and undefined-behaviour sanitizers in a tree of its own and runs all tests there.
#   check-sanitized.sh [TREE] [ctest option...]
set -eu
native=$(cd "$(dirname "$0")" && pwd)
tree=${1:-$native/target/cmake-sanitize}
[ $# -eq 0 ] || shift
"$native/build.sh" "$tree" tests -DASCEND4J_SANITIZE=ON
exec "$native/run-tests.sh" "$tree" "$@"
