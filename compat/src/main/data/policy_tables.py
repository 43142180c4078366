"""The release policy's tables: what was released and planned when, branches, their states, and rules in words.

Each table names the document it comes from: 'founding' is the policy's first document (February 2025), 'current'
the published one at the date of the facts.
"""
import re

FOUNDING = "founding"
CURRENT = "current"


def window(matrix):
    listed = matrix["release_window"]
    for row in listed["rows_on_main"] + listed["rows_seen_elsewhere"]:
        yield {"document": CURRENT, **row}
    for row in matrix["seed_document"]["release_window"]:
        # A plan names one release, several to choose from, or none yet.
        named = re.findall(r"\bv(\d+\.\d+\.\d+(?:rc\d+)?)\b", row["event"])
        plugin = named[0] if len(named) == 1 else None
        yield {"document": FOUNDING, "source": "founding document", "plugin": plugin, **row}


def branches(matrix):
    table = matrix["branches"]
    for row in table["on_main"]:
        yield {"document": CURRENT, "listed": "table", "source": "main", **row}
    for row in table["added_later"]:
        yield {"document": CURRENT, "listed": "later", **row}
    for branch in table["exist_but_not_in_table"]:
        yield {"document": CURRENT, "listed": "no", "branch": branch, "source": "exists in the source read"}
    for row in matrix["seed_document"]["branches"]:
        # Its notes tell what came later, which that document did not know.
        yield {"document": FOUNDING, "listed": "table", "source": "founding document", **row, "note": None}


def states(matrix):
    for name, row in matrix["branch_states"].items():
        yield {"state": name, **{k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()}}


def unlisted(matrix):
    for row in matrix["releases_without_matrix_row"]:
        yield {"cann_printed": row["cann"], **row}


def rules(matrix):
    """Sentences that reports quote, by topic."""
    window_notes = matrix["release_window"]
    numbers, exceptions = matrix["version_scheme"]["rules"][0].split(" (exceptions: ")
    topics = {
        "version": [numbers + "."] + matrix["version_scheme"]["rules"][1:],
        "version_exceptions": exceptions.removesuffix(").").split("; "),
        "order": matrix["version_scheme"]["ordering_traps"],
        "branch": [matrix["branches"]["naming"]] + matrix["branches"]["rules"],
        "branch_claim": [matrix["branches"]["oddity"]],
        "feature_branch": matrix["feature_branches"]["rules"],
        "feature_branch_claim": [matrix["feature_branches"]["oddity"]],
        "torch_npu": [f"{kind}: {matrix['torch_npu_publishing_policy'][kind]}" for kind in ("stable", "dev", "nightly")],
        "torch_npu_broken_by": matrix["torch_npu_publishing_policy"]["broken_by"],
        "compatibility": [matrix["backward_compat"]["promise"], matrix["backward_compat"]["whole_row_rule"]]
        + matrix["backward_compat"]["how"],
        "documentation": [f"{row['version']} ({row['branch']}): {row['meaning']}" for row in matrix["doc_branch_policy"]],
        "window": window_notes["notes"],
        "cadence": [window_notes["cadence_observed"]["remark"]],
        "plan_versus_fact": matrix["seed_document"]["plan_versus_fact"],
        "matrix": matrix["oddities"],
    }
    for topic, sentences in topics.items():
        for sentence in sentences:
            yield {"topic": topic, "rule": sentence}


def date_conflicts(matrix):
    for row in matrix["release_window"]["same_event_different_date_on_other_refs"]:
        dates = [f"{date} on {', '.join(refs)}" for date, refs in row["dates"].items()]
        yield {"event": row["event"], "dates": dates}


def kinds(matrix):
    for kind, allowed in matrix["torch_npu_publishing_policy"]["kind_to_allowed"].items():
        yield {"kind": kind, "allowed": allowed}


def tables(matrix):
    yield "release_window", ["document", "date", "plugin", "event", "source"], window(matrix)
    yield "branches", ["document", "listed", "branch", "state", "note", "source"], branches(matrix)
    yield "branch_states", ["state", "time_frame", "releases", "bugfixes", "ci", "meaning"], states(matrix)
    yield "feature_branches", ["branch", "state", "rfc", "scheduled_merge", "mentor"], matrix["feature_branches"]["rows"]
    yield "unlisted_releases", [
        "plugin", "vllm", "cann", "cann_printed", "torch", "torch_npu", "triton_ascend", "mooncake", "date", "date_source",
        "source", "note",
    ], unlisted(matrix)
    yield "rules", ["topic", "rule"], rules(matrix)
    yield "date_conflicts", ["event", "dates"], date_conflicts(matrix)
    yield "torch_npu_kinds", ["kind", "allowed"], kinds(matrix)
    yield "torch_npu_builds", ["wheel", "python", "arch"], matrix["torch_npu_publishing_policy"]["torch_npu_local_builds"]
    yield "main_row", [
        "vllm_commit", "vllm_tag", "python_specifier", "cann", "torch", "torch_npu", "triton_ascend", "note",
    ], [matrix["main_row"]]
