"""Operators that run Strata's commands and retry what a retry can help.

Written for Airflow 3.0 to 3.4 with apache-airflow-providers-apache-spark 6.x. Never run with a
real Airflow by Strata's build, which has none; tests/ runs them with a stand-in for Airflow.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import time
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import BaseOperator

try:
    from airflow.sdk.exceptions import AirflowException, AirflowFailException
except ImportError:  # Airflow 3.0
    from airflow.exceptions import AirflowException, AirflowFailException

try:
    from airflow.sdk import RetryDecision, RetryPolicy
except ImportError:  # before Airflow 3.3
    RetryPolicy = None

from strata_airflow.decisions import (
    Decision,
    GateFailed,
    Outcome,
    check_gate,
    decide,
    exit_code,
    finished,
    of_client_mode,
    of_status,
)

MAIN_CLASS = "dev.strata.jobs.Strata"

_ADD_OPENS = (
    "java.base/java.lang", "java.base/java.lang.invoke", "java.base/java.lang.reflect",
    "java.base/java.io", "java.base/java.net", "java.base/java.nio", "java.base/java.util",
    "java.base/java.util.concurrent", "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref", "java.base/sun.nio.ch", "java.base/sun.nio.cs",
    "java.base/sun.security.action", "java.base/sun.util.calendar",
)

JAVA_17_OPTIONS = " ".join(f"--add-opens={package}=ALL-UNNAMED" for package in _ADD_OPENS)
"""Options that Spark needs on Java 17; a standalone Master starts drivers without them."""

if RetryPolicy is not None:

    class StrataRetryPolicy(RetryPolicy):
        """Fails at once on codes 2, 3 and 4, retries on 5, and leaves other failures to Airflow.

        For any operator whose exception names the exit code: SparkSubmitOperator in client mode,
        BashOperator, and the operators below in every mode. Airflow asks no policy if the worker
        itself dies; it then retries as `retries` says, and Strata resumes.
        """

        def evaluate(self, exception: BaseException, try_number: int, max_tries: int,
                     context: Any = None) -> RetryDecision:
            code = exit_code(str(exception))
            decision = decide(code)
            if decision is Decision.FAIL:
                return RetryDecision.fail(reason=f"Strata's exit code {code}: a retry fails again")
            if decision is Decision.RETRY:
                return RetryDecision.retry(reason=f"Strata's exit code {code}: a retry resumes")
            return RetryDecision.default()

        def serialize(self) -> dict[str, Any]:
            return {"__type": f"{type(self).__module__}.{type(self).__qualname__}"}

        @classmethod
        def deserialize(cls, data: dict[str, Any]) -> StrataRetryPolicy:
            return cls()

else:
    StrataRetryPolicy = None


def read_status(jar: str, output_dir: str, spark_binary: str | None = None) -> dict[str, Any] | None:
    """`strata status --json` of an output folder on any file system; None if it cannot be read.

    It starts no Spark session. spark-submit brings the Hadoop configuration with it.
    """
    command = [
        spark_binary or "spark-submit", "--master", "local[1]", "--deploy-mode", "client",
        "--driver-memory", "512m", "--class", MAIN_CLASS, jar,
        "status", "--output", output_dir, "--json",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    start = done.stdout.find("{")
    if done.returncode != 0 or start < 0:
        print(f"cannot read the status of {output_dir}: {done.stderr.strip()[-2000:]}")
        return None
    return json.loads(done.stdout[start:])


def _failure(message: str, outcome: Outcome) -> AirflowException:
    """The exception that makes Airflow do what was decided.

    Its text names the code as SparkSubmitOperator does, so that a retry policy can read it. Before
    Airflow 3.3 there is no policy, and AirflowFailException alone stops retries.
    """
    text = f"{message}; {outcome.reason}."
    if outcome.code is not None:
        text += f" Error code is: {outcome.code}."
    if outcome.decision is Decision.FAIL and StrataRetryPolicy is None:
        return AirflowFailException(text)
    return AirflowException(text)


class StrataSubmitOperator(SparkSubmitOperator):
    """One command of Strata through spark-submit.

    jar: strata.jar; output_dir: the command's output folder, None for a command without one, such
    as `models publish`. deploy_mode: client (default) or cluster. It is given here, not by the
    connection, because it decides where the exit code is: in client mode in the exception, in
    cluster mode in failure.json. A command without output folder runs in client mode.

    durable: False by default, here and on every version: a retry submits again, and Strata resumes,
    or says with code 5 that the driver of the attempt before still works. On YARN in cluster mode
    Airflow 3.3 and later accept durable=True only together with yarn_track_via_rm_api=True.
    """

    template_fields = (*SparkSubmitOperator.template_fields, "output_dir")

    def __init__(self, *, jar: str, output_dir: str | None = None, deploy_mode: str = "client",
                 conf: dict[str, str] | None = None, durable: bool = False, **kwargs: Any) -> None:
        if deploy_mode not in ("client", "cluster"):
            raise ValueError(f"deploy_mode = {deploy_mode!r}; expected client or cluster")
        in_cluster = deploy_mode == "cluster" and output_dir is not None
        conf = dict(conf or {})
        if in_cluster:
            # a failure of the job is Airflow's to repeat, not YARN's
            conf.setdefault("spark.yarn.maxAppAttempts", "1")
            given = conf.get("spark.driver.extraJavaOptions")
            conf["spark.driver.extraJavaOptions"] = f"{JAVA_17_OPTIONS} {given}" if given else JAVA_17_OPTIONS
        if "durable" in inspect.signature(SparkSubmitOperator.__init__).parameters:
            kwargs["durable"] = durable
        if StrataRetryPolicy is not None:
            kwargs.setdefault("retry_policy", StrataRetryPolicy())
        kwargs.setdefault("java_class", MAIN_CLASS)
        super().__init__(application=jar, conf=conf,
                         deploy_mode="cluster" if in_cluster else "client", **kwargs)
        self.output_dir = output_dir
        self.in_cluster = in_cluster

    def execute(self, context: Any) -> Any:
        since = time.time()
        try:
            result = super().execute(context)
        except AirflowFailException:
            raise
        except Exception as failure:
            outcome = self._outcome(failure, since)
            raise _failure(f"{self.name} failed: {failure}", outcome) from failure
        if self.in_cluster:
            # Kubernetes reports success whatever the driver did
            status = self._status()
            if not finished(status, since):
                outcome = of_status(status, since)
                raise _failure(f"{self.name} ended without a result in {self.output_dir}", outcome)
        return result

    def _outcome(self, failure: Exception, since: float) -> Outcome:
        known = None if self.in_cluster else of_client_mode(str(failure))
        if known is None and self.output_dir is not None:
            known = of_status(self._status(), since)
        return known or Outcome(Decision.DEFAULT, None, "the exit code is not one of Strata's")

    def _status(self) -> dict[str, Any] | None:
        return read_status(self.application, self.output_dir)


class StrataBashOperator(BashOperator):
    """A command of Strata in a shell, such as `strata train --config c.conf -- --master yarn`.

    bin/strata exits with the job's own code in every deploy mode, so that the code is enough.
    """

    def __init__(self, **kwargs: Any) -> None:
        if StrataRetryPolicy is not None:
            kwargs.setdefault("retry_policy", StrataRetryPolicy())
        super().__init__(**kwargs)

    def execute(self, context: Any) -> Any:
        try:
            return super().execute(context)
        except AirflowException as failure:
            outcome = of_client_mode(str(failure))
            if outcome is None or StrataRetryPolicy is not None:
                raise
            raise _failure(str(failure), outcome) from failure


class StrataQualityGate(BaseOperator):
    """Fails, without a retry, unless a metric in a run's result.json is within its limits."""

    template_fields = ("output_dir",)

    def __init__(self, *, jar: str, output_dir: str, part: str, metric: str,
                 at_least: float | None = None, at_most: float | None = None, **kwargs: Any) -> None:
        if at_least is None and at_most is None:
            raise ValueError("a quality gate needs at_least or at_most")
        super().__init__(**kwargs)
        self.jar = jar
        self.output_dir = output_dir
        self.part = part
        self.metric = metric
        self.at_least = at_least
        self.at_most = at_most

    def execute(self, context: Any) -> float:
        status = read_status(self.jar, self.output_dir)
        if status is None:
            raise AirflowException(f"cannot read the result in {self.output_dir}")
        try:
            return check_gate(status, self.part, self.metric, self.at_least, self.at_most)
        except GateFailed as failure:
            raise AirflowFailException(f"quality gate: {failure}") from failure
