#!/usr/bin/env bash
# Text that Spark SQL compares without regard to case: Spark ML's stages refuse the column or tell Paris from paris.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: six rows Paris, paris, PARIS, Rome, rome, Paris of the type STRING COLLATE UTF8_LCASE; group by, pivot, and the
#   stages and statistics that take text.
# Expected: a string column like any other, with the two values that group by, pivot and = see.
# What happens: StringIndexer, RFormula, Tokenizer and CountVectorizer refuse the column ("must be either string type",
#   "Input type must be string type"). FeatureHasher, crosstab, sampleBy and the SQL function xxhash64 take it and tell all
#   five spellings apart, also where = says that they are equal. na.replace takes it and replaces nothing, not even the
#   row that is spelled alike.
# Output seen on 2026-11-30:
#   group by: values: 2
#   rows = 'paris': 4
#   pivot: columns: 2
#   StringIndexer: refused (IllegalArgumentException)
#   RFormula: refused (IllegalArgumentException)
#   Tokenizer: refused (IllegalArgumentException)
#   CountVectorizer: refused (IllegalArgumentException)
#   FeatureHasher: values: 5
#   crosstab: rows: 5
#   sampleBy of all rows of paris: 1
#   na.replace of paris: rows changed: 0
#   xxhash64: values: 5
#   StringIndexer after a cast: labels: 5
# Why it matters: a table whose author has chosen a collation cannot be indexed, and what does run counts other values
#   than the queries that prepared it: rows that are equal get other hashes and fall into other parts of a split by
#   hash. A cast to STRING makes all of them agree on five spellings; lower(c) before the cast on two.
# Strata: takes such columns as features, labels and texts, on Spark 4; it tells values by their characters.
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
import static org.apache.spark.sql.functions.col;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.ml.feature.*;
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
        spark
            .sql(
                "select word collate UTF8_LCASE as city, array(word collate UTF8_LCASE) as words, 1.0 as y"
                    + " from values ('Paris'), ('paris'), ('PARIS'), ('Rome'), ('rome'), ('Paris') as t(word)")
            .coalesce(1)
            .cache();
    show("group by: values", () -> rows.groupBy("city").count().count());
    show("rows = 'paris'", () -> rows.filter("city = 'paris'").count());
    show("pivot: columns", () -> rows.groupBy().pivot("city").count().columns().length);
    show("StringIndexer", () -> new StringIndexer().setInputCol("city").setOutputCol("out").fit(rows));
    show("RFormula", () -> new RFormula().setFormula("y ~ city").fit(rows));
    show("Tokenizer", () -> new Tokenizer().setInputCol("city").setOutputCol("out").transform(rows));
    show("CountVectorizer", () -> new CountVectorizer().setInputCol("words").setOutputCol("out").fit(rows));
    show(
        "FeatureHasher: values",
        () ->
            new FeatureHasher()
                .setInputCols(new String[] {"city"})
                .setOutputCol("out")
                .transform(rows)
                .select("out")
                .distinct()
                .count());
    show("crosstab: rows", () -> rows.stat().crosstab("city", "y").count());
    show("sampleBy of all rows of paris", () -> rows.stat().sampleBy("city", Map.of("paris", 1.0), 1).count());
    show(
        "na.replace of paris: rows changed",
        () -> rows.na().replace("city", Map.of("paris", "Lyon")).filter("city = 'Lyon'").count());
    show("xxhash64: values", () -> rows.selectExpr("xxhash64(city) as hash").distinct().count());
    show(
        "StringIndexer after a cast: labels",
        () ->
            new StringIndexer()
                .setInputCol("city")
                .setOutputCol("out")
                .fit(rows.withColumn("city", col("city").cast("string")))
                .labelsArray()[0]
                .length);
    spark.stop();
  }

  private static void show(String what, Supplier<Object> result) {
    String said;
    try {
      Object found = result.get();
      said = found instanceof Number ? found.toString() : "accepted";
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      said = "refused (" + cause.getClass().getSimpleName() + ")";
    }
    System.out.println(what + ": " + said);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
group by: values: 2
rows = 'paris': 4
pivot: columns: 2
StringIndexer: refused (IllegalArgumentException)
RFormula: refused (IllegalArgumentException)
Tokenizer: refused (IllegalArgumentException)
CountVectorizer: refused (IllegalArgumentException)
FeatureHasher: values: 5
crosstab: rows: 5
sampleBy of all rows of paris: 1
na.replace of paris: rows changed: 0
xxhash64: values: 5
StringIndexer after a cast: labels: 5
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
  echo "spark-collated-text-in-ml: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-collated-text-in-ml: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-collated-text-in-ml: as stated in the header"
