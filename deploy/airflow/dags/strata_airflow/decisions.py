"""What a failed attempt means, which rows a run reads, and whether a model is good enough.

Pure functions: no Airflow, no Spark, no files. tests/test_decisions.py tests them.
"""

from __future__ import annotations

import enum
import hashlib
import math
import re
from datetime import datetime, timezone
from typing import Any, NamedTuple

SAME_EVERY_TIME = frozenset({2, 3, 4})
"""Exit codes that a retry cannot change: configuration, data, training diverged."""

CLUSTER = 5
"""Exit code of a failure of the cluster: a retry may help, and resumes."""

CLOCK_SKEW_SECONDS = 60
"""Clocks of this machine and of the output's store may differ by this much."""

# SparkSubmitOperator: "Cannot execute: ... Error code is: 3."  BashOperator: "... non-zero exit code 3."
_CODE = re.compile(r"(?:Error code is: |non-zero exit code )(-?\d+)\b")
_INTERVAL = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}")


class Decision(enum.Enum):
    """What to do after a failed attempt."""

    FAIL = "fail"
    """Fail the task at once: the same command fails again."""
    RETRY = "retry"
    """Retry while retries are left."""
    DEFAULT = "default"
    """The cause is unknown: leave it to Airflow, which retries while retries are left."""


class Outcome(NamedTuple):
    """How an attempt ended, as far as it is known."""

    decision: Decision
    code: int | None
    """Exit code by Strata's contract; None if only Spark or the operating system knows one."""
    reason: str


def exit_code(text: str) -> int | None:
    """The exit code in the text of an AirflowException; None if there is none.

    The command comes before the code and may hold any text, so the last match counts.
    """
    found = _CODE.findall(text)
    return int(found[-1]) if found else None


def decide(code: int | None) -> Decision:
    """The decision for an exit code of Strata's contract."""
    if code in SAME_EVERY_TIME:
        return Decision.FAIL
    return Decision.RETRY if code == CLUSTER else Decision.DEFAULT


def of_client_mode(text: str) -> Outcome | None:
    """The outcome of a driver on this machine, from the exception's text; None if it does not tell.

    Codes 1, 137 or -9 are Spark's or the operating system's: Strata's own record may know more.
    """
    code = exit_code(text)
    decision = decide(code)
    if decision is Decision.DEFAULT:
        return None
    return Outcome(decision, code, f"exit code {code}")


def of_status(status: dict[str, Any] | None, since: float) -> Outcome:
    """The outcome of an attempt that may have failed, from `strata status --json`.

    In cluster modes the exit code is lost (YARN: 1, standalone and Kubernetes: 0), and
    failure.json, which is a part of the status, is the truth.

    since: when this attempt began, in seconds since 1970. An older failure.json is an earlier
    attempt's, and says nothing about this one.
    """
    failure = (status or {}).get("failure")
    if not failure:
        return Outcome(Decision.DEFAULT, None, "the job left no failure.json")
    if _seconds(status.get("failed")) < since - CLOCK_SKEW_SECONDS:
        return Outcome(Decision.DEFAULT, None, "failure.json is an earlier attempt's")
    code = failure.get("exitCode")
    return Outcome(decide(code), code, f"exit code {code} in failure.json: {failure.get('message')}")


def finished(status: dict[str, Any] | None, since: float) -> bool:
    """Whether the run is finished and this attempt did not fail.

    A finished run has an old result.json beside a new failure.json if, for example, its rows
    have changed.
    """
    return (status or {}).get("state") == "finished" and of_status(status, since).code is None


def _seconds(time: str | None) -> float:
    if not time:
        return -math.inf
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


class GateFailed(Exception):
    """The model is not good enough, or its metric is missing."""


def check_gate(status: dict[str, Any] | None, part: str, metric: str, at_least: float | None = None,
               at_most: float | None = None) -> float:
    """The metric of a finished run's result.json, if it is within its limits.

    part: of the rows, such as "test"; also if evaluate measured all rows of a file.
    Raises GateFailed if the metric is missing, not finite, or out of limits.
    """
    parts = ((status or {}).get("result") or {}).get("metrics") or {}
    if part not in parts:
        raise GateFailed(f"no metrics of {part}; found: {', '.join(sorted(parts)) or 'none'}")
    value = parts[part].get(metric)
    if value is None:
        raise GateFailed(f"no metric {part}.{metric}; found: {', '.join(sorted(parts[part]))}")
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise GateFailed(f"{part}.{metric} = {value}; expected a finite number")
    if at_least is not None and value < at_least:
        raise GateFailed(f"{part}.{metric} = {value:.4g}; expected at least {at_least:.4g}")
    if at_most is not None and value > at_most:
        raise GateFailed(f"{part}.{metric} = {value:.4g}; expected at most {at_most:.4g}")
    return float(value)


def interval(dag_run: Any) -> str:
    """Name of a run's data interval, for folders and aliases: the same for all its attempts.

    Taken from, in this order: `interval` in the run's configuration (to repeat an interval by
    hand); the data interval, such as 20261101t0000_20261108t0000 (UTC); the run id. Runs started
    by hand or by an asset have neither logical_date nor data interval.
    """
    asked = (getattr(dag_run, "conf", None) or {}).get("interval")
    if asked is not None:
        if not isinstance(asked, str) or not _INTERVAL.fullmatch(asked):
            raise ValueError(f"interval = {asked!r}; expected lower-case letters, digits, _ and -")
        return asked
    start = getattr(dag_run, "data_interval_start", None)
    end = getattr(dag_run, "data_interval_end", None)
    if start is not None and end is not None:
        return f"{_minute(start)}_{_minute(end)}"
    run_id = str(dag_run.run_id)
    # two run ids may differ only in characters that a folder or an alias cannot have
    plain = re.sub(r"[^a-z0-9_-]+", "-", run_id.lower()).strip("-_")[:60]
    return f"{plain or 'run'}-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"


def _minute(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime("%Y%m%dt%H%M")
