"""Judges results by the goals: one verdict a row, `met`, `missed` or `not run`. Knows no file and no process."""

import math
import statistics
from dataclasses import dataclass

MET, MISSED, NOT_RUN = "met", "missed", "not run"
OURS = "ascend4j"


@dataclass(frozen=True)
class Row:
    """One goal and what came of it. Every text is ready to print."""

    title: str
    ours: str
    peer: str
    found: str
    goal: str
    verdict: str
    note: str = ""
    ratio: float | None = None


class BadFigure(ValueError):
    """A figure that cannot be one; it is refused rather than judged."""


def summary(values, what):
    """Median and spread of measured speeds. The spread is the distance of the quartiles over the median."""
    for value in values:
        if not (isinstance(value, (int, float)) and math.isfinite(value) and value > 0):
            raise BadFigure(f"{what}: found {value}, expected a number above 0")
    median = statistics.median(values)
    if len(values) < 2:
        return median, 0.0
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    return median, (quartiles[2] - quartiles[0]) / median


def judge(goals, results, bound):
    """All rows. `bound(model, metric, kind)` gives a bound in tokens a second or None."""
    return [_row(goal, results, bound) for goal in goals["rows"]]


def exit_status(rows):
    return 1 if any(row.verdict == MISSED for row in rows) else 0


def _row(goal, results, bound):
    if "figure" in goal:
        return _figure(goal, results)
    if "share_of" in goal:
        return _share(goal, results, bound, goal["share_of"], goal["at_least"])
    elsewhere = goal.get("elsewhere")
    if elsewhere and not results["machine"]["avx512_vnni"]:
        return _share(goal, results, bound, elsewhere["share_of"], elsewhere["at_least"])
    return _ratio(goal, results)


def _samples(results, goal, contender):
    return results.get("samples", {}).get(f"{goal['model']}/{goal['metric']}", {}).get(contender)


def _absent(goal, results, *contenders):
    """Why a row has no figure: the first reason that was recorded for the row, its workload or a contender."""
    reasons = results.get("not_run", {})
    name = f"{goal.get('model')}/{goal.get('metric', goal.get('figure'))}"
    keys = [f"{name} {contender}" for contender in contenders] + [name]
    keys += [f"{goal.get('model')} {contender}" for contender in contenders] + list(contenders)
    for key in keys:
        if key in reasons:
            return reasons[key]
    return "not part of this run"


def _speed(values, what):
    median, spread = summary(values, what)
    digits = 0 if median >= 100 else 1
    return median, f"{median:,.{digits}f} ±{spread / 2:.0%}"


def _title(goal):
    return f"{goal['model']} {goal['title']}"


def _ratio(goal, results):
    ours, peer = _samples(results, goal, OURS), _samples(results, goal, goal["against"])
    wanted = f"≥ {goal['at_least']:g}× {goal['against']}"
    texts = {}
    medians = {}
    for contender, values in ((OURS, ours), (goal["against"], peer)):
        if values:
            medians[contender], texts[contender] = _speed(values, f"{_title(goal)} {contender}")
    if len(medians) < 2:
        absent = [contender for contender in (OURS, goal["against"]) if contender not in medians]
        return Row(_title(goal), texts.get(OURS, "–"), texts.get(goal["against"], "–"), "–", wanted, NOT_RUN,
                   _absent(goal, results, *absent))
    ratio = medians[OURS] / medians[goal["against"]]
    verdict = MET if ratio >= goal["at_least"] else MISSED
    return Row(_title(goal), texts[OURS], texts[goal["against"]], f"{ratio:.2f}×", wanted, verdict, ratio=ratio)


def _share(goal, results, bound, kind, at_least):
    wanted = f"≥ {at_least:.0%} of the {kind} bound"
    most = bound(goal["model"], goal["metric"], kind)
    limit = "–" if most is None else f"bound {most:,.0f}"
    ours = _samples(results, goal, OURS)
    if not ours or most is None:
        reason = _absent(goal, results, OURS) if not ours else "the machine's limit was not measured"
        return Row(_title(goal), "–", limit, "–", wanted, NOT_RUN, reason)
    median, text = _speed(ours, _title(goal))
    verdict = MET if median >= at_least * most else MISSED
    return Row(_title(goal), text, limit, f"{median / most:.0%}", wanted, verdict)


def _figure(goal, results):
    name = f"{goal['model']}/{goal['figure']}"
    wanted = f"≤ {goal['at_most']:g}" if "at_most" in goal else f"≥ {goal['at_least']:g}"
    wanted += f" {goal['unit']}" if goal.get("unit") else ""
    found = results.get("figures", {}).get(name)
    if found is None:
        return Row(_title(goal), "–", "–", "–", wanted, NOT_RUN, _absent(goal, results))
    value = found["value"]
    if not (isinstance(value, (int, float)) and math.isfinite(value)):
        raise BadFigure(f"{name}: found {value}, expected a finite number")
    good = value <= goal["at_most"] if "at_most" in goal else value >= goal["at_least"]
    return Row(_title(goal), found.get("ours", "–"), found.get("peer", "–"), f"{value:.4g}", wanted,
               MET if good else MISSED)
