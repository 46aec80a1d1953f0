#!/usr/bin/env bash
# The correlation of two columns changes, down to NaN, when one-hot columns stand beside them in the vector.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: start and end of 3,600 events in seconds since 1970, within one hour or within one minute; as vectors of
#   these two columns, with one 0/1 column beside them, and with the six of a one-hot encoding. All vectors are cut
#   from the same rows by VectorAssembler.
# Expected: the correlation of start and end does not depend on the other columns: 0.999989 and 0.962197, as
#   DataFrame.stat.corr computes them.
# What happens: more than half of the values are zero with six classes, and the covariance is then computed as the
#   mean of products less the product of means, in which numbers like 1.7e9 cancel all digits: 0.9953 and NaN were
#   seen here (the digits may differ between processors). Vectors with fewer zeros are centred first. PCA uses the
#   same covariance.
# Output seen on 2026-11-29:
#   3600 seconds: DataFrame.stat.corr 0.999989
#     vectors of 2 columns: the same
#     vectors of 2 columns and 1 class: the same
#     vectors of 2 columns and 6 classes: another
#   60 seconds: DataFrame.stat.corr 0.962197
#     vectors of 2 columns: the same
#     vectors of 2 columns and 1 class: the same
#     vectors of 2 columns and 6 classes: another
# Why it matters: a check for redundant columns, or a PCA, changes its answer by adding a class, and only for columns
#   that are large against their spread, such as times. Subtract a constant first.
# Strata: computes its statistics itself, centred, and uses neither Correlation nor PCA of Spark.
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
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.stat.Correlation;
import org.apache.spark.sql.*;

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
    for (int seconds : new int[] {3600, 60}) {
      // Start and end of events within that time, in seconds since 1970, and the one-hot columns of six classes.
      Dataset<Row> events =
          spark.range(0, 3600, 1, 1)
              .selectExpr(
                  "1.7e9D + id % " + seconds + " as start",
                  "1.7e9D + id % " + seconds + " + id * 31 % 17 as end",
                  "double(id % 6 = 0) as a",
                  "double(id % 6 = 1) as b",
                  "double(id % 6 = 2) as c",
                  "double(id % 6 = 3) as d",
                  "double(id % 6 = 4) as e",
                  "double(id % 6 = 5) as f");
      double right = events.stat().corr("start", "end");
      System.out.printf("%d seconds: DataFrame.stat.corr %.6f%n", seconds, right);
      show("vectors of 2 columns", right, events, "start", "end");
      show("vectors of 2 columns and 1 class", right, events, "start", "end", "a");
      show("vectors of 2 columns and 6 classes", right, events, "start", "end", "a", "b", "c", "d", "e", "f");
    }
    spark.stop();
  }

  private static void show(String name, double right, Dataset<Row> events, String... columns) {
    Dataset<Row> vectors =
        new VectorAssembler().setInputCols(columns).setOutputCol("v").transform(events).select("v");
    double found = ((Matrix) Correlation.corr(vectors, "v").head().get(0)).apply(0, 1);
    // The digits of a wrong result may depend on the processor: they go to the other stream.
    System.err.println(name + " " + found);
    System.out.printf("  %s: %s%n", name, Math.abs(found - right) < 0.0001 ? "the same" : "another");
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
3600 seconds: DataFrame.stat.corr 0.999989
  vectors of 2 columns: the same
  vectors of 2 columns and 1 class: the same
  vectors of 2 columns and 6 classes: another
60 seconds: DataFrame.stat.corr 0.962197
  vectors of 2 columns: the same
  vectors of 2 columns and 1 class: the same
  vectors of 2 columns and 6 classes: another
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
  echo "spark-correlation-beside-zeros: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-correlation-beside-zeros: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-correlation-beside-zeros: as stated in the header"
