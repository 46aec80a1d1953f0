"""Exceptions of the stand-in for Airflow."""


class AirflowException(Exception):
    """A failure; it is retried."""


class AirflowFailException(AirflowException):
    """A failure; it is not retried."""
