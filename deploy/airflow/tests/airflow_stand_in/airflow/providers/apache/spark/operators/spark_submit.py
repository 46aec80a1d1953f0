"""SparkSubmitOperator of the stand-in for Airflow: the command line in the documented order."""

import json
import os
import re
import subprocess
import time

from airflow import VERSION
from airflow.exceptions import AirflowException
from airflow.sdk import BaseOperator

_DRIVER = re.compile(r"driver-[0-9-]+")
_STATE = re.compile(r'"driverState" : "(\w+)"')
_ENDED = ("FINISHED", "UNKNOWN", "KILLED", "FAILED", "ERROR")
_MISSED_REPORTS = 10


def _connection(conn_id):
    """Host, port and extra of a connection, from AIRFLOW_CONN_ID in JSON, as Airflow reads it."""
    text = os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}")
    if text is None:
        raise AirflowException(f"The conn_id `{conn_id}` isn't defined")
    connection = json.loads(text)
    extra = connection.get("extra") or {}
    return connection["host"], connection.get("port"), json.loads(extra) if isinstance(extra, str) else extra


class SparkSubmitOperator(BaseOperator):
    """Runs spark-submit, which has to be on PATH."""

    template_fields = (
        "application", "conf", "files", "py_files", "jars", "driver_class_path", "packages",
        "exclude_packages", "keytab", "principal", "proxy_user", "name", "application_args", "env_vars",
        "properties_file",
    )

    def __init__(self, *, application="", conf=None, conn_id="spark_default", files=None, py_files=None,
                 archives=None, driver_class_path=None, jars=None, java_class=None, packages=None,
                 exclude_packages=None, repositories=None, total_executor_cores=None, executor_cores=None,
                 executor_memory=None, driver_memory=None, keytab=None, principal=None, proxy_user=None,
                 name="arrow-spark", num_executors=None, status_poll_interval=1, application_args=None,
                 env_vars=None, verbose=False, properties_file=None, yarn_queue=None, deploy_mode=None,
                 yarn_track_via_rm_api=False, durable=True, **kwargs):
        given = {key: value for key, value in locals().items() if key not in ("self", "kwargs", "__class__")}
        super().__init__(**kwargs)
        for key, value in given.items():
            setattr(self, key, value)

    def _master(self):
        host, port, _ = _connection(self.conn_id)
        address = f"{host}:{port}" if port else host
        return address if "://" in address or host.startswith(("local", "yarn")) else f"spark://{address}"

    def command(self):
        """The words of the command; options that are not set are left out."""
        _, _, extra = _connection(self.conn_id)
        master = self._master()
        yarn, kubernetes = master.startswith("yarn"), master.startswith("k8s")
        mode = self.deploy_mode or extra.get("deploy-mode")
        conf = dict(self.conf or {})
        if self.env_vars and (yarn or kubernetes):
            prefix = "spark.yarn.appMasterEnv." if yarn else "spark.kubernetes.driverEnv."
            conf.update({prefix + key: value for key, value in self.env_vars.items()})
        elif self.env_vars and mode == "cluster":
            raise AirflowException("SparkSubmitHook env_vars is not supported in standalone-cluster mode.")
        if kubernetes and extra.get("namespace"):
            conf["spark.kubernetes.namespace"] = extra["namespace"]
        words = ["spark-submit", "--master", master]
        for key, value in conf.items():
            words += ["--conf", f"{key}={value}"]
        options = [
            ("--properties-file", self.properties_file), ("--files", self.files),
            ("--py-files", self.py_files), ("--archives", self.archives),
            ("--driver-class-path", self.driver_class_path), ("--jars", self.jars),
            ("--packages", self.packages), ("--exclude-packages", self.exclude_packages),
            ("--repositories", self.repositories), ("--num-executors", self.num_executors),
            ("--total-executor-cores", self.total_executor_cores),
            ("--executor-cores", self.executor_cores), ("--executor-memory", self.executor_memory),
            ("--driver-memory", self.driver_memory), ("--keytab", self.keytab),
            ("--principal", self.principal), ("--proxy-user", self.proxy_user), ("--name", self.name),
            ("--class", self.java_class),
        ]
        for option, value in options:
            if value:
                words += [option, str(value)]
        if self.verbose:
            words.append("--verbose")
        for option, value in [("--queue", self.yarn_queue or extra.get("queue")), ("--deploy-mode", mode)]:
            if value:
                words += [option, value]
        return [*words, self.application, *(self.application_args or [])]

    def execute(self, context):
        words = self.command()
        master = self._master()
        cluster = "--deploy-mode" in words and words[words.index("--deploy-mode") + 1] == "cluster"
        if cluster and master.startswith("yarn") and VERSION >= (3, 3) and self.durable \
                and not self.yarn_track_via_rm_api:
            raise ValueError("YARN cluster mode with durable=True requires yarn_track_via_rm_api=True.")
        code, output = _run(words)
        if code:
            raise AirflowException(f"Cannot execute: {' '.join(words)}. Error code is: {code}.")
        if cluster and master.startswith("spark://"):
            self._track(master, output)

    def _track(self, master, output):
        """Asks for the driver's state until it has ended; only FINISHED passes."""
        driver = _DRIVER.search(output)
        if driver is None:
            raise AirflowException("No driver id is known: something went wrong when executing the command")
        missed = 0
        state = "SUBMITTED"
        while state not in _ENDED:
            time.sleep(self.status_poll_interval)
            code, answer = _run(["spark-submit", "--master", master, "--status", driver.group()])
            found = _STATE.search(answer)
            state = found.group(1) if found else "UNKNOWN" if "submissionId" in answer else state
            missed += code != 0
            if missed > _MISSED_REPORTS:
                raise AirflowException(f"Failed to poll for the driver status {_MISSED_REPORTS} times")
        if state != "FINISHED":
            raise AirflowException(f"ERROR : Driver {driver.group()} badly exited with status {state}")


def _run(words):
    """Exit code and output of a command, which is also shown."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return process.wait(), "".join(lines)
