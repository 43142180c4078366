#!/usr/bin/env python3
"""Writes the release matrix, the release policy and the stack's facts as TSV tables that the JDK alone can read.

usage: convert_matrix.py MATRIX.yaml OUTPUT_DIRECTORY      (Python 3.9+, PyYAML 6)

A table starts with '#' comment lines, then one header line with the column names; every other line
is a row. Columns are found by name, so a later table may have more of them. A backslash escapes
itself, a tab (\\t) and a line break (\\n). A cell with several items separates them with ' | '.
An empty cell means that the source prints nothing or says that it does not apply.
policy_tables.py and stack_tables.py beside this file say what goes into the tables other than the matrix itself.
"""
import re
import sys

import yaml

import policy_tables
import stack_tables

ITEM = " | "
RELEASE_COLUMNS = [
    "plugin", "kind", "vllm", "python", "python_printed", "cann", "torch", "torch_npu",
    "triton_ascend", "mooncake", "other_requirements", "release_date", "tag_date", "origin",
    "source", "oddities", "variants",
]
FLOOR_COLUMNS = ["plugin", "floor", "advised", "note"]
VERSION = re.compile(r"\d+(?:\.\d+)+(?:\.?(?:rc|RC)\d+)?(?:\.post\d+)?")


def cell(value):
    if value is None:
        return ""
    if isinstance(value, list):
        items = [str(item) for item in value]
        if any(ITEM in item for item in items):
            raise SystemExit(f"an item holds the separator {ITEM!r}: {items}")
        return cell(ITEM.join(items))
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def requirement(item):
    note = f" ({item['note']})" if item.get("note") else ""
    return f"{item['name']} {item['version']}{note}"


def release(row, origin):
    # The founding row prints a month and a remark in one cell; only the date is a date.
    date = row["release_date"].split(" ")[0]
    return {
        "plugin": row["plugin"],
        "kind": row["kind"],
        "vllm": row["vllm"],
        "python": row["python_specifier"],
        "python_printed": row["python_printed"],
        "cann": row["cann"],
        "torch": row["torch"],
        "torch_npu": row["torch_npu"],
        "triton_ascend": row["triton_ascend"],
        "mooncake": row["mooncake"],
        "other_requirements": [requirement(item) for item in row["other_requirements"]],
        "release_date": date,
        "tag_date": row.get("tag_date"),
        "origin": origin,
        "source": founding_named(row["source"]),
        "oddities": [founding_named(item) for item in row["oddities"]],
        "variants": [variant(item) for item in row.get("variants_on_other_refs", [])],
    }


def founding_named(text):
    """The facts call the founding document 'seed' for short."""
    text = re.sub(r"\bthe seed\b", "the founding document", text)
    return re.sub(r"\bSeed\b", "The founding document", re.sub(r"\bseed\b", "founding document", text))


def variant(item):
    """What other branches and tags print in the same row."""
    printed = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in item.items() if key != "refs")
    return f"{printed} on {', '.join(item['refs'])}"


def order(text):
    """Sort key of an HDK number: numeric fields, then a candidate before its final."""
    stage = re.search(r"\.?rc(\d+)$", text.lower())
    numbers = [int(n) for n in re.sub(r"\.?rc\d+$", "", text.lower()).split(".")]
    return (numbers + [0] * 4)[:4], int(stage.group(1)) if stage else 10**6


def floors(requirements):
    """HDK numbers that a release names for itself: the lowest refuses, a higher one is advice."""
    for item in requirements:
        if not VERSION.fullmatch(item["condition"]):
            continue
        found = sorted(set(re.findall(r"\d\d\.\d+\.(?:RC)?\d+", item["needs"])), key=order)
        if found:
            advised = found[-1] if len(found) > 1 else None
            yield {"plugin": item["condition"], "floor": found[0], "advised": advised, "note": item["needs"]}


def write(path, columns, rows, generated):
    rows = list(rows)
    if not rows:
        raise SystemExit(f"{path}: no rows")
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("# Release matrix of vLLM Ascend, facts as of " + generated + ".\n")
        out.write("# Written by src/main/data/convert_matrix.py; edit the source of facts, not this file.\n")
        out.write("\t".join(columns) + "\n")
        for row in rows:
            out.write("\t".join(cell(row.get(column)) for column in columns) + "\n")


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as source:
        matrix = yaml.safe_load(source)
    generated = matrix["meta"]["generated"]
    rows = [release(row, "published") for row in matrix["releases"]] + [release(matrix["seed_row"], "founding")]
    expected = matrix["meta"]["counts"]["rows_total"] + matrix["meta"]["counts"]["seed_rows"]
    if len(rows) != expected:
        raise SystemExit(f"{len(rows)} rows read, {expected} announced")
    write(sys.argv[2] + "/releases.tsv", RELEASE_COLUMNS, rows, generated)
    write(sys.argv[2] + "/driver_floors.tsv", FLOOR_COLUMNS, floors(matrix["hdk_requirements"]), generated)
    for module in (policy_tables, stack_tables):
        for name, columns, converted in module.tables(matrix):
            write(f"{sys.argv[2]}/{name}.tsv", columns, converted, generated)


main()
