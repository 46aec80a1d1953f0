"""The same week as strata_weekly.py, with bin/strata in a shell instead of Airflow's connection.

For workers that have a checkout of Strata. bin/strata waits for the driver and exits with the job's
own code in every deploy mode.
"""

from __future__ import annotations

import os
import shlex
from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG

try:
    from airflow.sdk import CronDataIntervalTimetable
except ImportError:  # Airflow 3.0 and 3.1
    from airflow.timetables.interval import CronDataIntervalTimetable

from strata_airflow.decisions import interval
from strata_airflow.operators import StrataBashOperator, StrataQualityGate

STRATA = os.environ.get("STRATA_COMMAND_PATH", "/opt/strata/deploy/bin/strata")
JAR = os.environ.get("STRATA_JAR", "/opt/strata/jobs/target/strata.jar")
CONF = os.environ.get("STRATA_CONF", "hdfs:///strata/conf")
DATA = os.environ.get("STRATA_DATA", "hdfs:///landing/flowers")
RUNS = os.environ.get("STRATA_RUNS", "hdfs:///strata/runs")
ZOO = os.environ.get("STRATA_ZOO", "hdfs:///strata/zoo")
SPARK = os.environ.get("STRATA_SPARK_ARGUMENTS", "--master yarn --deploy-mode cluster")
RETRY_SECONDS = float(os.environ.get("STRATA_RETRY_SECONDS", "300"))
ACCURACY = float(os.environ.get("STRATA_ACCURACY", "0.8"))

INTERVAL = "{{ interval(dag_run) }}"
DATA_OF_INTERVAL = f"{DATA}/{INTERVAL}"
RUN_OF_INTERVAL = f"{RUNS}/{INTERVAL}"
ALIAS = f"of-{INTERVAL}"
NAME = "flowers"


def strata(task_id: str, *arguments: str, spark: str = SPARK) -> StrataBashOperator:
    """A task for one command line; interval() returns no character that a shell interprets."""
    words = " ".join(argument if argument.startswith("{{") else shlex.quote(argument)
                     for argument in (STRATA, *arguments))
    return StrataBashOperator(
        task_id=task_id,
        bash_command=f"{words} -- {spark}" if spark else words,
        retries=3,
        retry_delay=timedelta(seconds=RETRY_SECONDS),
    )


def job(task_id: str, command: str, *arguments: str) -> StrataBashOperator:
    return strata(task_id, command, "--config", f"{CONF}/{command}.conf",
                  "--output", f"{RUN_OF_INTERVAL}/{command}", *arguments)


with DAG(
    dag_id="strata_weekly_bash",
    schedule=CronDataIntervalTimetable("0 0 * * 0", timezone="UTC"),
    start_date=datetime(2026, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    user_defined_macros={"interval": interval},
    tags=["strata"],
) as dag:
    unlabelled = ("--set", f"data.path={DATA_OF_INTERVAL}/unlabelled.csv",
                  "--set", f"data.shards={RUN_OF_INTERVAL}/shards")

    prepare = job("prepare", "prepare", *unlabelled)
    pretrain = job("pretrain", "pretrain", *unlabelled)
    fine_tune = job("fine_tune", "fine-tune", "--set", f"data.path={DATA_OF_INTERVAL}/labelled.csv",
                    "--model", f"{RUN_OF_INTERVAL}/pretrain")
    evaluate = job("evaluate", "evaluate", "--set", f"data.path={DATA_OF_INTERVAL}/test.csv",
                   "--model", f"{RUN_OF_INTERVAL}/fine-tune")
    gate = StrataQualityGate(
        task_id="gate", jar=JAR, output_dir=f"{RUN_OF_INTERVAL}/evaluate",
        part="test", metric="accuracy", at_least=ACCURACY,
        retries=3, retry_delay=timedelta(seconds=RETRY_SECONDS),
    )
    # publishing runs on this machine, without Spark
    publish = strata("publish", "models", "publish", f"{RUN_OF_INTERVAL}/fine-tune", "--name", NAME,
                     "--alias", ALIAS, "--zoo", ZOO, spark="")
    extract = job("extract", "extract", "--set", f"data.path={DATA_OF_INTERVAL}/unlabelled.csv",
                  "--model", f"zoo:{NAME}@{ALIAS}", "--zoo", ZOO)

    prepare >> pretrain >> fine_tune >> evaluate >> gate >> publish >> extract
