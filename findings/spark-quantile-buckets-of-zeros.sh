#!/usr/bin/env bash
# Two quantile buckets of a column that is mostly zero hold all rows in one bucket; with negative numbers they do not.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: 100 rows, of which 60 are 0 and 40 are positive, or 60 are 0 and 40 negative; QuantileDiscretizer with 2 and
#   with 4 buckets.
# Expected: two buckets, one with the 60 zeros and one with the 40 others: there is no cut nearer to the median, and
#   for the negative rows it is found.
# What happens: the split is the median, 0, and a bucket takes its lower bound: the first, below 0, is empty, and
#   zeros and positive rows share the other. With 4 buckets the zeros are together with those up to 73. The fitted
#   model tells of the first bucket as of any other.
# Output seen on 2026-11-29:
#   if(id < 60, 0, id), 2 buckets: splits [-Infinity, 0.0, Infinity], rows by bucket 1:100
#   if(id < 60, 0, id), 4 buckets: splits [-Infinity, 0.0, 74.0, Infinity], rows by bucket 1:74 2:26
#   if(id < 60, 0, -id), 2 buckets: splits [-Infinity, 0.0, Infinity], rows by bucket 0:40 1:60
#   if(id < 60, 0, -id), 4 buckets: splits [-Infinity, -75.0, 0.0, Infinity], rows by bucket 0:24 1:16 2:60
#   id, 2 buckets: splits [-Infinity, 49.0, Infinity], rows by bucket 0:49 1:51
#   id, 4 buckets: splits [-Infinity, 24.0, 49.0, 74.0, Infinity], rows by bucket 0:24 1:25 2:25 3:26
# Why it matters: clicks, amounts and counts are mostly zero. The bucketed column is a constant, and what was asked
#   (is there any?) is lost; a model on it learns nothing and nothing says so.
# Strata: does not use it; its own preparation has no quantile buckets.
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
import java.util.*;
import org.apache.spark.ml.feature.*;
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
    for (String values : List.of("if(id < 60, 0, id)", "if(id < 60, 0, -id)", "id")) {
      Dataset<Row> rows = spark.range(0, 100, 1, 1).selectExpr("double(" + values + ") as x");
      for (int buckets : new int[] {2, 4}) {
        Bucketizer cut =
            new QuantileDiscretizer().setInputCol("x").setOutputCol("bucket").setNumBuckets(buckets).fit(rows);
        StringBuilder line =
            new StringBuilder(
                values + ", " + buckets + " buckets: splits " + Arrays.toString(cut.getSplits()) + ", rows by bucket");
        for (Row row : cut.transform(rows).groupBy("bucket").count().orderBy("bucket").collectAsList()) {
          line.append(" ").append((int) row.getDouble(0)).append(":").append(row.getLong(1));
        }
        System.out.println(line);
      }
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
if(id < 60, 0, id), 2 buckets: splits [-Infinity, 0.0, Infinity], rows by bucket 1:100
if(id < 60, 0, id), 4 buckets: splits [-Infinity, 0.0, 74.0, Infinity], rows by bucket 1:74 2:26
if(id < 60, 0, -id), 2 buckets: splits [-Infinity, 0.0, Infinity], rows by bucket 0:40 1:60
if(id < 60, 0, -id), 4 buckets: splits [-Infinity, -75.0, 0.0, Infinity], rows by bucket 0:24 1:16 2:60
id, 2 buckets: splits [-Infinity, 49.0, Infinity], rows by bucket 0:49 1:51
id, 4 buckets: splits [-Infinity, 24.0, 49.0, 74.0, Infinity], rows by bucket 0:24 1:25 2:25 3:26
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
  echo "spark-quantile-buckets-of-zeros: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-quantile-buckets-of-zeros: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-quantile-buckets-of-zeros: as stated in the header"
