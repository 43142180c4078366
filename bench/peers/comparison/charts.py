"""SVG charts: the ratios beside their goals, and the speeds of all contenders."""

import statistics
from xml.sax.saxutils import escape

WIDTH, LEFT, BAR, GAP = 860, 330, 16, 8
COLOURS = {"ascend4j": "#2563eb", "llama.cpp": "#d97706", "llama.cpp Q4_0": "#b45309",
           "de.kherud:llama": "#6b7280", "vllm": "#059669"}


def all_charts(rows, results):
    """File names and their pictures."""
    charts = {}
    ratios = [(row.title, row.ratio, row.goal) for row in rows if row.ratio is not None]
    if ratios:
        charts["ratios.svg"] = _ratio_chart(ratios)
    for model in ("smollm2", "gemma"):
        found = {name: contenders for name, contenders in results["samples"].items() if name.startswith(model + "/")}
        if found:
            charts[f"{model}.svg"] = _speed_chart(model, found)
    return charts


def _frame(title, bars, height):
    style = "font-family:sans-serif;font-size:12px;fill:#111827"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="20" style="{style};font-weight:bold">{escape(title)}</text>', *bars, "</svg>"]) + "\n"


def _bar(y, label, value, most, colour, text):
    length = max(1.0, (WIDTH - LEFT - 150) * value / most)
    style = "font-family:sans-serif;font-size:12px;fill:#111827"
    return [f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end" style="{style}">{escape(label)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<text x="{LEFT + length + 6:.1f}" y="{y + 12}" style="{style}">{escape(text)}</text>']


def _ratio_chart(ratios):
    most = max(ratio for _, ratio, _ in ratios)
    bars = []
    for index, (title, ratio, goal) in enumerate(ratios):
        bars += _bar(36 + index * (BAR + GAP), title, ratio, most, COLOURS["ascend4j"], f"{ratio:.2f}× (goal {goal})")
    return _frame("Ascend4J against its peers, ratio of medians", bars, 46 + len(ratios) * (BAR + GAP))


def _speed_chart(model, found):
    bars = []
    y = 36
    for name, contenders in found.items():
        medians = {contender: statistics.median(values) for contender, values in contenders.items()}
        for contender, median in medians.items():
            label = f"{name.split('/')[1]}, {contender}"
            colour = COLOURS.get(contender, "#9ca3af")
            bars += _bar(y, label, median, max(medians.values()), colour, f"{median:,.0f}")
            y += BAR + 3
        y += GAP
    return _frame(f"{model}: tokens a second, bars scaled within a workload", bars, y + 10)
