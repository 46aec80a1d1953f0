"""Exceptions of the stand-in for Airflow, where Airflow has them since 3.1."""

from airflow import VERSION

if VERSION < (3, 1):
    raise ImportError("no module named airflow.sdk.exceptions before Airflow 3.1")

from airflow.exceptions import AirflowException, AirflowFailException  # noqa: E402, F401
