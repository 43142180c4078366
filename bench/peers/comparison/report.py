"""Writes what was found: JSON, a Markdown page with the table, SVG charts."""

import json

from . import bounds, charts, gguf, layout, verdicts

MODEL_FILES = {"smollm2": "smollm2-q4_1.gguf", "gemma": "gemma-q4_k_m.gguf"}
MODEL_NAMES = {"smollm2": "SmolLM2-135M", "gemma": "Gemma-3-270M"}
UNITS = {"int8_dot": "int8", "int8_tile": "AMX"}


class Bounds:
    """The bounds of the models in one machine's limits."""

    def __init__(self, limits):
        self.limits = limits
        self.models = {name: gguf.read(layout.MODELS / file) for name, file in MODEL_FILES.items()}

    def __call__(self, model, metric, kind):
        if kind == "read":
            return bounds.read_bound(self.models[model], self.limits)
        return bounds.widest_bound(self.models[model], self.limits, metric)

    def shares(self, name, speed):
        """A speed as parts of what each unit allows."""
        model, metric = name.split("/")
        if metric == "decode-1":
            bound = self(model, metric, "read")
            return f"{speed / bound:.0%} of read" if bound else "–"
        found = []
        for unit in bounds.INTEGER_UNITS:
            bound = bounds.integer_bound(self.models[model], self.limits, metric, unit)
            if bound:
                found.append(f"{speed / bound:.0%} of {self.limits[unit]['unit']}")
        return ", ".join(found) or "–"


def write(results, folder):
    """Writes all files and returns the rows of the table."""
    goals = json.loads(layout.GOALS.read_text(encoding="utf-8"))
    bound = Bounds(bounds.best_of(results["limits"]))
    rows = verdicts.judge(goals, results, bound)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(page(rows, results, bound), encoding="utf-8")
    for name, picture in charts.all_charts(rows, results).items():
        (folder / name).write_text(picture, encoding="utf-8")
    return rows


def page(rows, results, bound):
    parts = [_heading(results), _goals(rows), _speeds(results, bound), _accuracy(results), _memory(results), _limits(bound.limits),
             _settings(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(head, lines):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
                     + ["| " + " | ".join(line) + " |" for line in lines])


def _heading(results):
    machine = results["machine"]
    kind = "quick run, not for quoting; " if results.get("quick") else ""
    return (f"# Side by side\n\n{kind}{machine['processor']}, {results['threads']} threads, "
            f"{results['rounds']} interleaved rounds, medians; ± is half the distance of the quartiles.")


def _goals(rows):
    lines = [[row.title, row.ours, row.peer, row.found, row.goal, row.verdict + (f": {row.note}" if row.note else "")]
             for row in rows]
    return "## Goals\n\n" + _table(["workload", "ours", "peer or bound", "found", "goal", "verdict"], lines)


def _speeds(results, bound):
    lines = []
    for name, contenders in results["samples"].items():
        for contender, values in contenders.items():
            median, spread = verdicts.summary(values, f"{name} {contender}")
            lines.append([name, contender, f"{median:,.1f}", f"{spread / 2:.0%}", str(len(values)),
                          bound.shares(name, median)])
    return "## Speeds, tokens a second\n\n" + _table(
        ["workload", "contender", "median", "±", "rounds", "share of the limit"], lines)


def _accuracy(results):
    lines = [[name, f"{entry['perplexity']:.4f}", f"{entry['reference']:.4f}",
              f"{(entry['perplexity'] / entry['reference'] - 1) * 100:+.2f} %"]
             for name, entry in results.get("accuracy", {}).items()]
    if not lines:
        return ""
    return "## Accuracy: perplexity on the committed text\n\n" + _table(
        ["model, contender, path", "perplexity", "float32 reference, same tokens", "excess"], lines)


def _memory(results):
    lines = [[MODEL_NAMES[name]] + [f"{found[part] / 1e6:,.0f}" for part in ("peak", "tensors", "tokenizer")]
             for name, found in results.get("memory", {}).items()]
    if not lines:
        return ""
    return "## Memory of a short answer, MB\n\n" + _table(
        ["model", "peak", "tensors of the file", "tokenizer's share of the rest"], lines)


def _limits(limits):
    lines = [[name, found["unit"], f"{found['one_thread']:,.1f}", f"{found['all_threads']:,.1f}", found["measured_in"]]
             for name, found in limits.items() if isinstance(found, dict)]
    return "## The machine's limits, measured in the run\n\n" + _table(
        ["limit", "unit", "1 thread", "all threads", ""], lines)


def _settings(results):
    lines = [f"- {name}: `{command}`" for name, command in results.get("commands", {}).items()]
    said = [f"llama.cpp says: `{results['llama_system_info']}`"] if results.get("llama_system_info") else []
    return "\n\n".join(["## How each was run", *said, "\n".join(lines)])
