"""Part of the stand-in for Airflow."""
