"""Stand-in for Airflow: see README.md beside this package. Not Airflow."""

import os

STAND_IN = True
__version__ = os.environ.get("AIRFLOW_STAND_IN_VERSION", "3.3")
VERSION = tuple(int(part) for part in __version__.split("."))
