#!/usr/bin/env bash
# Spark: spark-submit drops --executor-memory on a local-cluster master without a word; --executor-cores too.
#
# Packages: spark-core_2.12 3.5.5 and spark-core_2.13 4.0.1; JDK 17
# Input: spark-submit --master local-cluster[1,1,1024] --executor-memory 777m --executor-cores 1, and the same with
#   --conf spark.executor.memory=777m; for comparison --master spark://… (the program opens no context, it only
#   prints the properties that it was given).
# Expected: local-cluster starts real executors with heaps of their own, so both forms set spark.executor.memory;
#   or spark-submit says that the option does not apply.
# What happens: with the option, the property is not set, so each executor gets the default heap of 1 GiB. With
#   --conf it is set. On a standalone master the option is heeded. Nothing is printed.
# Output seen on 2026-11-29:
#   3.5.5 local-cluster --executor-memory: memory unset, cores unset
#   3.5.5 local-cluster --conf: memory 777m, cores unset
#   3.5.5 standalone --executor-memory: memory 777m, cores 1
#   4.0.1 local-cluster --executor-memory: memory unset, cores unset
#   4.0.1 local-cluster --conf: memory 777m, cores unset
#   4.0.1 standalone --executor-memory: memory 777m, cores 1
# Why it matters: local-cluster is how people measure what an executor needs before they rent a cluster. Their
#   figures are then those of 1 GiB, whatever they asked for.
# Strata: its memory formula was measured with --conf; docs/operations.md has the figures.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

cat > "$work/Finding.java" <<'JAVA'
public class Finding {
  public static void main(String[] arguments) {
    System.out.println(
        arguments[0]
            + ": memory "
            + System.getProperty("spark.executor.memory", "unset")
            + ", cores "
            + System.getProperty("spark.executor.cores", "unset"));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
3.5.5 local-cluster --executor-memory: memory unset, cores unset
3.5.5 local-cluster --conf: memory 777m, cores unset
3.5.5 standalone --executor-memory: memory 777m, cores 1
4.0.1 local-cluster --executor-memory: memory unset, cores unset
4.0.1 local-cluster --conf: memory 777m, cores unset
4.0.1 standalone --executor-memory: memory 777m, cores 1
TEXT

javac -proc:none -d "$work/program" "$work/Finding.java"
(cd "$work/program" && jar --create --file ../program.jar Finding.class)

for artifact in 2.12:3.5.5 2.13:4.0.1; do
  version="${artifact#*:}"
  cat > "$work/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_${artifact%:*}</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
XML
  (cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies "-DoutputDirectory=lib-$version") >&2
  submit() {
    local name="$1"
    shift
    if ! java -cp "$work/lib-$version/*" org.apache.spark.deploy.SparkSubmit "$@" \
      --class Finding "$work/program.jar" "$version $name" 2> "$work/errors"; then
      tail -20 "$work/errors" >&2
      echo "spark-local-cluster-drops-executor-memory: spark-submit failed" >&2
      exit 1
    fi
  }
  submit "local-cluster --executor-memory" --master 'local-cluster[1,1,1024]' --executor-memory 777m --executor-cores 1
  submit "local-cluster --conf" --master 'local-cluster[1,1,1024]' --conf spark.executor.memory=777m
  submit "standalone --executor-memory" --master spark://127.0.0.1:1 --executor-memory 777m --executor-cores 1
done > "$work/seen"
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-local-cluster-drops-executor-memory: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-local-cluster-drops-executor-memory: as stated in the header"
