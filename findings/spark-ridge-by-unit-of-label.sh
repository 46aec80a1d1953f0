#!/usr/bin/env bash
# Ridge regression in Spark ML shrinks more or less by the unit of the label: in cents less than in euros.
#
# Packages: Spark 3.5.5
# Input: 100 rows y = 2 x, x alternately -1 and 1, so that the variance of x is 1; regParam 1, elasticNetParam
#   0, standardization false, no intercept; then the same with the label times 100 and divided by 100. Solvers
#   normal and l-bfgs.
# Expected: the documented objective, 1/(2n) sum (y - w x)^2 + regParam/2 w^2, has the minimum w = 2/(1 + 1) =
#   1.0; in the other units 100 times and a hundredth of that, as with any ridge regression.
# What happens: the label is divided by its standard deviation first, whatever standardization says, and the
#   penalty holds for that problem: the effective penalty is regParam divided by the label's deviation.
# Output seen on 2026-11-29:
#   normal, label times 0.01: weight 0.0392 times that
#   normal, label times 1.0: weight 1.3333 times that
#   normal, label times 100.0: weight 1.9900 times that
#   l-bfgs, label times 0.01: weight 0.0394 times that
#   l-bfgs, label times 1.0: weight 1.3356 times that
#   l-bfgs, label times 100.0: weight 1.9901 times that
# Why it matters: regParam found for prices in euros does almost nothing for prices in cents, and cross-validation
#   over a fixed grid depends on the unit.
# Strata: gives Spark ML labels of deviation 1 in compare and in teachers, and scales the predictions back
#   (LabelScale).
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
import org.apache.spark.ml.linalg.*;
import org.apache.spark.ml.regression.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;

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
    StructType schema =
        new StructType().add("label", DataTypes.DoubleType).add("features", new VectorUDT());
    for (String solver : new String[] {"normal", "l-bfgs"}) {
      for (double unit : new double[] {0.01, 1, 100}) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          double x = i % 2 == 0 ? -1 : 1;
          rows.add(RowFactory.create(2 * x * unit, Vectors.dense(x)));
        }
        double weight =
            new LinearRegression()
                .setSolver(solver)
                .setRegParam(1)
                .setElasticNetParam(0)
                .setStandardization(false)
                .setFitIntercept(false)
                .setTol(1e-12)
                .fit(spark.createDataFrame(rows, schema))
                .coefficients()
                .apply(0);
        System.out.println(
            String.format(
                Locale.ROOT, "%s, label times %s: weight %.4f times that", solver, unit, weight / unit));
      }
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
normal, label times 0.01: weight 0.0392 times that
normal, label times 1.0: weight 1.3333 times that
normal, label times 100.0: weight 1.9900 times that
l-bfgs, label times 0.01: weight 0.0394 times that
l-bfgs, label times 1.0: weight 1.3356 times that
l-bfgs, label times 100.0: weight 1.9901 times that
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
  echo "spark-ridge-by-unit-of-label: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-ridge-by-unit-of-label: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-ridge-by-unit-of-label: as stated in the header"
