"""What the guard needs beside the matrix: chips, symbols by CANN release, feature gates, floors of single features."""
import re

ACL = {"since_8_1_RC1": "8.1.RC1", "not_in_8_1_RC1_but_in_8_5_0": "8.5.0"}
ACLNN = {
    **ACL,
    # Seen in a source older than the 8.5.0 final, so the first release to carry it is 8.5.0 at the latest.
    "not_in_8_1_RC1_but_in_ops_transformer_2025_11": "8.5.0",
    "from_9_1_0": "9.1.0",
    "later_or_unknown": None,
}
HDK = r"(?:driver|HDK) >= (\d+(?:\.\d+)+(?:\.?RC\d+)?)"
CANN = r"(?:CANN|runtime) >= (\d+(?:\.\d+)+(?:\.?RC\d+)?)"


def chips(matrix):
    for row in matrix["soc_table"]["families"]:
        # One family is printed as a pattern instead of names; its prefix stands for every name.
        names = [name if " " not in name else re.search(r"'(\w+)'", name).group(1) + "*" for name in row["soc_names"]]
        yield {**row, "supported": "true", "soc_names": names}
    for product in matrix["soc_table"]["unsupported"]:
        names = ["ascend" + number.lower() + "*" for number in re.findall(r"\b(?:310|910)[A-Z]\w*", product)]
        yield {"family": product.split(" (")[0], "products": product, "supported": "false", "soc_names": names}


def symbols(matrix):
    known = matrix["symbol_availability"]
    for library, groups in (("acl", ACL), ("hccl", {"since_8_1_RC1": "8.1.RC1"}), ("aclnn", ACLNN)):
        unread = set(known[library]) - set(groups) - {"remark"}
        if unread:
            raise SystemExit(f"symbol groups of {library} without a release: {sorted(unread)}")
        for group, since in groups.items():
            for name in known[library][group]:
                yield {"library": library, "symbol": "aclnn" + name if library == "aclnn" else name, "since": since}


def floor(pattern, text):
    found = re.search(pattern, text)
    return found.group(1) if found else None


def gates(matrix):
    for row in matrix["torch_npu_runtime_gates"]["rows"]:
        yield {**row, "cann": floor(CANN, row["needs"]), "driver": floor(HDK, row["needs"])}


def requirements(matrix):
    for row in matrix["hdk_requirements"]:
        yield {**row, "cann": floor(CANN, row["needs"]), "driver": floor(HDK, row["needs"])}


def tables(matrix):
    yield "chips", [
        "family", "supported", "products", "soc_names", "runtime_ids", "cann_image_tag", "build_alias", "notes",
    ], chips(matrix)
    yield "symbols", ["library", "symbol", "since"], symbols(matrix)
    yield "feature_gates", ["feature", "needs", "cann", "driver"], gates(matrix)
    yield "feature_floors", ["condition", "needs", "symptom", "cann", "driver"], requirements(matrix)
    yield "torch_npu_cann", ["cann", "torch_npu"], matrix["torch_npu_cann_table"]["rows"]
