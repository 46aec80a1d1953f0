/** Runs in an MLflow tracking server: parameters, metrics, artifacts, model versions. */
package dev.strata.driver.mlflow;
