#!/usr/bin/env bash
# Spark's k-means takes rows of weight 0 for centres: one of two clusters then has no row that counts.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: the numbers 0 to 99, of which 50 to 99 have the weight 0; KMeans with k = 2 and weightCol, with the default
#   start and several seeds; the same without the rows of weight 0.
# Expected: two centres near 12 and 37, as without those rows: a row of weight 0 counts as if it were not there.
# What happens: the steps are weighted, but the start is not: the first centres are drawn from all rows, whatever their
#   weight. A centre that has rows of weight 0 only never moves, and the other keeps all rows that count. Two of four
#   seeds end so.
# Output seen on 2026-11-30:
#   k-means||, seed 1: centres 12.5 and 37.5, clusters used 2; without those rows: centres 12.5 and 37.5, clusters used 2
#   k-means||, seed 2: centres 24.5 and 76.6, clusters used 1; without those rows: centres 12.0 and 37.0, clusters used 2
#   k-means||, seed 3: centres 12.5 and 37.5, clusters used 2; without those rows: centres 12.0 and 37.0, clusters used 2
#   k-means||, seed 4: centres 24.5 and 75.9, clusters used 1; without those rows: centres 11.5 and 36.5, clusters used 2
#   random, seed 2: centres 24.5 and 99.0, clusters used 1; without those rows: centres 12.0 and 37.0, clusters used 2
# Why it matters: weights of 0 are a usual way to hold rows out or to mask padding. Here such rows take clusters away
#   from the others, and the model reports k clusters all the same. Filter the rows first.
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
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x"})
            .setOutputCol("features")
            .transform(spark.range(0, 100, 1, 1).selectExpr("double(id) as x", "double(id < 50) as weight"))
            .cache();
    for (int seed = 1; seed <= 4; seed++) {
      show("k-means||", seed, rows);
    }
    show("random", 2, rows);
    spark.stop();
  }

  private static void show(String start, int seed, Dataset<Row> rows) {
    Dataset<Row> weighted = rows.filter("weight > 0");
    System.out.println(
        start + ", seed " + seed + ": " + fitted(start, seed, rows, weighted)
            + "; without those rows: " + fitted(start, seed, weighted, weighted));
  }

  private static String fitted(String start, int seed, Dataset<Row> rows, Dataset<Row> weighted) {
    KMeansModel model =
        new KMeans().setK(2).setSeed(seed).setInitMode(start).setWeightCol("weight").fit(rows);
    Dataset<Row> clusters = model.transform(weighted);
    return Arrays.stream(model.clusterCenters())
            .map(center -> String.format(Locale.ROOT, "%.1f", center.apply(0)))
            .sorted()
            .collect(Collectors.joining(" and ", "centres ", ""))
        + ", clusters used " + clusters.select("prediction").distinct().count();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
k-means||, seed 1: centres 12.5 and 37.5, clusters used 2; without those rows: centres 12.5 and 37.5, clusters used 2
k-means||, seed 2: centres 24.5 and 76.6, clusters used 1; without those rows: centres 12.0 and 37.0, clusters used 2
k-means||, seed 3: centres 12.5 and 37.5, clusters used 2; without those rows: centres 12.0 and 37.0, clusters used 2
k-means||, seed 4: centres 24.5 and 75.9, clusters used 1; without those rows: centres 11.5 and 36.5, clusters used 2
random, seed 2: centres 24.5 and 99.0, clusters used 1; without those rows: centres 12.0 and 37.0, clusters used 2
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
  echo "spark-kmeans-rows-of-weight-zero: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-kmeans-rows-of-weight-zero: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-kmeans-rows-of-weight-zero: as stated in the header"
