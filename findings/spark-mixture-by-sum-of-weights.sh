#!/usr/bin/env bash
# What GaussianMixture finds depends on the unit of the weights: heavier rows go on for 336 iterations, lighter ones stop
# after 3.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: 150 numbers, one hundred around 0 and fifty around 2; GaussianMixture with k = 2, one seed, at most 1,000
#   iterations, the default tol, and a weightCol with the same weight for all rows, from 1/150 to 100.
# Expected: the same mixture: a weight that all rows share says nothing. scikit-learn and R's mclust compare the mean
#   log likelihood of a row, or its relative change.
# What happens: tol (0.01) is compared with the change of the sum of the weighted log likelihoods. With weights of sum 1
#   the first steps already change it by less, and the mixture stays near its start. The same happens without weights:
#   few rows stop early, many rows late.
# Output seen on 2026-12-01:
#   each row weighs 0.0067: means 0.97 and 0.45, shares 0.42 and 0.58, 3 iterations
#   each row weighs 0.1000: means 0.96 and 0.45, shares 0.42 and 0.58, 7 iterations
#   each row weighs 1.0000: means 1.59 and -0.12, shares 0.46 and 0.54, 56 iterations
#   each row weighs 10.0000: means 1.65 and -0.15, shares 0.45 and 0.55, 70 iterations
#   each row weighs 100.0000: means 2.00 and -0.00, shares 0.33 and 0.67, 336 iterations
# Why it matters: weights that are normalized to sum 1, which other libraries ask for, end the fit after three steps, and
#   the summary does not say that it was cut short. Scale weights to a mean of 1, and choose tol by the number of rows.
# Strata: does not use it.
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
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.clustering.*;
import org.apache.spark.ml.feature.VectorAssembler;
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
    // Two overlapping groups: one hundred normal quantiles around 0, and fifty around 2.
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x"})
            .setOutputCol("features")
            .transform(
                spark.range(0, 150, 1, 1)
                    .selectExpr(
                        "ln(((id % 50) + 0.5) / (49.5 - (id % 50))) / 1.7 + if(id < 100, 0, 2) as x"));
    for (double weight : new double[] {1.0 / 150, 0.1, 1, 10, 100}) {
      Dataset<Row> weighted = rows.withColumn("weight", functions.lit(weight)).cache();
      GaussianMixtureModel model =
          new GaussianMixture().setK(2).setSeed(1).setMaxIter(1000).setWeightCol("weight").fit(weighted);
      System.out.printf(
          Locale.ROOT,
          "each row weighs %.4f: means %s, shares %s, %d iterations%n",
          weight,
          Arrays.stream(model.gaussians())
              .map(own -> String.format(Locale.ROOT, "%.2f", own.mean().apply(0)))
              .collect(Collectors.joining(" and ")),
          Arrays.stream(model.weights())
              .mapToObj(own -> String.format(Locale.ROOT, "%.2f", own))
              .collect(Collectors.joining(" and ")),
          model.summary().numIter());
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
each row weighs 0.0067: means 0.97 and 0.45, shares 0.42 and 0.58, 3 iterations
each row weighs 0.1000: means 0.96 and 0.45, shares 0.42 and 0.58, 7 iterations
each row weighs 1.0000: means 1.59 and -0.12, shares 0.46 and 0.54, 56 iterations
each row weighs 10.0000: means 1.65 and -0.15, shares 0.45 and 0.55, 70 iterations
each row weighs 100.0000: means 2.00 and -0.00, shares 0.33 and 0.67, 336 iterations
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
  echo "spark-mixture-by-sum-of-weights: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-mixture-by-sum-of-weights: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-mixture-by-sum-of-weights: as stated in the header"
