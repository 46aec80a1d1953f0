#!/usr/bin/env bash
# A logistic model of GeneralizedLinearRegression explodes, in silence, where each row has the weight 1,000.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: 200 rows of one number; the label is that of its sign, but for every fifth row. Family binomial, link logit,
#   weightCol with the same weight for all rows: 1, 100, 1,000, 10,000 and 1,000,000.
# Expected: the same coefficient each time: weights that are all multiplied by one number have the same maximum
#   likelihood. LogisticRegression finds it at every weight.
# What happens: the iterations start from means (w y + 0.5) / (w + 1), which for large w are next to 0 and 1. Their
#   logits are far out, the first step overshoots, and with no check of the deviance the coefficients grow to 1e14. All
#   25 iterations end without an error or a warning, and the model predicts.
# Output seen on 2026-12-01:
#   each row weighs 1: coefficient 1.0987 after 5 of 25 iterations; LogisticRegression 1.0987
#   each row weighs 100: coefficient 1.0987 after 6 of 25 iterations; LogisticRegression 1.0987
#   each row weighs 1000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
#   each row weighs 10000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
#   each row weighs 1000000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
# Why it matters: weights of survey rows and of rows that stand for counts are often in the thousands. Divide them by
#   their mean first, or compare numIterations with maxIter.
# Strata: fits logistic regressions with LogisticRegression.
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
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.*;
import org.apache.spark.sql.*;

public class Finding {
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    // The label is that of the sign of x, but for every fifth row.
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x"})
            .setOutputCol("features")
            .transform(
                spark.range(0, 200, 1, 1)
                    .selectExpr("(id - 99.5) / 50 as x", "double((id >= 100) != (id % 5 = 0)) as label"));
    for (double weight : new double[] {1, 100, 1e3, 1e4, 1e6}) {
      Dataset<Row> weighted = rows.withColumn("weight", functions.lit(weight)).cache();
      GeneralizedLinearRegressionModel model =
          new GeneralizedLinearRegression().setFamily("binomial").setWeightCol("weight").fit(weighted);
      double other = new LogisticRegression().setWeightCol("weight").fit(weighted).coefficients().apply(0);
      double found = model.coefficients().apply(0);
      System.out.printf(
          Locale.ROOT,
          "each row weighs %.0f: coefficient %s after %d of 25 iterations; LogisticRegression %.4f%n",
          weight,
          Math.abs(found) < 100 ? String.format(Locale.ROOT, "%.4f", found) : "beyond 1e12 in size: " + (Math.abs(found) > 1e12),
          model.summary().numIterations(),
          other);
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
each row weighs 1: coefficient 1.0987 after 5 of 25 iterations; LogisticRegression 1.0987
each row weighs 100: coefficient 1.0987 after 6 of 25 iterations; LogisticRegression 1.0987
each row weighs 1000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
each row weighs 10000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
each row weighs 1000000: coefficient beyond 1e12 in size: true after 25 of 25 iterations; LogisticRegression 1.0987
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
  echo "spark-glm-of-heavy-rows: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-glm-of-heavy-rows: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-glm-of-heavy-rows: as stated in the header"
