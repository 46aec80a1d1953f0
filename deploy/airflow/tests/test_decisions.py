"""python3 -m unittest: the decisions behind the operators; needs no Airflow."""

import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dags"))

from strata_airflow.decisions import (  # noqa: E402
    Decision,
    GateFailed,
    check_gate,
    decide,
    exit_code,
    finished,
    interval,
    of_client_mode,
    of_status,
)

NOW = datetime(2026, 11, 8, 3, 0, tzinfo=timezone.utc)


def status(code=None, failed=NOW, state="failed", **more):
    failure = None if code is None else {"exitCode": code, "message": "why", "retryable": code == 5}
    return {"state": state, "failure": failure, "failed": failure and failed.isoformat(), **more}


class ExitCodes(unittest.TestCase):
    def test_texts_of_airflow(self):
        submit = "Cannot execute: spark-submit --name 'Error code is: 9.' x.jar train. Error code is: 3."
        self.assertEqual(exit_code(submit), 3)
        self.assertEqual(exit_code("Cannot execute: spark-submit x. Error code is: -9."), -9)
        self.assertEqual(exit_code("Error code is: 0. Kubernetes spark exit code is: 3"), 0)
        bash = "Bash command failed. The command returned a non-zero exit code 5."
        self.assertEqual(exit_code(bash), 5)
        self.assertIsNone(exit_code("ERROR : Driver driver-20261108-0001 badly exited with status FAILED"))

    def test_decisions(self):
        self.assertEqual({code: decide(code) for code in (2, 3, 4)}, dict.fromkeys((2, 3, 4), Decision.FAIL))
        self.assertEqual(decide(5), Decision.RETRY)
        for other in (None, 0, 1, 137, -9):
            self.assertEqual(decide(other), Decision.DEFAULT)

    def test_client_mode_knows_only_codes_of_strata(self):
        self.assertEqual(of_client_mode("Error code is: 4.").decision, Decision.FAIL)
        self.assertEqual(of_client_mode("Error code is: 5.").decision, Decision.RETRY)
        self.assertIsNone(of_client_mode("Error code is: 1."))
        self.assertIsNone(of_client_mode("no code"))


class FailureFile(unittest.TestCase):
    def test_decisions_of_failure_json(self):
        for code, expected in ((2, Decision.FAIL), (3, Decision.FAIL), (4, Decision.FAIL),
                               (5, Decision.RETRY), (1, Decision.DEFAULT)):
            outcome = of_status(status(code), NOW.timestamp())
            self.assertEqual((outcome.decision, outcome.code), (expected, code))
            self.assertIn("why", outcome.reason)

    def test_a_failure_of_an_earlier_attempt_says_nothing(self):
        old = status(3, failed=NOW - timedelta(minutes=5))
        self.assertEqual(of_status(old, NOW.timestamp()).decision, Decision.DEFAULT)
        self.assertIsNone(of_status(old, NOW.timestamp()).code)
        skewed = status(3, failed=NOW - timedelta(seconds=30))
        self.assertEqual(of_status(skewed, NOW.timestamp()).decision, Decision.FAIL)

    def test_nothing_known(self):
        for unknown in (None, {}, status(), {"failure": {"exitCode": 3, "message": "why"}, "failed": None}):
            self.assertEqual(of_status(unknown, NOW.timestamp()).decision, Decision.DEFAULT)

    def test_time_as_strata_writes_it(self):
        written = {**status(3), "failed": "2026-11-08T03:00:00.123Z"}
        self.assertEqual(of_status(written, NOW.timestamp()).code, 3)

    def test_finished(self):
        self.assertTrue(finished(status(state="finished"), NOW.timestamp()))
        self.assertTrue(finished(status(3, NOW - timedelta(hours=1), "finished"), NOW.timestamp()))
        self.assertFalse(finished(status(3, state="finished"), NOW.timestamp()))
        for state in ("running", "failed", "unfinished"):
            self.assertFalse(finished(status(state=state), NOW.timestamp()))
        self.assertFalse(finished(None, NOW.timestamp()))


class Gate(unittest.TestCase):
    RESULT = {"result": {"metrics": {"test": {"accuracy": 0.83, "loss": 0.66, "roc-auc": float("nan")}}}}

    def test_limits(self):
        self.assertEqual(check_gate(self.RESULT, "test", "accuracy", at_least=0.83), 0.83)
        self.assertEqual(check_gate(self.RESULT, "test", "loss", at_most=0.7), 0.66)

    def test_refusals(self):
        for part, metric, limits, sentence in (
            ("test", "accuracy", {"at_least": 0.84}, "test.accuracy = 0.83; expected at least 0.84"),
            ("test", "loss", {"at_most": 0.5}, "expected at most 0.5"),
            ("test", "roc-auc", {"at_least": 0.5}, "expected a finite number"),
            ("test", "f1", {"at_least": 0.5}, "no metric test.f1; found: accuracy, loss, roc-auc"),
            ("source", "accuracy", {"at_least": 0.5}, "no metrics of source; found: test"),
        ):
            with self.assertRaises(GateFailed) as refused:
                check_gate(self.RESULT, part, metric, **limits)
            self.assertIn(sentence, str(refused.exception))
        for nothing in (None, {}, {"result": None}):
            with self.assertRaises(GateFailed):
                check_gate(nothing, "test", "accuracy", at_least=0.5)


class Intervals(unittest.TestCase):
    @staticmethod
    def run_of(run_id="manual__2026-11-09T08:15:00+00:00", start=None, end=None, conf=None):
        return SimpleNamespace(run_id=run_id, data_interval_start=start, data_interval_end=end,
                               logical_date=start, conf=conf)

    def test_data_interval_in_utc(self):
        zone = timezone(timedelta(hours=2))
        run = self.run_of(start=datetime(2026, 11, 1, 2, tzinfo=zone), end=datetime(2026, 11, 8, 2, tzinfo=zone))
        self.assertEqual(interval(run), "20261101t0000_20261108t0000")

    def test_runs_without_interval_have_folders_of_their_own(self):
        names = {interval(self.run_of(f"manual__2026-11-09T08:15:00+00:0{i}")) for i in range(2)}
        names |= {interval(self.run_of(f"asset_triggered__{text}")) for text in ("ä", "ö", "a b", "a-b")}
        self.assertEqual(len(names), 6)
        for name in names:
            self.assertRegex(name, "^[a-z0-9][a-z0-9_-]*$")

    def test_interval_by_hand(self):
        self.assertEqual(interval(self.run_of(conf={"interval": "20261101t0000_20261108t0000"})),
                         "20261101t0000_20261108t0000")
        for wrong in ("../x", "", "A", "a b", "$(reboot)", 7):
            with self.assertRaises(ValueError):
                interval(self.run_of(conf={"interval": wrong}))


if __name__ == "__main__":
    unittest.main()
