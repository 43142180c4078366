#!/usr/bin/env python3
"""Writes the C source of a library that stands in for one of CANN's in tests: it has the functions asked for and no
other, answers success and keeps just enough state (host memory for device memory, one handle for all) to be opened."""

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shim"))
import declarations  # noqa: E402

# Bodies of the functions whose callers need more than a result, over the parameter names of the headers.
BODIES = {
    "aclrtGetVersion": "*majorVersion = 1; *minorVersion = 13; *patchVersion = 0; return 0;",
    "aclsysGetCANNVersion": """\
(void)name;
    memset(version, 0, sizeof(*version));
    snprintf(version->version, sizeof(version->version), "%s", STUB_CANN);
    sscanf(STUB_CANN, "%63[0-9].%63[0-9].%63s", version->majorVersion, version->minorVersion,
           version->releaseVersion);
    return 0;""",
    "aclGetRecentErrMsg": 'return "";',
    "aclrtGetSocName": 'return "Ascend910B3";',
    "aclrtGetDeviceCount": "*count = 1; return 0;",
    "aclrtGetDevice": "*deviceId = 0; return 0;",
    "aclrtGetRunMode": "*runMode = ACL_HOST; return 0;",
    "aclrtGetMemInfo": "(void)attr; *free = (size_t)1 << 34; *total = (size_t)1 << 35; return 0;",
    "aclrtCreateContext": "(void)deviceId; *context = &handle; return 0;",
    "aclrtGetCurrentContext": "*context = &handle; return 0;",
    "aclrtCreateStream": "*stream = &handle; return 0;",
    "aclrtCreateStreamWithConfig": "(void)priority; (void)flag; *stream = &handle; return 0;",
    "aclrtCreateEvent": "*event = &handle; return 0;",
    "aclrtCreateEventWithFlag": "(void)flag; *event = &handle; return 0;",
    "aclrtCreateEventExWithFlag": "(void)flag; *event = &handle; return 0;",
    "aclrtStreamQuery": "(void)stream; *status = ACL_STREAM_STATUS_COMPLETE; return 0;",
    "aclrtQueryEventStatus": "(void)event; *status = ACL_EVENT_RECORDED_STATUS_COMPLETE; return 0;",
    "aclrtMalloc": "(void)policy; *devPtr = allocate(size); return *devPtr ? 0 : 207001;",
    "aclrtMallocAlign32": "(void)policy; *devPtr = allocate(size); return *devPtr ? 0 : 207001;",
    "aclrtMallocHost": "*hostPtr = allocate(size); return *hostPtr ? 0 : 207001;",
    "aclrtFree": "free(devPtr); return 0;",
    "aclrtFreeHost": "free(hostPtr); return 0;",
    "aclrtMemcpy": "(void)destMax; (void)kind; memcpy(dst, src, count); return 0;",
    "aclrtMemcpyAsync": "(void)destMax; (void)kind; (void)stream; memcpy(dst, src, count); return 0;",
    "aclrtMemset": "(void)maxCount; memset(devPtr, value, count); return 0;",
    "aclrtMemsetAsync": "(void)maxCount; (void)stream; memset(devPtr, value, count); return 0;",
}

PRELUDE = """\
// Generated from native/include by native/tests/stubs/generate_stub.py.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
%(includes)s

#define STUB_CANN "%(cann)s"

__attribute__((unused)) static int handle;

__attribute__((unused)) static void *allocate(size_t size) {
    void *memory = NULL;
    return posix_memalign(&memory, 64, size + 32) == 0 ? memory : NULL;
}
"""


def body(function, options):
    unused = " ".join(f"(void){parameter.name};" for parameter in function.parameters)
    coded = function.result in ("aclError", "aclnnStatus")
    if coded and options.result:
        return f"{unused} return {options.result};"
    if function.name in BODIES:
        return BODIES[function.name]
    if function.is_first_phase:
        return f"{unused} *workspaceSize = 0; *executor = (aclOpExecutor *)&handle; return 0;"
    if function.result.endswith("*"):
        return f"{unused} return ({function.result})&handle;"
    return f"{unused} return 0;"


def chosen(functions, since, options):
    lacking = [name for name in options.lacking.split(",") if name]
    operators = {function.operator for function in functions}
    unknown = [name for name in lacking if name not in operators]
    if unknown:
        raise SystemExit(f"--lacking {', '.join(unknown)}: not declared; give names of native/include")
    newest = declarations.version_key(options.cann)
    return [
        function
        for function in functions
        if function.operator not in lacking
        and re.fullmatch(options.only, function.name)
        and declarations.version_key(since[function.name]) <= newest
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", required=True)
    parser.add_argument("--since", required=True)
    parser.add_argument("--out", required=True, help="the C file to write")
    parser.add_argument("--cann", default="8.1.RC1", help="version reported; newer functions are left out")
    parser.add_argument("--only", default=".*", help="regular expression of the functions to define")
    parser.add_argument("--lacking", default="", help="operators or functions to leave out, ','-separated")
    parser.add_argument("--result", type=int, default=0, help="code that every function answers instead of 0")
    options = parser.parse_args()
    functions = declarations.read(options.include)
    since = declarations.read_since(options.since, functions)
    root = pathlib.Path(options.include)
    includes = "\n".join(
        f'#include "{path.relative_to(root).as_posix()}"' for path in declarations.headers(options.include)
    )
    text = PRELUDE % {"includes": includes, "cann": options.cann}
    for function in chosen(functions, since, options):
        text += f"\n{function.prototype()} {{\n    {body(function, options)}\n}}\n"
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
