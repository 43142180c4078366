#!/usr/bin/env python3
"""Writes the recorder's functions: each declared function of native/include, forwarded to the real library."""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shim"))
import declarations  # noqa: E402

# Statements after the real call that keep what a later line needs; `result` is the real call's.
AFTER = {
    "aclCreateScalar": "recorder::rememberText(result, recorder::scalarText(value, dataType));",
    "aclCreateIntArray": "recorder::rememberText(result, recorder::listText(value, size));",
    "aclCreateFloatArray": "recorder::rememberText(result, recorder::listText(value, size));",
    "aclCreateBoolArray": "recorder::rememberText(result, recorder::listText(value, size));",
    "aclCreateTensorList": "if (value != nullptr) {\n"
    "        recorder::rememberMembers(result, std::vector<const aclTensor *>(value, value + size));\n"
    "    }",
}

OUTPUTS = ("workspaceSize", "executor")


def before(function):
    """Statements ahead of the real call: an object's text goes before its address can be given out again."""
    if function.name.startswith("aclDestroy") and len(function.parameters) == 1:
        return f"    recorder::forget({function.parameters[0].name});\n"
    if function.is_first_phase:
        described = [p.name for p in function.parameters if p.name not in OUTPUTS]
        added = "".join(f'    line.add("{name}", {name});\n' for name in described)
        return f'    recorder::Line line("{function.name}");\n{added}'
    return ""


def after(function):
    if function.name in AFTER:
        return f"    {AFTER[function.name]}\n"
    if function.is_first_phase:
        return "    line.write(result);\n"
    if function.is_second_phase:
        return f'    recorder::Line("{function.name}").write(result);\n'
    return ""


def forward(function):
    coded = function.result in ("aclError", "aclnnStatus")
    absent = "ACL_ERROR_FAILURE" if coded else f"static_cast<{function.result}>(0)"
    if function.result.endswith("*"):
        absent = "nullptr"
    return (
        f"{function.prototype()} {{\n"
        f'    static void *const address = recorder::real("{function.name}");\n'
        f"    if (address == nullptr) {{\n        return {absent};\n    }}\n"
        f"{before(function)}"
        f"    const auto result = reinterpret_cast<{function.pointer_type()}>(address)({function.arguments()});\n"
        f"{after(function)}"
        "    return result;\n}\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", required=True)
    parser.add_argument("--out", required=True, help="the C++ file to write")
    options = parser.parse_args()
    root = pathlib.Path(options.include)
    lines = ["// Generated from native/include by native/tests/stubs/generate_recorder.py.", "#include <vector>"]
    lines += [f'#include "{path.relative_to(root).as_posix()}"' for path in declarations.headers(options.include)]
    lines += ['#include "describe.h"', '#include "recorder.h"\n']
    lines += [forward(function) for function in declarations.read(options.include)]
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
