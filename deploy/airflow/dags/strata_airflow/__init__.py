"""Strata's operators for Airflow, and the decisions behind them."""
