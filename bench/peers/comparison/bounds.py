"""What the machine's limits allow for a workload, in tokens a second.

A prefill token multiplies every weight of the layers once, in 8-bit integers, and attends over what came before, in
float32. A decode step of many sequences does the same with the head's weights as well. One sequence's decode has to read
every tensor and its keys and values from memory, which takes longer than the arithmetic.
"""

from .console import CompareError

INTEGER_UNITS = ("int8_dot", "int8_tile")


def limit(limits, name):
    """The rate of one limit on all threads, in units (not billions) a second; None if the machine lacks the unit."""
    found = limits.get(name)
    return None if found is None else found["all_threads"] * 1e9


def has_avx512_vnni(limits):
    return limits.get("int8_dot", {}).get("unit") == "AVX-512 VNNI"


def integer_bound(model, limits, metric, unit):
    """The bound by arithmetic of a prefill, batched decode or end-to-end figure; None if it has none."""
    integer, float32 = limit(limits, unit), limit(limits, "fp32")
    if not integer or not float32:
        return None

    def seconds(weights, context):
        return 2 * weights / integer + model.attention_operations(context) / float32

    kind, _, size = metric.rpartition("-")
    count = int(size)
    if kind == "prefill":
        return 1 / (seconds(model.matrix_weights, count / 2) + 2 * model.head_weights / integer / count)
    step = seconds(model.matrix_weights + model.head_weights, 128 + 32)
    if kind == "decode" and count > 1:
        return 1 / step
    if kind == "end-to-end":
        return 64 / (128 * seconds(model.matrix_weights, 64) + 64 * step)
    return None


def widest_bound(model, limits, metric):
    """The highest of the integer bounds."""
    found = [integer_bound(model, limits, metric, unit) for unit in INTEGER_UNITS]
    return max((bound for bound in found if bound), default=None)


def read_bound(model, limits):
    """Decode of one sequence from an empty context to 128 tokens, if only reading took time."""
    bandwidth = limit(limits, "read")
    return bandwidth / (model.tensor_bytes + model.kv_bytes(64)) if bandwidth else None


def best_of(runs):
    """Limits of several runs in one: noise only ever takes away, so the highest rate counts."""
    if not runs:
        raise CompareError("limits: found no run of them")
    best = dict(runs[0])
    for run in runs[1:]:
        for name, found in run.items():
            if isinstance(found, dict) and found["all_threads"] > best.get(name, found)["all_threads"]:
                best[name] = found
    return best
