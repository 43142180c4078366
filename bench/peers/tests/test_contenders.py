"""What programs and drivers print, read into figures."""

import json
import math
import sys
import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from comparison import accuracy, extras, gguf, llamacpp, workloads
from comparison.console import CompareError
from comparison.session import Session

ECHO = """
import sys
for line in sys.stdin:
    word, *fields = line.rstrip("\\n").split("\\t")
    if word == "end":
        sys.exit(7)
    print("\\t".join(["error", "message=refused"] if word == "bad" else ["ok", *fields]), flush=True)
"""


class LlamaOutputTest(unittest.TestCase):
    def test_reads_the_speed_of_a_single_workload(self):
        line = json.dumps({"n_prompt": 512, "avg_ts": 321.5})
        self.assertEqual(llamacpp.parse(workloads.PREFILL, "note\n" + line + "\n"), {"prefill-512": 321.5})

    def test_reads_decode_and_whole_of_a_batch(self):
        line = json.dumps({"pp": 128, "tg": 64, "pl": 32, "t_pp": 6.0, "t_tg": 4.0, "t": 10.0})
        self.assertEqual(
            llamacpp.parse(workloads.BATCH_32, line), {"decode-32": 512.0, "end-to-end-32": 204.8})

    def test_refuses_output_without_a_result(self):
        with self.assertRaises(CompareError):
            llamacpp.parse(workloads.PREFILL, "error: no model")

    def test_chooses_the_fastest_setting(self):
        class Peer:
            def measure_with(self, workload, setting):
                return {"prefill-512": 200 if setting.flash and setting.micro_batch == 128 else 100}

        reached = llamacpp.tune(Peer(), workloads.PREFILL, llamacpp.settings(True), 3)
        self.assertEqual(len(reached), 8)
        self.assertEqual(llamacpp.best(reached, (True, False)), {"flash": True, "micro_batch": 128, "amx": True})
        self.assertEqual(llamacpp.best(reached, (False,)), {"flash": True, "micro_batch": 128, "amx": False})
        self.assertIsNone(llamacpp.best(llamacpp.tune(Peer(), workloads.PREFILL, llamacpp.settings(False), 1), (False,)))


class SpeedTest(unittest.TestCase):
    def test_counts_only_steps_in_which_all_decode(self):
        answer = {"steady_steps": "50", "steady_seconds": "2.0", "generated": "2048", "seconds": "8"}
        self.assertEqual(workloads.speeds(workloads.BATCH_32, answer), {"decode-32": 800.0, "end-to-end-32": 256.0})

    def test_refuses_a_batch_that_never_ran_together(self):
        answer = {"steady_steps": "3", "steady_seconds": "2.0", "generated": "2048", "seconds": "8"}
        with self.assertRaises(ValueError):
            workloads.speeds(workloads.BATCH_32, answer)


class SessionTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.session = Session("echo", [sys.executable, "-c", ECHO], Path(folder.name) / "log", patience=20)
        self.addCleanup(self.session.close)

    def state(self):
        """One letter; T for stopped."""
        return Path(f"/proc/{self.session.process.pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1][0]

    def test_answers_with_the_fields(self):
        self.assertEqual(self.session.ask("any", one=1, two="x=y"), {"one": "1", "two": "x=y"})

    def test_raises_what_the_driver_refuses_and_goes_on(self):
        with self.assertRaisesRegex(CompareError, "refused"):
            self.session.ask("bad")
        self.assertEqual(self.session.ask("any"), {})

    def test_stops_the_process_between_commands(self):
        self.session.ask("any")
        deadline = time.monotonic() + 10
        while self.state() != "T" and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(self.state(), "T")
        self.assertEqual(self.session.ask("any", one=1), {"one": "1"})

    def test_tells_of_a_driver_that_ended(self):
        with self.assertRaisesRegex(CompareError, "status 7"):
            self.session.ask("end")


class AccuracyTest(unittest.TestCase):
    def test_perplexity_is_the_exponential_of_the_mean(self):
        found = accuracy.entry(200 * math.log(8), 200 * math.log(4), 200)
        self.assertAlmostEqual(found["perplexity"], 8)
        self.assertAlmostEqual(found["reference"], 4)

    def test_refuses_sums_that_are_no_numbers(self):
        with self.assertRaises(CompareError):
            accuracy.entry(math.nan, 1, 1)

    def test_cuts_the_first_line_off_as_the_prompt(self):
        self.assertEqual(accuracy.split("title\nbody\n"), ("title\n", "body"))
        with self.assertRaises(CompareError):
            accuracy.split("title only")

    def test_compares_each_path_with_the_reference_on_its_own_tokens(self):
        found = accuracy.of_ours(Answering(replayed=2), Given(), "f32", 2)
        self.assertAlmostEqual(found["prefill"]["perplexity"], math.exp(6 / 4))
        self.assertAlmostEqual(found["prefill"]["reference"], math.exp(4 / 4))
        self.assertAlmostEqual(found["decode"]["perplexity"], math.exp(5 / 2))
        self.assertAlmostEqual(found["decode"]["reference"], math.exp(2 / 2))

    def test_refuses_decode_steps_that_replayed_no_graph(self):
        with self.assertRaises(CompareError):
            accuracy.of_ours(Answering(replayed=1), Given(), "f32", 2)


class Answering:
    """An engine's session that read 6 tokens, and generated the last 3 of 5, the first of them by prefill."""

    def __init__(self, replayed):
        self.session = self
        self.answers = {"score": {"sum": "6"}, "force": {"sum": "5", "from": "3", "replayed": str(replayed)}}

    def ask(self, word, **fields):
        return self.answers[word]


class Given:
    """A text of 6 tokens behind 2, of which 5 are decoded; the reference's sum is the number of tokens judged."""

    first, tokens, decoded = 2, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5]

    def reference(self, model, tokens, first, threads):
        return len(tokens) - first


class GrowthTest(unittest.TestCase):
    def test_slope_is_that_of_least_squares(self):
        self.assertAlmostEqual(extras.slope([(0, 1), (1, 3), (2, 5)]), 2)
        self.assertAlmostEqual(extras.slope([(0, 0), (1, 1), (2, 0)]), 0)


class MemoryTest(unittest.TestCase):
    def test_finds_the_peak_of_a_process_that_gave_its_memory_back(self):
        holder = "kept = bytearray(200 << 20); kept[::4096] = b'x' * len(kept[::4096]); del kept"
        found = extras.peak([sys.executable, "-c", holder])
        self.assertGreater(found, 200 << 20)
        self.assertLess(found, 400 << 20)

    def test_refuses_a_process_that_fails(self):
        with self.assertRaises(CompareError):
            extras.peak([sys.executable, "-c", "raise SystemExit(3)"])


class GgufTest(unittest.TestCase):
    def test_refuses_other_files_and_cut_headers(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            for content in (b"PK\x03\x04" + bytes(64), b"GGUF\x03\0\0\0"):
                file.write_bytes(content)
                with self.subTest(content=content), self.assertRaises(CompareError):
                    gguf.read(file)


if __name__ == "__main__":
    unittest.main()
