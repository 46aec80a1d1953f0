#!/usr/bin/env bash
# A CSV that DuckDB writes comes back from Spark with its quotes inside the values, and a comma in
# such a value shifts the columns.
#
# Packages: Spark 3.5.5, DuckDB JDBC 2.0.0.1, both with their defaults
# Input: two rows with a text (pipe 5", long; say "hi", bob) and a number, written by each and read
#   by the other.
# Expected: the same values: both write and read standard CSV with quotes and a header.
# What happens: DuckDB doubles a quote inside a value, as RFC 4180 says; Spark escapes it by a
#   backslash and understands only that. Spark, with the schema given, cuts both values at the comma
#   inside them, keeps doubled quotes in the second, and makes both numbers null. DuckDB finds the
#   backslash by itself and reads all of Spark's values.
# Output seen on 2026-11-28:
#   DuckDB writes: [text,number, "pipe 5"", long",1, "say ""hi"", bob",2]
#   Spark reads text <pipe 5"> number <null>
#   Spark reads text <"say ""hi""> number <null>
#   Spark writes: [text,number, "pipe 5\", long",1, "say \"hi\", bob",2]
#   DuckDB reads text <pipe 5", long> number <1>
#   DuckDB reads text <say "hi", bob> number <2>
# Why it matters: text that leads to other categories, and numbers that become null in permissive
#   mode, in silence.
# Strata: its own choice of the quoting is described at data.options in conf/reference.conf; doubled
#   quotes and backslashes are both read.
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
    <dependency><groupId>org.duckdb</groupId><artifactId>duckdb_jdbc</artifactId><version>2.0.0.1</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
rootLogger.level = off
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.nio.file.*;
import java.sql.*;
import java.util.*;
import java.util.stream.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    StructType schema = new StructType().add("text", "string").add("number", "int");
    List<Row> rows =
        List.of(RowFactory.create("pipe 5\", long", 1), RowFactory.create("say \"hi\", bob", 2));
    spark.createDataFrame(rows, schema).coalesce(1).write().option("header", true).csv("spark");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute("create table t (text varchar, number int)");
      for (Row row : rows) {
        sql.execute("insert into t values ('" + row.get(0) + "', " + row.get(1) + ")");
      }
      sql.execute("copy t to 'duck.csv' (header)");
      System.out.println("DuckDB writes: " + Files.readAllLines(Path.of("duck.csv")));
      for (Row row :
          spark.read().schema(schema).option("header", true).csv("duck.csv").collectAsList()) {
        System.out.println("Spark reads text <" + row.get(0) + "> number <" + row.get(1) + ">");
      }
      try (Stream<Path> files = Files.list(Path.of("spark"))) {
        Path file = files.filter(f -> f.toString().endsWith(".csv") ).findFirst().get();
        System.out.println("Spark writes: " + Files.readAllLines(file));
      }
      ResultSet found = sql.executeQuery("select * from 'spark/*.csv'");
      while (found.next()) {
        System.out.println(
            "DuckDB reads text <" + found.getString(1) + "> number <" + found.getString(2) + ">");
      }
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
DuckDB writes: [text,number, "pipe 5"", long",1, "say ""hi"", bob",2]
Spark reads text <pipe 5"> number <null>
Spark reads text <"say ""hi""> number <null>
Spark writes: [text,number, "pipe 5\", long",1, "say \"hi\", bob",2]
DuckDB reads text <pipe 5", long> number <1>
DuckDB reads text <say "hi", bob> number <2>
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
  echo "duckdb-csv-read-by-spark: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "duckdb-csv-read-by-spark: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "duckdb-csv-read-by-spark: as stated in the header"
