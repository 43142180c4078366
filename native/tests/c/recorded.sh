#!/bin/sh
# Runs the ACL program with the recorder in place of the device libraries and checks what was written down.
#   recorded.sh PROGRAM RECORDER_DIR HOST_DIR RECORD_FILE
set -eu
program=$1 recorder=$2 host=$3 record=$4

rm -f "$record"
LD_LIBRARY_PATH=$recorder ASCEND4J_RECORD_TARGET=$host ASCEND4J_RECORD_FILE=$record "$program"
expected='aclnnAddGetWorkspaceSize self=FLOAT:2x3;other=FLOAT:2x3;out=FLOAT:2x3|alpha=FLOAT:2
aclnnAdd'
found=$(cat "$record")
if [ "$found" != "$expected" ]; then
    printf 'recorded:\n%s\nexpected:\n%s\n' "$found" "$expected" >&2
    exit 1
fi
