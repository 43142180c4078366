#!/bin/sh
# Runs the tests of a CMake tree and prints the totals; the whole log only where a test failed.
#   run-tests.sh TREE [ctest option...]
set -eu
[ $# -ge 1 ] || { echo "usage: run-tests.sh TREE [ctest option...]" >&2; exit 2; }
tree=$1
shift
log=$tree/tests.log
code=0
rm -f "$log"
ctest --test-dir "$tree" --quiet --output-log "$log" --output-on-failure --no-tests=error "$@" || code=$?
if [ "$code" -ne 0 ]; then
    grep -vE "^ *(Start +[0-9]+:|[0-9]+\/[0-9]+ Test .* Passed )" "$log" >&2
fi
echo "native: $(grep -E 'tests passed' "$log" || echo 'no totals: ctest did not run to its end')"
exit "$code"
