#!/usr/bin/env bash
# Spark's linear regression gives a time in milliseconds the coefficient 0 where 2 fits each row exactly.
#
# Packages: Spark 4.2.0 (spark-mllib), default settings (solver "auto") and solver "l-bfgs"
# Input: 1,000 rows with label = 2 * (x - first x) + 3; x counts from 0, from 2020, from a time in seconds, and in steps
#   of 60 from a time in milliseconds (one minute of measurements).
# Expected: the slope 2 and a root mean squared error near 0 in each case: a shift of x changes the intercept only, and
#   LinearRegression standardizes features by default.
# What happens: up to 4,096 features the solver "auto" takes the normal equations. It adds up x * x and subtracts the
#   square of the mean, so that little is left of the deviation beside a large mean: for seconds the predictions are off
#   by some units. For milliseconds the feature counts as constant and gets the coefficient 0: the model predicts the
#   mean. Nothing warns of it. L-BFGS takes the deviations about a running mean and is right.
# Output seen on 2026-11-30:
#   x from 0 in steps of 1: slope 2.0, error below 0.01; with l-bfgs slope 2.0, error below 0.01
#   x from 2020 in steps of 1: slope 2.0, error below 0.01; with l-bfgs slope 2.0, error below 0.01
#   x from 1700000000 in steps of 1: slope 2.0, error above 1; with l-bfgs slope 2.0, error below 0.01
#   x from 1700000000000 in steps of 60: slope 0.0, error above 10000; with l-bfgs slope 2.0, error below 0.01
# Why it matters: times, identifiers and counters with a large offset are ordinary features. A linear baseline that
#   cannot use its best feature makes any deep network look good.
# Strata: fits linear models with this class, but on features in float32 that it has standardized before.
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
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
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
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    show(spark, 0L, 1);
    show(spark, 2020L, 1);
    show(spark, 1_700_000_000L, 1);
    show(spark, 1_700_000_000_000L, 60);
    spark.stop();
  }

  private static void show(SparkSession spark, long first, int step) {
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x"})
            .setOutputCol("features")
            .transform(
                spark
                    .range(0, 1000, 1, 1)
                    .selectExpr(first + "L + id * " + step + " as x", "2.0D * id * " + step + " + 3 as label"));
    System.out.printf(
        "x from %d in steps of %d: %s; with l-bfgs %s%n",
        first, step, fit(rows, "auto"), fit(rows, "l-bfgs"));
  }

  private static String fit(Dataset<Row> rows, String solver) {
    LinearRegressionModel model = new LinearRegression().setSolver(solver).fit(rows);
    double error = model.summary().rootMeanSquaredError();
    return String.format(
        Locale.ROOT,
        "slope %.1f, error %s",
        model.coefficients().apply(0),
        error < 0.01 ? "below 0.01" : error > 10_000 ? "above 10000" : error > 1 ? "above 1" : error);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
x from 0 in steps of 1: slope 2.0, error below 0.01; with l-bfgs slope 2.0, error below 0.01
x from 2020 in steps of 1: slope 2.0, error below 0.01; with l-bfgs slope 2.0, error below 0.01
x from 1700000000 in steps of 1: slope 2.0, error above 1; with l-bfgs slope 2.0, error below 0.01
x from 1700000000000 in steps of 60: slope 0.0, error above 10000; with l-bfgs slope 2.0, error below 0.01
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
  echo "spark-linear-regression-of-timestamps: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-linear-regression-of-timestamps: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-linear-regression-of-timestamps: as stated in the header"
