#!/usr/bin/env bash
# A DATE 'infinity' that DuckDB writes to Parquet is the 11th of July 5881580 in Spark.
#
# Packages: DuckDB JDBC 2.0.0.1, Spark 4.2.0
# Input: a table with a date and a time of which one row is 'infinity' and one '-infinity', the usual mark of an open
#   end ("valid until"), copied by DuckDB to Parquet.
# Expected: null, a refusal, or at least a text: Parquet has no infinite dates.
# What happens: the largest and smallest numbers of the types are written, without a word. DuckDB reads them as infinite
#   again. Spark reads them as days of the years 5881580 and -5877641, and computes with them: the days up to infinity
#   are 2,147,463,193, and those up to -infinity are 2,147,463,195, positive as well, since datediff overflows.
# Output seen on 2026-11-30:
#   DuckDB: day 2026-11-30, time 2026-11-30 12:00:00
#   DuckDB: day infinity, time infinity
#   DuckDB: day -infinity, time -infinity
#   Spark: day 2026-11-30, time 2026-11-30 12:00:00, days since 2026-01-01: 333
#   Spark: day +5881580-07-11, time +294247-01-10 04:00:54.775807, days since 2026-01-01: 2147463193
#   Spark: day -5877641-06-24, time -290308-12-21 19:59:05.224193, days since 2026-01-01: 2147463195
# Why it matters: features such as "days until the end" are 2 billion instead of missing. One such row moves the mean
#   and the deviation of the column so far that the scaled values of all other rows are equal.
# Strata: encodes such a day as its number, like any other. Use nullif(day, 'infinity') in COPY.
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
    <dependency><groupId>org.duckdb</groupId><artifactId>duckdb_jdbc</artifactId><version>2.0.0.1</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql_2.13</artifactId><version>4.2.0</version></dependency>
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute(
          "copy (from (values (1, date '2026-11-30', timestamp '2026-11-30 12:00:00'),"
              + " (2, 'infinity', 'infinity'), (3, '-infinity', '-infinity')) t(id, day, time))"
              + " to 't.parquet' (format parquet)");
      ResultSet found = sql.executeQuery("select day::varchar, time::varchar from 't.parquet' order by id");
      while (found.next()) {
        System.out.println("DuckDB: day " + found.getString(1) + ", time " + found.getString(2));
      }
    }
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    for (Row row :
        spark
            .read()
            .parquet("t.parquet")
            .orderBy("id")
            .selectExpr("cast(day as string)", "cast(time as string)", "datediff(day, date '2026-01-01')")
            .collectAsList()) {
      System.out.println(
          "Spark: day " + row.get(0) + ", time " + row.get(1) + ", days since 2026-01-01: " + row.get(2));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
DuckDB: day 2026-11-30, time 2026-11-30 12:00:00
DuckDB: day infinity, time infinity
DuckDB: day -infinity, time -infinity
Spark: day 2026-11-30, time 2026-11-30 12:00:00, days since 2026-01-01: 333
Spark: day +5881580-07-11, time +294247-01-10 04:00:54.775807, days since 2026-01-01: 2147463193
Spark: day -5877641-06-24, time -290308-12-21 19:59:05.224193, days since 2026-01-01: 2147463195
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
  echo "duckdb-infinity-read-by-spark: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "duckdb-infinity-read-by-spark: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "duckdb-infinity-read-by-spark: as stated in the header"
