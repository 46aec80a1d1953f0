"""Reads an example DAG with Airflow if it can be imported, else with the stand-in; lists or runs its commands.

    python3 dag_runner.py list dags/strata_weekly.py [--start 2026-11-01 --end 2026-11-08] [--conf JSON]
    python3 dag_runner.py run  dags/strata_weekly.py [...] [--only TASK]

list prints a JSON array: task, and the command's words. run executes the tasks one after another as the
scheduler would, with their retries; it prints one line "EVENT {json}" for each attempt, and ends with 1 if
a task has failed. run always uses the stand-in: a real Airflow has `airflow dags test`.
"""

import argparse
import copy
import importlib.util
import json
import os
import shlex
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
DAGS = HERE.parent / "dags"
STAND_IN = HERE / "airflow_stand_in"


def use_airflow(stand_in_only=False):
    """Makes airflow importable; whether it is the stand-in."""
    if str(DAGS) not in sys.path:
        sys.path.insert(0, str(DAGS))
    if stand_in_only or importlib.util.find_spec("airflow") is None:
        if str(STAND_IN) not in sys.path:
            sys.path.insert(0, str(STAND_IN))
    import airflow

    return getattr(airflow, "STAND_IN", False)


def load(path):
    """The DAG in a file."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.dag


def context_of(dag, start=None, end=None, conf=None):
    """What templates see; a run without interval has neither logical_date nor data interval."""
    run_id = f"scheduled__{end.isoformat()}" if end else "manual__2026-11-09T08:15:00.123456+00:00"
    dag_run = SimpleNamespace(run_id=run_id, conf=conf or {}, logical_date=start, data_interval_start=start,
                              data_interval_end=end)
    return {"dag": dag, "dag_run": dag_run, "run_id": run_id}


def rendered(task, context):
    """A copy of the task, as one attempt has it."""
    attempt = copy.copy(task)
    attempt.render_template_fields(context)
    return attempt


def words(task):
    """The command of a rendered task; None if it has none."""
    if hasattr(task, "bash_command"):
        return shlex.split(task.bash_command)
    if hasattr(task, "command"):  # of the stand-in
        return task.command()
    if hasattr(task, "application"):  # of Airflow
        return task._get_hook()._build_spark_submit_command(task.application)
    return None


def commands(dag, context):
    listed = []
    for task in dag.topological_sort():
        found = words(rendered(task, context))
        if found is not None:
            listed.append({"task": task.task_id, "command": found})
    return listed


def event(**fields):
    print("EVENT " + json.dumps(fields), flush=True)


def run(dag, context, only=None):
    """Whether all tasks succeeded; those after a failed one do not run."""
    for task in dag.topological_sort():
        if only in (None, task.task_id) and not run_task(task, context):
            return False
    return True


def run_task(task, context):
    from airflow.exceptions import AirflowFailException

    for attempt in range(1, task.retries + 2):
        event(task=task.task_id, attempt=attempt, state="running")
        try:
            rendered(task, context).execute(context)
            event(task=task.task_id, attempt=attempt, state="success")
            return True
        except Exception as failure:  # as Airflow's task runner
            again = attempt <= task.retries and not isinstance(failure, AirflowFailException)
            if again and task.retry_policy is not None:
                answer = task.retry_policy.evaluate(failure, attempt, task.retries + 1, context)
                again = answer.action.value != "fail"
            event(task=task.task_id, attempt=attempt, state="up_for_retry" if again else "failed",
                  exception=type(failure).__name__, text=str(failure)[-1500:])
            if not again:
                return False
            time.sleep(task.retry_delay.total_seconds())
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["list", "run"])
    parser.add_argument("dag")
    parser.add_argument("--start", type=datetime.fromisoformat)
    parser.add_argument("--end", type=datetime.fromisoformat)
    parser.add_argument("--conf", type=json.loads)
    parser.add_argument("--only")
    options = parser.parse_args()
    stand_in = use_airflow(stand_in_only=options.what == "run")
    print(f"DAG read with {'the stand-in for Airflow' if stand_in else 'Airflow'}", file=sys.stderr)
    dag = load(options.dag)
    utc = [time and time.replace(tzinfo=timezone.utc) for time in (options.start, options.end)]
    context = context_of(dag, *utc, options.conf)
    if options.what == "list":
        print(json.dumps(commands(dag, context)))
        return 0
    return 0 if run(dag, context, options.only) else 1


if __name__ == "__main__":
    sys.exit(main())
