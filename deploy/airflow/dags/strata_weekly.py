"""Every week: prepare, pretrain, fine-tune, evaluate, gate, publish, extract, through spark-submit.

Each task reads the rows of one data interval and writes to a folder of that interval, so that a
retry resumes, and a repetition of a finished interval does nothing. README.md says how to set it up.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG

try:
    from airflow.sdk import CronDataIntervalTimetable
except ImportError:  # Airflow 3.0 and 3.1
    from airflow.timetables.interval import CronDataIntervalTimetable

from strata_airflow.decisions import interval
from strata_airflow.operators import StrataQualityGate, StrataSubmitOperator

JAR = os.environ.get("STRATA_JAR", "hdfs:///strata/strata.jar")
CONF = os.environ.get("STRATA_CONF", "hdfs:///strata/conf")
DATA = os.environ.get("STRATA_DATA", "hdfs:///landing/flowers")
RUNS = os.environ.get("STRATA_RUNS", "hdfs:///strata/runs")
ZOO = os.environ.get("STRATA_ZOO", "hdfs:///strata/zoo")
CONNECTION = os.environ.get("STRATA_CONN_ID", "strata_spark")
DEPLOY_MODE = os.environ.get("STRATA_DEPLOY_MODE", "client")
MEMORY = os.environ.get("STRATA_MEMORY", "4g")
POLL_SECONDS = int(os.environ.get("STRATA_POLL_SECONDS", "10"))
RETRY_SECONDS = float(os.environ.get("STRATA_RETRY_SECONDS", "300"))
ACCURACY = float(os.environ.get("STRATA_ACCURACY", "0.8"))

INTERVAL = "{{ interval(dag_run) }}"
DATA_OF_INTERVAL = f"{DATA}/{INTERVAL}"
RUN_OF_INTERVAL = f"{RUNS}/{INTERVAL}"
ALIAS = f"of-{INTERVAL}"
NAME = "flowers"


def strata(task_id: str, command: str, output: str | None, *arguments: str) -> StrataSubmitOperator:
    """A task for one command of Strata; settings come from CONF/COMMAND.conf."""
    args = [command, "--config", f"{CONF}/{command}.conf"]
    if output is not None:
        args += ["--output", output]
    return StrataSubmitOperator(
        task_id=task_id,
        name=f"strata {task_id} {INTERVAL}",
        jar=JAR,
        output_dir=output,
        conn_id=CONNECTION,
        deploy_mode=DEPLOY_MODE,
        driver_memory=MEMORY,
        executor_memory=MEMORY,
        conf={"spark.ui.showConsoleProgress": "false"},
        status_poll_interval=POLL_SECONDS,  # in cluster mode; a poll may be a JVM
        application_args=[*args, *arguments],
        retries=3,
        retry_delay=timedelta(seconds=RETRY_SECONDS),
    )


with DAG(
    dag_id="strata_weekly",
    # a cron text alone would have no data interval on Airflow 3
    schedule=CronDataIntervalTimetable("0 0 * * 0", timezone="UTC"),
    start_date=datetime(2026, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    user_defined_macros={"interval": interval},
    tags=["strata"],
) as dag:
    unlabelled = ("--set", f"data.path={DATA_OF_INTERVAL}/unlabelled.csv",
                  "--set", f"data.shards={RUN_OF_INTERVAL}/shards")
    labelled = ("--set", f"data.path={DATA_OF_INTERVAL}/labelled.csv")

    prepare = strata("prepare", "prepare", f"{RUN_OF_INTERVAL}/prepare", *unlabelled)
    pretrain = strata("pretrain", "pretrain", f"{RUN_OF_INTERVAL}/pretrain", *unlabelled)
    fine_tune = strata("fine_tune", "fine-tune", f"{RUN_OF_INTERVAL}/fine-tune", *labelled,
                       "--model", f"{RUN_OF_INTERVAL}/pretrain")
    evaluate = strata("evaluate", "evaluate", f"{RUN_OF_INTERVAL}/evaluate",
                      "--set", f"data.path={DATA_OF_INTERVAL}/test.csv",
                      "--model", f"{RUN_OF_INTERVAL}/fine-tune")
    gate = StrataQualityGate(
        task_id="gate", jar=JAR, output_dir=f"{RUN_OF_INTERVAL}/evaluate",
        part="test", metric="accuracy", at_least=ACCURACY,
        retries=3, retry_delay=timedelta(seconds=RETRY_SECONDS),
    )
    publish = StrataSubmitOperator(
        task_id="publish", name=f"strata publish {INTERVAL}", jar=JAR, conn_id=CONNECTION,
        driver_memory=MEMORY, retries=3, retry_delay=timedelta(seconds=RETRY_SECONDS),
        # an alias for each interval: repeating an old interval moves no other
        application_args=["models", "publish", f"{RUN_OF_INTERVAL}/fine-tune", "--name", NAME,
                          "--alias", ALIAS, "--zoo", ZOO],
    )
    extract = strata("extract", "extract", f"{RUN_OF_INTERVAL}/extract",
                     "--set", f"data.path={DATA_OF_INTERVAL}/unlabelled.csv",
                     "--model", f"zoo:{NAME}@{ALIAS}", "--zoo", ZOO)

    prepare >> pretrain >> fine_tune >> evaluate >> gate >> publish >> extract
