#!/usr/bin/env bash
# Spark's F test of a time in seconds is negative: feature selection drops the time and keeps a column without relation.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: 1,000 rows of three classes; a feature whose mean differs between the classes (F = 40), the same plus
#   100,000,000 and plus 1,700,000,000 (seconds), and a second feature without relation to the class. ANOVATest, and
#   UnivariateFeatureSelector for the best one of the two features.
# Expected: F and its p-value do not depend on a constant that is added to a feature, and F is at least 0. The first
#   feature is selected.
# What happens: the sums of squares within and between classes are differences of sums of squares and squared sums,
#   without the mean being taken off first. Beside a large mean they are rounding errors, of either sign: F is 0 or
#   negative, p is 1.000, and the selector takes the other feature. No warning.
# Output seen on 2026-11-30:
#   time from 0: F = 40.49, p = 0.000; other F = 0.05, p = 0.951; selected: time
#   time from 100000000: F = 0.00, p = 1.000; other F = 0.05, p = 0.951; selected: other
#   time from 1700000000: F = -14.24, p = 1.000; other F = 0.05, p = 0.951; selected: other
# Why it matters: times, identifiers and counters with a large offset are dropped in silence before any model sees them.
# Strata: does not select features by this test; its own statistics take moments about a running mean (Moments).
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
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>4.2.0</version></dependency>
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
import java.util.Locale;
import org.apache.spark.ml.feature.UnivariateFeatureSelector;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.ANOVATest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

public class Finding {
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    for (long first : new long[] {0, 100_000_000, 1_700_000_000}) {
      Dataset<Row> rows =
          new VectorAssembler()
              .setInputCols(new String[] {"time", "other"})
              .setOutputCol("features")
              .transform(
                  spark
                      .range(0, 1000, 1, 1)
                      .selectExpr(
                          first + "D + id % 10 + id % 3 as time",
                          "(id * 37) % 11 as other",
                          "cast(id % 3 as double) as label"));
      Row test = ANOVATest.test(rows, "features", "label").first();
      int[] selected =
          new UnivariateFeatureSelector()
              .setFeatureType("continuous")
              .setLabelType("categorical")
              .setSelectionMode("numTopFeatures")
              .setSelectionThreshold(1)
              .setFeaturesCol("features")
              .setOutputCol("selected")
              .fit(rows)
              .selectedFeatures();
      System.out.printf(
          Locale.ROOT,
          "time from %d: F = %.2f, p = %.3f; other F = %.2f, p = %.3f; selected: %s%n",
          first,
          test.<Vector>getAs("fValues").apply(0),
          test.<Vector>getAs("pValues").apply(0),
          test.<Vector>getAs("fValues").apply(1),
          test.<Vector>getAs("pValues").apply(1),
          selected[0] == 0 ? "time" : "other");
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
time from 0: F = 40.49, p = 0.000; other F = 0.05, p = 0.951; selected: time
time from 100000000: F = 0.00, p = 1.000; other F = 0.05, p = 0.951; selected: other
time from 1700000000: F = -14.24, p = 1.000; other F = 0.05, p = 0.951; selected: other
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
  echo "spark-anova-of-timestamps: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-anova-of-timestamps: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-anova-of-timestamps: as stated in the header"
