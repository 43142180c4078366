"""The page, the charts and the bounds, from canned results and made-up limits."""

import unittest
import xml.etree.ElementTree as xml

from comparison import bounds, charts, report, verdicts
from comparison.gguf import Model

LIMITS = {
    "threads": 2,
    "read": {"unit": "huge pages", "measured_in": "GB/s", "one_thread": 10, "all_threads": 20},
    "fp32": {"unit": "AVX-512", "measured_in": "GFLOP/s", "one_thread": 200, "all_threads": 400},
    "int8_dot": {"unit": "AVX-512 VNNI", "measured_in": "GOP/s", "one_thread": 800, "all_threads": 1600},
}
MODEL = Model("file", vocabulary=1000, layers=2, heads=2, kv_heads=1, head_size=64, tensor_bytes=10**8,
              matrix_weights=10**8, head_weights=10**7)
GOALS = {"rows": [
    {"model": "smollm2", "title": "prefill", "metric": "prefill-512", "against": "llama.cpp", "at_least": 2},
    {"model": "smollm2", "title": "decode", "metric": "decode-1", "against": "llama.cpp", "at_least": 2},
    {"model": "gemma", "title": "prefill", "metric": "prefill-512", "against": "llama.cpp", "at_least": 2},
]}
RESULTS = {
    "machine": {"avx512_vnni": True, "processor": "a <processor>"}, "threads": 2, "rounds": 3, "limits": [LIMITS],
    "samples": {"smollm2/prefill-512": {"ascend4j": [300, 310, 290], "llama.cpp": [100, 101, 99]},
                "smollm2/decode-1": {"ascend4j": [100], "llama.cpp": [100]}},
    "accuracy": {"smollm2, ascend4j fast, prefill": {"perplexity": 10.1, "reference": 10.0}},
    "memory": {"gemma": {"peak": 900 * 10**6, "tensors": 250 * 10**6, "tokenizer": 123 * 10**6}},
    "commands": {"prefill, llama.cpp": "llama-bench -p 512"}, "not_run": {"gemma ascend4j": "no such architecture"},
}


class CannedBounds(report.Bounds):
    def __init__(self):
        self.limits = LIMITS
        self.models = {"smollm2": MODEL, "gemma": MODEL}


def page():
    rows = verdicts.judge(GOALS, RESULTS, CannedBounds())
    return rows, report.page(rows, RESULTS, CannedBounds())


class PageTest(unittest.TestCase):
    def test_says_missed_on_the_rows_that_are_and_nowhere_else(self):
        rows, text = page()
        self.assertEqual([row.verdict for row in rows], ["met", "missed", "not run"])
        lines = [line for line in text.splitlines() if "missed" in line]
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith("| smollm2 decode |") and lines[0].endswith("| missed |"), lines)

    def test_gives_the_reason_beside_not_run(self):
        self.assertIn("not run: no such architecture |", page()[1])

    def test_shows_ratio_spread_share_accuracy_and_command(self):
        text = page()[1]
        for part in ("3.00×", "±2%", "of AVX-512 VNNI", "of read", "+1.00 %", "`llama-bench -p 512`",
                     "| Gemma-3-270M | 900 | 250 | 123 |"):
            with self.subTest(part=part):
                self.assertIn(part, text)

    def test_charts_are_well_formed_and_escape_names(self):
        pictures = charts.all_charts(page()[0], RESULTS)
        self.assertEqual(set(pictures), {"ratios.svg", "smollm2.svg"})
        for picture in pictures.values():
            xml.fromstring(picture)


class BoundsTest(unittest.TestCase):
    def test_prefill_adds_integer_products_and_float_attention(self):
        # 2e8 operations at 1.6e12 a second, 2 * 2 * 64 * 4 * 256 at 4e11, and a 512th of the head.
        expected = 1 / (2e8 / 1.6e12 + 262144 / 4e11 + 2e7 / 1.6e12 / 512)
        self.assertAlmostEqual(bounds.integer_bound(MODEL, LIMITS, "prefill-512", "int8_dot"), expected)

    def test_single_decode_is_bound_by_reading(self):
        self.assertAlmostEqual(bounds.read_bound(MODEL, LIMITS), 20e9 / (10**8 + 2 * 2 * 64 * 2 * 64))

    def test_takes_the_widest_unit(self):
        wide = dict(LIMITS, int8_tile={"unit": "AMX", "measured_in": "GOP/s", "one_thread": 6000, "all_threads": 12000})
        self.assertGreater(bounds.widest_bound(MODEL, wide, "decode-32"), 2 * bounds.widest_bound(
            MODEL, LIMITS, "decode-32"))

    def test_has_no_bound_without_a_limit(self):
        self.assertIsNone(bounds.widest_bound(MODEL, {}, "prefill-512"))
        self.assertIsNone(bounds.read_bound(MODEL, {}))

    def test_keeps_the_best_of_several_runs(self):
        slower = dict(LIMITS, read=dict(LIMITS["read"], all_threads=12))
        self.assertEqual(bounds.best_of([slower, LIMITS, slower])["read"]["all_threads"], 20)


if __name__ == "__main__":
    unittest.main()
