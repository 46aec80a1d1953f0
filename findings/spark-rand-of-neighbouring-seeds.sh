#!/usr/bin/env bash
# Spark's rand(1) and rand(2) have nine numbers in ten in common: the number of the partition is added to the seed.
#
# Packages: Spark 4.2.0
# Input: a column rand(seed) for 1,000 rows in ten partitions, with the seeds 1 and 2, with the seeds 1 to 10, and with
#   ten seeds that are 1,000 apart; the same for randn.
# Expected: another seed gives other numbers: 2,000 different numbers for two seeds, 10,000 for ten.
# What happens: partition p of rand(s) starts its generator with s + p. Partition 1 of rand(1) has the numbers that
#   partition 0 of rand(2) has, and so on: a seed of one more moves the numbers one partition down. Ten seeds have 19
#   partitions' worth of numbers, not 100.
# Output seen on 2026-11-30:
#   rand, seeds 1 and 2: 1100 different numbers of 2000
#   rand, seeds 1 to 10: 1900 different numbers of 10000
#   rand, seeds 1000, 2000, ...: 10000 different numbers of 10000
#   randn, seeds 1 and 2: 1100 different numbers of 2000
#   randn, seeds 1 to 10: 1900 different numbers of 10000
#   randn, seeds 1000, 2000, ...: 10000 different numbers of 10000
# Why it matters: repetitions with the seeds 1, 2, 3, ... (folds, bootstraps, noise for augmentation, splits by
#   `rand(seed) < 0.8`) are taken for independent. With 200 partitions they are shifted copies of each other, and the
#   spread between them says too little. Seeds further apart than there are partitions are needed.
# Strata: draws with seeds of its own that are mixed with SplitMix64 (Seeds) and does not use rand.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

cat > "$work/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql_2.13</artifactId><version>4.2.0</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

public class Finding {
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    for (String function : new String[] {"rand", "randn"}) {
      show(spark, function, "seeds 1 and 2", 1, 2);
      show(spark, function, "seeds 1 to 10", 1, 10);
      show(spark, function, "seeds 1000, 2000, ...", 1000, 10);
    }
    spark.stop();
  }

  private static void show(SparkSession spark, String function, String name, long step, int seeds) {
    Set<Double> different = new HashSet<>();
    for (int i = 1; i <= seeds; i++) {
      Column numbers = function.equals("rand") ? functions.rand(i * step) : functions.randn(i * step);
      for (Row row : spark.range(0, 1_000, 1, 10).select(numbers).collectAsList()) {
        different.add(row.getDouble(0));
      }
    }
    System.out.println(
        function + ", " + name + ": " + different.size() + " different numbers of " + seeds * 1_000);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
rand, seeds 1 and 2: 1100 different numbers of 2000
rand, seeds 1 to 10: 1900 different numbers of 10000
rand, seeds 1000, 2000, ...: 10000 different numbers of 10000
randn, seeds 1 and 2: 1100 different numbers of 2000
randn, seeds 1 to 10: 1900 different numbers of 10000
randn, seeds 1000, 2000, ...: 10000 different numbers of 10000
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
cd "$work"
if ! java -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${opens[@]}" -Dlog4j2.configurationFile="$work/log4j2.properties" -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "spark-rand-of-neighbouring-seeds: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-rand-of-neighbouring-seeds: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-rand-of-neighbouring-seeds: as stated in the header"
