#!/usr/bin/env bash
# submit.sh COMMAND [--config FILE] [--set key=value]... [-- any spark-submit arguments]
# Runs a command of Strata in cluster mode on Kubernetes, waits for its end, and exits with its code.
#
# NEVER RUN against a cluster. A test runs it with a stand-in for spark-submit.
#
# Environment: SPARK_HOME, a distribution of the image's Spark (3.5, or 4.0.1 or later) with its Kubernetes
# module, which the embedded Spark lacks;
# KUBERNETES_MASTER, the address that "kubectl cluster-info" shows, such as https://10.0.0.1:6443.
set -euo pipefail

folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
: "${SPARK_HOME:?set SPARK_HOME to a distribution of Spark 3.5, or 4.0.1 or later}"
: "${KUBERNETES_MASTER:?set KUBERNETES_MASTER to the address of the API server}"

ours=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  ours+=("$1")
  shift
done
[ $# -eq 0 ] || shift

# strata.jar as it lies in the image.
export STRATA_JAR=local:///opt/strata/strata.jar
exec "$folder/../bin/strata" ${ours[@]+"${ours[@]}"} -- --master "k8s://$KUBERNETES_MASTER" --deploy-mode cluster \
  --properties-file "$folder/spark.conf" "$@"
