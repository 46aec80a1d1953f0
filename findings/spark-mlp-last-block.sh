#!/usr/bin/env bash
# Spark's multilayer perceptron weighs the one row of a short last block like the 128 rows of a full
# one.
#
# Packages: Spark 3.5.5 (the same with 4.2.0)
# Input: 129 rows with the same feature in one partition: 128 of class 0, then one of class 1;
#   layers 1-2, the default block size 128, and 129 for comparison.
# Expected: the probability of class 1 becomes its share, 1/129 = 0.0078, as with logistic
#   regression: blockSize is documented as a matter of speed.
# What happens: with block size 128 it becomes 0.5: the gradient is the mean over the blocks, each a
#   mean over its own rows. With block size 129 it is 0.0078.
# Output seen on 2026-11-28:
#   block size 128: probability of class 1 0.5000
#   block size 129: probability of class 1 0.0078
#   logistic regression: probability of class 1 0.0078
# Why it matters: what is learned follows the order and the partitions of the rows. With few rows
#   per partition some weigh many times more than others.
# Strata: weighs averages by rows; a short last minibatch counts with its own number of rows
#   (WeightedAverage, tested with 2 workers against one machine).
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
import org.apache.spark.ml.classification.*;
import org.apache.spark.ml.linalg.*;
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
    List<Row> rows = new ArrayList<>(Collections.nCopies(128, RowFactory.create(0.0, Vectors.dense(1.0))));
    rows.add(RowFactory.create(1.0, Vectors.dense(1.0)));
    StructType schema =
        new StructType().add("label", DataTypes.DoubleType).add("features", new VectorUDT());
    Dataset<Row> table = spark.createDataFrame(rows, schema).coalesce(1);
    for (int block : new int[] {128, 129}) {
      double[] shares =
          new MultilayerPerceptronClassifier()
              .setLayers(new int[] {1, 2})
              .setBlockSize(block)
              .setMaxIter(200)
              .setTol(1e-9)
              .setSeed(1)
              .fit(table)
              .predictProbability(Vectors.dense(1.0))
              .toArray();
      System.out.println(
          String.format(Locale.ROOT, "block size %d: probability of class 1 %.4f", block, shares[1]));
    }
    double[] plain =
        new LogisticRegression().fit(table).predictProbability(Vectors.dense(1.0)).toArray();
    System.out.println(
        String.format(Locale.ROOT, "logistic regression: probability of class 1 %.4f", plain[1]));
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
block size 128: probability of class 1 0.5000
block size 129: probability of class 1 0.0078
logistic regression: probability of class 1 0.0078
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
  echo "spark-mlp-last-block: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-mlp-last-block: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-mlp-last-block: as stated in the header"
