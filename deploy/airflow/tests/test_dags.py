"""python3 -m unittest: the DAGs, their commands and their retries, with Airflow or its stand-in."""

import json
import os
import re
import subprocess
import sys
import unittest
from datetime import datetime, timezone
from pathlib import Path

import dag_runner

HERE = Path(__file__).resolve().parent
DAGS = HERE.parent / "dags"
WEEK = ("--start", "2026-11-01", "--end", "2026-11-08")
NAME = "20261101t0000_20261108t0000"
TASKS = ["prepare", "pretrain", "fine_tune", "evaluate", "publish", "extract"]
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("STRATA_")},
    "AIRFLOW_CONN_STRATA_SPARK": json.dumps({"conn_type": "spark", "host": "spark://master", "port": 7077}),
}


def commands(dag, *arguments, **environment):
    done = subprocess.run([sys.executable, str(HERE / "dag_runner.py"), "list", str(DAGS / dag), *arguments],
                          env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return {one["task"]: one["command"] for one in json.loads(done.stdout)}


class Commands(unittest.TestCase):
    def test_order_of_the_operator(self):
        listed = commands("strata_weekly.py", *WEEK)
        self.assertEqual(list(listed), TASKS)
        data, run = f"hdfs:///landing/flowers/{NAME}", f"hdfs:///strata/runs/{NAME}"
        self.assertEqual(listed["pretrain"], [
            "spark-submit", "--master", "spark://master:7077", "--conf", "spark.ui.showConsoleProgress=false",
            "--executor-memory", "4g", "--driver-memory", "4g", "--name", f"strata pretrain {NAME}",
            "--class", "dev.strata.jobs.Strata", "--deploy-mode", "client", "hdfs:///strata/strata.jar",
            "pretrain", "--config", "hdfs:///strata/conf/pretrain.conf", "--output", f"{run}/pretrain",
            "--set", f"data.path={data}/unlabelled.csv", "--set", f"data.shards={run}/shards"])
        self.assertEqual(listed["publish"][-8:], [
            "publish", f"{run}/fine-tune", "--name", "flowers", "--alias", f"of-{NAME}",
            "--zoo", "hdfs:///strata/zoo"])
        self.assertIn(f"zoo:flowers@of-{NAME}", listed["extract"])

    def test_cluster_mode_brings_the_options_that_a_standalone_master_lacks(self):
        listed = commands("strata_weekly.py", *WEEK, STRATA_DEPLOY_MODE="cluster")
        for task, words in listed.items():
            mode = words[words.index("--deploy-mode") + 1]
            self.assertEqual(mode, "client" if task == "publish" else "cluster", task)
        options = [word for word in listed["prepare"] if word.startswith("spark.driver.extraJavaOptions=")]
        script = (HERE.parent.parent / "bin" / "strata").read_text()
        needed = re.findall(r"--add-opens=java\.base/\S+?=ALL-UNNAMED", script)
        self.assertGreater(len(needed), 10)
        self.assertEqual(re.findall(r"--add-opens=\S+", options[0].split("=", 1)[1]), needed)
        self.assertIn("spark.yarn.maxAppAttempts=1", listed["prepare"])

    def test_runs_without_a_data_interval(self):
        first, again = (commands("strata_weekly.py")["pretrain"] for _ in range(2))
        self.assertEqual(first, again)
        self.assertTrue(any(re.search(r"/runs/manual__2026-11-09t08-15-00-123456-00-00-[0-9a-f]{8}/pretrain$",
                                      word) for word in first), first)
        by_hand = commands("strata_weekly.py", "--conf", json.dumps({"interval": NAME}))
        self.assertEqual(by_hand, commands("strata_weekly.py", *WEEK))

    def test_bash_form(self):
        listed = commands("strata_weekly_bash.py", *WEEK)
        self.assertEqual(list(listed), TASKS)
        run = f"hdfs:///strata/runs/{NAME}"
        self.assertEqual(listed["fine_tune"], [
            "/opt/strata/deploy/bin/strata", "fine-tune", "--config", "hdfs:///strata/conf/fine-tune.conf",
            "--output", f"{run}/fine-tune", "--set", f"data.path=hdfs:///landing/flowers/{NAME}/labelled.csv",
            "--model", f"{run}/pretrain", "--", "--master", "yarn", "--deploy-mode", "cluster"])
        self.assertNotIn("--", listed["publish"])


class Dags(unittest.TestCase):
    def setUp(self):
        os.environ["AIRFLOW_CONN_STRATA_SPARK"] = ENVIRONMENT["AIRFLOW_CONN_STRATA_SPARK"]
        dag_runner.use_airflow()

    def test_schedule(self):
        from airflow.timetables.interval import CronDataIntervalTimetable

        for name in ("strata_weekly", "strata_weekly_bash"):
            dag = dag_runner.load(DAGS / f"{name}.py")
            self.assertIsInstance(getattr(dag, "timetable", dag.schedule), CronDataIntervalTimetable)
            self.assertFalse(dag.catchup)
            order = [task.task_id for task in dag.topological_sort()]
            self.assertEqual(order, TASKS[:4] + ["gate"] + TASKS[4:])

    def test_every_example_configuration_is_used(self):
        listed = commands("strata_weekly.py", *WEEK, STRATA_CONF="conf")
        used = {word.split("/")[-1] for words in listed.values() for word in words if word.endswith(".conf")}
        there = {path.name for path in (HERE.parent / "conf").glob("*.conf")}
        self.assertEqual(there - used, {"rows.conf"})
        self.assertEqual(used - there, set())


class Retries(unittest.TestCase):
    """A spark-submit that ends with the codes of a file, in every version of the stand-in."""

    def events(self, version, codes, failure=None, mode="client", dag="strata_weekly.py", **environment):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "spark-submit"
            (Path(folder) / "codes").write_text("\n".join(str(code) for code in codes) + "\n")
            (Path(folder) / "status").write_text(json.dumps(failure) if failure else "")
            script.write_text(SUBMIT)
            script.chmod(0o755)
            done = subprocess.run(
                [sys.executable, str(HERE / "dag_runner.py"), "run", str(DAGS / dag), *WEEK, "--only", "prepare"],
                env={**ENVIRONMENT, "PATH": folder + os.pathsep + os.environ["PATH"], "STRATA_RETRY_SECONDS": "0",
                     "STRATA_DEPLOY_MODE": mode, "AIRFLOW_STAND_IN_VERSION": version,
                     "STRATA_COMMAND_PATH": str(script), **environment},
                capture_output=True, text=True, check=False)
        events = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("EVENT ")]
        self.assertTrue(events, done.stdout + done.stderr)
        return [one["state"] for one in events if one["state"] != "running"], events[-1]

    def test_client_mode(self):
        for version in ("3.0", "3.2", "3.3"):
            for code in (2, 3, 4):
                states, last = self.events(version, [code, 0])
                self.assertEqual(states, ["failed"], (version, code))
                self.assertIn(f"Error code is: {code}.", last["text"])
                fails = "AirflowException" if version == "3.3" else "AirflowFailException"
                self.assertEqual(last["exception"], fails)
            for code in (5, 1, 137):
                states, _ = self.events(version, [code, 0])
                self.assertEqual(states, ["up_for_retry", "success"], (version, code))
            self.assertEqual(self.events(version, [5, 5, 5, 5, 0])[0], ["up_for_retry"] * 3 + ["failed"])

    def test_cluster_mode(self):
        yarn = json.dumps({"conn_type": "spark", "host": "yarn"})
        for version in ("3.0", "3.3"):
            for code, states in ((3, ["failed"]), (5, ["up_for_retry"] * 3 + ["failed"])):
                failure = {"state": "failed", "failure": {"exitCode": code, "message": "why"},
                           "failed": datetime.now(timezone.utc).isoformat()}
                # YARN says 1, Kubernetes 0
                for submit in (1, 0):
                    found, last = self.events(version, [submit] * 4, failure, "cluster",
                                              AIRFLOW_CONN_STRATA_SPARK=yarn)
                    self.assertEqual(found, states, (version, code, submit))
                    self.assertIn("in failure.json: why", last["text"])

    def test_cluster_mode_without_a_record(self):
        yarn = json.dumps({"conn_type": "spark", "host": "yarn"})
        old = {"state": "failed", "failure": {"exitCode": 3, "message": "why"}, "failed": "2020-01-01T00:00:00Z"}
        for record in (None, old):
            found, _ = self.events("3.3", [0] * 4, record, "cluster", AIRFLOW_CONN_STRATA_SPARK=yarn)
            self.assertEqual(found, ["up_for_retry"] * 3 + ["failed"])
        found, _ = self.events("3.3", [0], {"state": "finished", "failure": None, "failed": None}, "cluster",
                               AIRFLOW_CONN_STRATA_SPARK=yarn)
        self.assertEqual(found, ["success"])

    def test_bash_form(self):
        for version in ("3.0", "3.3"):
            self.assertEqual(self.events(version, [3, 0], dag="strata_weekly_bash.py")[0], ["failed"])
            self.assertEqual(self.events(version, [5, 0], dag="strata_weekly_bash.py")[0],
                             ["up_for_retry", "success"])


SUBMIT = """#!/bin/sh
folder=$(dirname "$0")
for word; do
  if [ "$word" = status ]; then
    [ -s "$folder/status" ] || exit 2
    cat "$folder/status"
    exit 0
  fi
done
code=$(head -n 1 "$folder/codes")
sed -i 1d "$folder/codes"
exit "$code"
"""

if __name__ == "__main__":
    unittest.main()
