#!/usr/bin/env python3
"""Writes what follows from the declarations of native/include: the shim's function table, forwarding functions and
table of calls, or the list of names that a device library exports."""

import argparse
import pathlib

import declarations

# These load further libraries of CANN, whose constructors may take signals as those of the first load do.
LOADS_LIBRARIES = ("aclInit", "aclrtSetDevice")

HEADING = "// Generated from native/include by native/shim/generate.py.\n"


def partner(function, names):
    """The other phase of a two-phase operator, or None."""
    other = function.operator if function.is_first_phase else function.name + "GetWorkspaceSize"
    return other if function.name.startswith("aclnn") and other in names else None


def table(functions, since):
    names = {function.name for function in functions}
    lines = [HEADING, '#include "function_table.h"\n', "namespace ascend4j {\n"]
    lines.append("const Declared kDeclared[] = {")
    for function in functions:
        other = partner(function, names)
        quoted = f'"{other}"' if other else "nullptr"
        lines.append(f'    {{"{function.name}", "{since[function.name]}", {quoted}}},')
    lines.append("};\n")
    lines.append(f"const size_t kDeclaredCount = {len(functions)};")
    lines.append(f"std::atomic<void *> gAddresses[{len(functions)}];\n")
    lines.append("}  // namespace ascend4j")
    return "\n".join(lines) + "\n"


def fallback(function, index):
    """What an absent function answers: the code where its result is one, else an empty value."""
    if function.result in ("aclError", "aclnnStatus"):
        return f"return ascend4j::absent({index});"
    if function.result == "void":
        return f"ascend4j::absent({index});\n        return;"
    value = {"float": "__builtin_nanf(\"\")"}.get(function.result, f"static_cast<{function.result}>(0)")
    if function.result.endswith("*"):
        value = "nullptr"
    return f"ascend4j::absent({index});\n        return {value};"


def forward(function, index):
    guard = "    const ascend4j::SignalGuard guard;\n" if function.name in LOADS_LIBRARIES else ""
    return (
        f"{function.prototype()} {{\n"
        f"    void *address = ascend4j::gAddresses[{index}].load(std::memory_order_acquire);\n"
        f"    if (__builtin_expect(address == nullptr, 0)) {{\n"
        f"        {fallback(function, index)}\n"
        f"    }}\n{guard}"
        f"    return reinterpret_cast<{function.pointer_type()}>(address)({function.arguments()});\n"
        "}\n"
    )


def forwards(functions, include):
    root = pathlib.Path(include)
    lines = [HEADING]
    lines += [f'#include "{path.relative_to(root).as_posix()}"' for path in declarations.headers(include)]
    lines += ['#include "function_table.h"', '#include "signal_guard.h"\n']
    lines += [forward(function, index) for index, function in enumerate(functions)]
    return "\n".join(lines)


KINDS = {
    "double": "d",
    "float": "f",
    "bool": "b",
    "const aclTensor *": "t",
    "aclTensor *": "t",
    "const aclTensorList *": "l",
    "const aclIntArray *": "a",
    "const aclScalar *": "s",
    "char *": "c",
    "const char *": "c",
}
HANDLES = ("aclrtStream", "aclrtEvent", "aclrtContext", "aclmdlRI", "aclrtTaskGrp")
OUTPUTS = 2  # a first phase's workspaceSize and executor


def kind(parameter):
    """One letter for a parameter, as step_program.h lists them."""
    if parameter.type in KINDS:
        return KINDS[parameter.type]
    return "p" if parameter.type.endswith("*") or parameter.type in HANDLES else "i"


def unpacked(parameter, index):
    """A parameter's value out of its word."""
    word = f"words[{index}]"
    if kind(parameter) in "df":
        return f"ascend4j::{parameter.type}Of({word})"
    if kind(parameter) == "b":
        return f"{word} != 0"
    if kind(parameter) == "i":
        return f"static_cast<{parameter.type.replace('const ', '')}>({word})"
    return f"reinterpret_cast<{parameter.type}>({word})"


def callable_by_words(function):
    return function.result in ("aclError", "aclnnStatus") and not any(p.type == "aclrtHostFunc" for p in function.parameters)


def call(function):
    """A function that calls the ACL function with arguments out of words; a first phase gets its outputs apart."""
    inputs = function.parameters[:-OUTPUTS] if function.is_first_phase else function.parameters
    passed = [unpacked(parameter, index) for index, parameter in enumerate(inputs)]
    if function.is_first_phase:
        passed += ["workspaceSize", "executor"]
    return (
        f"int call_{function.name}([[maybe_unused]] const uint64_t *words, [[maybe_unused]] uint64_t *workspaceSize,\n"
        f"        [[maybe_unused]] aclOpExecutor **executor) {{\n    return {function.name}({', '.join(passed)});\n}}\n"
    )


def calls(functions, include):
    """The table of calls, sorted by name: what a step program can hold."""
    root = pathlib.Path(include)
    called = [function for function in functions if callable_by_words(function)]
    names = {function.name for function in functions}
    lines = [HEADING]
    lines += [f'#include "{path.relative_to(root).as_posix()}"' for path in declarations.headers(include)]
    lines += ['#include "call_table.h"\n', "namespace {\n"]
    lines += [call(function) for function in called]
    lines += ["}  // namespace\n", "namespace ascend4j {\n", "const Call kCalls[] = {"]
    for function in called:
        inputs = function.parameters[:-OUTPUTS] if function.is_first_phase else function.parameters
        kinds = "".join(kind(parameter) for parameter in inputs)
        second = function.operator if function.is_first_phase and function.operator in names else "nullptr"
        lines.append(f'    {{"{function.name}", "{kinds}", call_{function.name}, {second}}},')
    lines += ["};\n", f"const size_t kCallCount = {len(called)};\n", "}  // namespace ascend4j"]
    return "\n".join(lines) + "\n"


def exports(functions):
    listed = "".join(f"        {function.name};\n" for function in functions)
    return "{\n    global:\n" + listed + "    local:\n        *;\n};\n"


def write_if_changed(path, text):
    """Leaves an unchanged file's date alone, so that nothing is compiled again for it."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", required=True, help="the directory of the headers")
    parser.add_argument("--since", required=True, help="table of the first CANN of each function")
    parser.add_argument("--out", required=True, help="directory for table.cpp, forward.cpp, calls.cpp and exports.map")
    options = parser.parse_args()
    functions = declarations.read(options.include)
    since = declarations.read_since(options.since, functions)
    out = pathlib.Path(options.out)
    write_if_changed(out / "table.cpp", table(functions, since))
    write_if_changed(out / "forward.cpp", forwards(functions, options.include))
    write_if_changed(out / "calls.cpp", calls(functions, options.include))
    write_if_changed(out / "exports.map", exports(functions))


if __name__ == "__main__":
    main()
