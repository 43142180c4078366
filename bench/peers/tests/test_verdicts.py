"""Verdicts from canned results. Run: python3 -m unittest discover -s bench/peers -t bench/peers"""

import json
import math
import unittest

from comparison import layout, verdicts

RATIO = {"model": "m", "title": "prefill", "metric": "prefill-512", "against": "peer", "at_least": 2,
         "elsewhere": {"share_of": "integer", "at_least": 0.5}}
SHARE = {"model": "m", "title": "decode", "metric": "decode-1", "share_of": "read", "at_least": 0.65}
MOST = {"model": "m", "title": "perplexity", "figure": "perplexity", "at_most": 1.01}
LEAST = {"model": "m", "title": "attention", "figure": "attention", "at_least": 0.45}


def results(samples=None, vnni=True, **more):
    return {"machine": {"avx512_vnni": vnni}, "samples": samples or {}, **more}


def prefill(ours, peer):
    return {"m/prefill-512": {"ascend4j": ours, "peer": peer}}


def row(goal, found, bound=None):
    (only,) = verdicts.judge({"rows": [goal]}, found, lambda *unused: bound)
    return only


class RatioTest(unittest.TestCase):
    def test_compares_medians_not_means(self):
        judged = row(RATIO, results(prefill([100, 210, 10000], [100, 100, 1])))
        self.assertEqual(judged.verdict, "met")
        self.assertAlmostEqual(judged.ratio, 2.1)
        self.assertEqual(judged.found, "2.10×")

    def test_misses_just_below_the_goal(self):
        self.assertEqual(row(RATIO, results(prefill([199.9], [100]))).verdict, "missed")

    def test_meets_exactly_at_the_goal(self):
        self.assertEqual(row(RATIO, results(prefill([200], [100]))).verdict, "met")

    def test_shows_half_the_distance_of_the_quartiles(self):
        self.assertEqual(row(RATIO, results(prefill([80, 90, 100, 110, 120], [100]))).ours, "100 ±10%")

    def test_is_not_run_without_the_peer_and_says_why(self):
        found = results({"m/prefill-512": {"ascend4j": [5]}}, not_run={"peer": "was not asked for"})
        judged = row(RATIO, found)
        self.assertEqual((judged.verdict, judged.note), ("not run", "was not asked for"))

    def test_is_not_run_without_us_and_still_shows_the_peer(self):
        judged = row(RATIO, results({"m/prefill-512": {"peer": [5]}}, not_run={"m ascend4j": "refused"}))
        self.assertEqual((judged.verdict, judged.note, judged.peer), ("not run", "refused", "5.0 ±0%"))

    def test_asks_for_a_share_of_the_bound_where_the_unit_is_absent(self):
        found = results(prefill([60], [1]), vnni=False)
        self.assertEqual(row(RATIO, found, bound=100).verdict, "met")
        self.assertEqual(row(RATIO, found, bound=130).verdict, "missed")


class ShareTest(unittest.TestCase):
    FOUND = results({"m/decode-1": {"ascend4j": [64, 65, 66]}})

    def test_compares_with_the_bound(self):
        self.assertEqual(row(SHARE, self.FOUND, bound=100).verdict, "met")
        self.assertEqual(row(SHARE, self.FOUND, bound=101).verdict, "missed")

    def test_is_not_run_without_a_bound(self):
        self.assertEqual(row(SHARE, self.FOUND).verdict, "not run")


class FigureTest(unittest.TestCase):
    def test_has_an_upper_or_a_lower_goal(self):
        found = results(figures={"m/perplexity": {"value": 1.005}, "m/attention": {"value": 0.5}})
        self.assertEqual(row(MOST, found).verdict, "met")
        self.assertEqual(row(LEAST, found).verdict, "met")
        found = results(figures={"m/perplexity": {"value": 1.02}, "m/attention": {"value": 0.4}})
        self.assertEqual(row(MOST, found).verdict, "missed")
        self.assertEqual(row(LEAST, found).verdict, "missed")

    def test_is_not_run_without_its_instrument(self):
        judged = row(MOST, results(not_run={"m/perplexity": "no instrument"}))
        self.assertEqual((judged.verdict, judged.note), ("not run", "no instrument"))


class RefusalTest(unittest.TestCase):
    def test_refuses_speeds_that_are_none(self):
        for bad in (math.nan, math.inf, -1.0, 0, None, "7"):
            with self.subTest(bad=bad), self.assertRaises(verdicts.BadFigure):
                row(RATIO, results(prefill([1, bad], [1])))

    def test_refuses_figures_that_are_no_numbers(self):
        for bad in (math.nan, math.inf, None):
            with self.subTest(bad=bad), self.assertRaises(verdicts.BadFigure):
                row(MOST, results(figures={"m/perplexity": {"value": bad}}))


class StatusTest(unittest.TestCase):
    def status(self, *ratios):
        goals = {"rows": [dict(RATIO, metric=f"prefill-{i}") for i in range(len(ratios))]}
        samples = {f"m/prefill-{i}": {"ascend4j": [ratio], "peer": [1]} for i, ratio in enumerate(ratios) if ratio}
        return verdicts.exit_status(verdicts.judge(goals, results(samples), lambda *unused: None))

    def test_is_zero_when_all_are_met(self):
        self.assertEqual(self.status(2, 3), 0)

    def test_is_one_when_any_is_missed(self):
        self.assertEqual(self.status(3, 1.5, 2), 1)

    def test_is_zero_when_some_did_not_run(self):
        self.assertEqual(self.status(3, None), 0)


class GoalsFileTest(unittest.TestCase):
    GOALS = json.loads(layout.GOALS.read_text(encoding="utf-8"))

    def test_names_every_row_once(self):
        names = [(goal["model"], goal.get("metric", goal.get("figure")), goal.get("against", goal.get("share_of")))
                 for goal in self.GOALS["rows"]]
        self.assertEqual(len(names), len(set(names)))

    def test_has_one_kind_of_goal_a_row(self):
        for goal in self.GOALS["rows"]:
            with self.subTest(goal=goal):
                self.assertEqual(sum(name in goal for name in ("against", "share_of", "figure")), 1)
                self.assertEqual(sum(name in goal for name in ("at_most", "at_least")), 1)

    def test_is_judged_without_any_result(self):
        rows = verdicts.judge(self.GOALS, results(), lambda *unused: None)
        self.assertEqual({judged.verdict for judged in rows}, {"not run"})


if __name__ == "__main__":
    unittest.main()
