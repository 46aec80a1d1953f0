#!/usr/bin/env bash
# Spark's CSV inference turns times of day such as 08:15 into timestamps of the day on which the
# file is read.
#
# Packages: Spark 4.2.0 (the same with 3.5.5), DuckDB JDBC 2.0.0.1 for comparison
# Input: a CSV with one column of times, 08:15 and 09:30.
# Expected: text, or a type for times; in any case the same values from the same file.
# What happens: the column becomes a timestamp with the current date in the session's time zone. The
#   same file gives other values tomorrow. DuckDB reads the type TIME.
# Output seen on 2026-11-28:
#   Spark: struct<opens:timestamp>, date of the first row is today's: true, time 08:15:00
#   DuckDB: TIME 08:15
# Why it matters: a feature scaled by the mean of such a column moves by one day each day, and a
#   saved model sees values that it was never trained on.
# Strata: does not use Spark's inference. Text that holds times of day without a date is a column of categories.
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
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala-library</artifactId><version>2.13.18</version></dependency>
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala-reflect</artifactId><version>2.13.18</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>4.2.0</version></dependency>
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
import java.time.*;
import org.apache.spark.sql.*;

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
    Files.writeString(Path.of("times.csv"), "opens\n08:15\n09:30\n");
    LocalDate before = LocalDate.now(ZoneOffset.UTC);
    Dataset<Row> times =
        spark.read().option("header", true).option("inferSchema", true).csv("times.csv");
    String first = times.selectExpr("string(opens)").first().getString(0);
    LocalDate after = LocalDate.now(ZoneOffset.UTC);
    boolean today = first.startsWith(before + " ") || first.startsWith(after + " ");
    System.out.println(
        "Spark: " + times.schema().simpleString() + ", date of the first row is today's: " + today
            + ", time " + first.substring(11));
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      ResultSet found =
          duck.createStatement().executeQuery("select typeof(opens), opens from 'times.csv' limit 1");
      found.next();
      System.out.println("DuckDB: " + found.getString(1) + " " + found.getString(2));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
Spark: struct<opens:timestamp>, date of the first row is today's: true, time 08:15:00
DuckDB: TIME 08:15
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
  echo "spark-csv-time-of-day: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-csv-time-of-day: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-csv-time-of-day: as stated in the header"
