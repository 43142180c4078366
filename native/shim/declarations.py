"""Reads the function declarations of native/include: the one list from which the shim, the export list and the test
libraries are generated. The headers keep to a plain subset of C, so a strict pattern serves; whatever looks like a
function but does not fit it is an error, never skipped."""

import pathlib
import re
from dataclasses import dataclass

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
DECLARATION = re.compile(r"ACL_FUNC_VISIBILITY\s+([^;()]*?)\b(\w+)\s*\(([^()]*)\)\s*;")
PARAMETER = re.compile(r"^(.*?)(\w+)$", re.S)


@dataclass(frozen=True)
class Parameter:
    type: str
    name: str


@dataclass(frozen=True)
class Function:
    result: str
    name: str
    parameters: tuple
    header: str

    def prototype(self, name=None):
        """The C declaration without its semicolon, under another name where one is given."""
        listed = ", ".join(join(p.type, p.name) for p in self.parameters) or "void"
        return f"{join(self.result, name or self.name)}({listed})"

    def pointer_type(self):
        listed = ", ".join(p.type for p in self.parameters) or "void"
        return f"{self.result} (*)({listed})"

    def arguments(self):
        return ", ".join(p.name for p in self.parameters)

    @property
    def is_first_phase(self):
        return self.name.startswith("aclnn") and self.name.endswith("GetWorkspaceSize")

    @property
    def is_second_phase(self):
        names = [p.name for p in self.parameters]
        return self.name.startswith("aclnn") and names == ["workspace", "workspaceSize", "executor", "stream"]

    @property
    def operator(self):
        """The name that since.tsv lists: the operator for both of its phases, else the function itself."""
        return self.name[: -len("GetWorkspaceSize")] if self.is_first_phase else self.name


def join(kind, name):
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"


def normalise(kind):
    return re.sub(r"\s*\*", " *", re.sub(r"\s+", " ", kind.strip())).replace("* *", "**")


def parse_parameters(text, where):
    text = text.strip()
    if text in ("", "void"):
        return ()
    parameters = []
    for part in text.split(","):
        match = PARAMETER.match(part.strip())
        if not match or not match.group(1).strip():
            raise SystemExit(f"{where}: parameter '{part.strip()}' has no name; write 'type name'")
        parameters.append(Parameter(normalise(match.group(1)), match.group(2)))
    return tuple(parameters)


def parse_header(path, root):
    text = COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    name = path.relative_to(root).as_posix()
    text = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    functions = []
    for match in DECLARATION.finditer(text):
        where = f"{name}: {match.group(2)}"
        functions.append(
            Function(normalise(match.group(1)), match.group(2), parse_parameters(match.group(3), where), name)
        )
    if text.count("ACL_FUNC_VISIBILITY") != len(functions):
        raise SystemExit(
            f"{name}: {text.count('ACL_FUNC_VISIBILITY')} functions are declared but {len(functions)} understood; "
            "write each as 'ACL_FUNC_VISIBILITY result name(type name, ...);'"
        )
    return functions


def headers(include):
    return sorted(pathlib.Path(include).rglob("*.h"))


def read(include):
    """All functions of the headers under `include`, sorted by name."""
    root = pathlib.Path(include)
    functions = [function for path in headers(root) for function in parse_header(path, root)]
    names = [function.name for function in functions]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SystemExit(f"declared more than once under {root}: {', '.join(twice)}; keep one declaration")
    return sorted(functions, key=lambda function: function.name)


def read_since(path, functions):
    """First CANN by function name; every declared function must have a row and every row a function."""
    rows = {}
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line:
            continue
        cells = line.split("\t")
        if len(cells) != 2 or not re.fullmatch(r"\d+\.\d+\.(\d+|RC\d+)", cells[1]):
            raise SystemExit(f"{path}:{number}: expected 'name<TAB>CANN version', found '{line}'")
        rows[cells[0]] = cells[1]
    operators = {function.operator for function in functions}
    lacking = sorted(operators - rows.keys())
    stale = sorted(rows.keys() - operators)
    if lacking or stale:
        raise SystemExit(
            f"{path} and native/include disagree: "
            f"no row for [{', '.join(lacking)}], no function for [{', '.join(stale)}]; "
            "add or remove these rows (name, first CANN that has it)"
        )
    return {function.name: rows[function.operator] for function in functions}


def version_key(version):
    """Orders CANN versions: 8.1.RC1 < 8.1.0 < 8.2.RC1."""
    major, minor, last = version.split(".")
    return int(major), int(minor), last[:2] != "RC", int(last[2:] if last[:2] == "RC" else last)
