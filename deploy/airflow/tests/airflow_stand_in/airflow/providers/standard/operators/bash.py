"""BashOperator of the stand-in for Airflow."""

import subprocess

from airflow.exceptions import AirflowException
from airflow.sdk import BaseOperator


class BashOperator(BaseOperator):
    """A command line in bash."""

    template_fields = ("bash_command",)

    def __init__(self, *, bash_command, **kwargs):
        super().__init__(**kwargs)
        self.bash_command = bash_command

    def execute(self, context):
        code = subprocess.run(["bash", "-c", self.bash_command], check=False).returncode
        if code != 0:
            raise AirflowException(f"Bash command failed. The command returned a non-zero exit code {code}.")
