#!/usr/bin/env bash
# Spark's areaUnderPR of a perfect ranking with rare positives is 0.1 instead of 1.0, since scores
# are thinned to 1,000 points.
#
# Packages: Spark 3.5.5 (the same with 4.2.0), BinaryClassificationEvaluator with its default
#   numBins = 1000
# Input: 1,000,000 rows with different scores; the 100 positives have the 100 highest.
# Expected: 1.0 for both areas, or a small error: 1,000 points sound like plenty for a curve.
# What happens: neighbouring scores are merged into 1,000 groups of 1,000 rows. The first holds all
#   positives and 900 negatives, so that the precision of its single point is 0.1, and so is the
#   area. The area under the ROC curve hides it (0.9995). With numBins = 0 both are 1.0.
# Output seen on 2026-11-28:
#   numBins 1000, areaUnderROC: 0.9995
#   numBins 1000, areaUnderPR: 0.1000
#   numBins 0, areaUnderROC: 1.0000
#   numBins 0, areaUnderPR: 1.0000
# Why it matters: rare positives are just where people look at this area, and the fault grows with
#   the data: the same model looks ten times worse on ten times the rows.
# Strata: does not use it. Its curves take thresholds from the bits of the scores, with a stated
#   bound of the error (docs/metrics.md).
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
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala-library</artifactId><version>2.12.18</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>2.0.7</version></dependency>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-core</artifactId><version>2.15.2</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.12</artifactId><version>3.5.5</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
rootLogger.level = off
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.util.*;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.sql.*;

public class Finding {
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    Dataset<Row> ranked =
        spark
            .range(0, 1_000_000, 1, 4)
            .selectExpr("double(id < 100) as label", "1.0D - id / 1000000.0D as rawPrediction")
            .cache();
    for (int bins : new int[] {1000, 0}) {
      for (String metric : List.of("areaUnderROC", "areaUnderPR")) {
        double area =
            new BinaryClassificationEvaluator().setNumBins(bins).setMetricName(metric).evaluate(ranked);
        System.out.println(String.format(Locale.ROOT, "numBins %d, %s: %.4f", bins, metric, area));
      }
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
numBins 1000, areaUnderROC: 0.9995
numBins 1000, areaUnderPR: 0.1000
numBins 0, areaUnderROC: 1.0000
numBins 0, areaUnderPR: 1.0000
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
cd "$work"
if ! java -Xmx1g "${opens[@]}" -Dlog4j2.configurationFile="$work/log4j2.properties" -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "spark-pr-area-of-perfect-ranking: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-pr-area-of-perfect-ranking: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-pr-area-of-perfect-ranking: as stated in the header"
