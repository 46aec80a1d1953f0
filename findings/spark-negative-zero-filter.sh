#!/usr/bin/env bash
# Spark's filters on Parquet and ORC lose the rows that hold -0.0, though -0.0 = 0.0 is true in
# Spark SQL.
#
# Packages: Spark 3.5.5 (the same with 4.2.0), DuckDB JDBC 2.0.0.1 as a second reader of the same
#   Parquet file
# Input: 1,000 rows with one double column, half -2.5 and half -0.0, written by Spark as one Parquet
#   and one ORC file.
# Expected: `x = 0` and `x >= 0` keep 500 rows, as they do on the rows in memory: Spark compares
#   -0.0 and 0.0 as equal.
# What happens: none is kept. The filter is pushed into the file reader, which compares by the order
#   of the bits (Double.compare): there -0.0 is less than 0.0. Parquet then drops the row group by
#   its dictionary, ORC the stripe by its statistics. Without push-down, and in DuckDB, 500 rows
#   come back.
# Output seen on 2026-11-28:
#   x = 0: in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
#   x >= 0: in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
#   x in (0.0, 1.0): in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
# Why it matters: rounding and standardising make -0.0 of small negative numbers. A condition on the
#   training rows then leaves out a class of rows in silence, and leaves out others when the same
#   table comes as CSV.
# Strata: was hit by `data.where`; it now switches both push-downs off where it reads sources
#   (ReaderSession.java, ReaderSessionTest).
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
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      rows.add(RowFactory.create(i % 2 == 0 ? -2.5 : -0.0));
    }
    Dataset<Row> table =
        spark.createDataFrame(rows, new StructType().add("x", DataTypes.DoubleType)).coalesce(1);
    table.write().parquet("parquet");
    table.write().orc("orc");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      for (String condition : List.of("x = 0", "x >= 0", "x in (0.0, 1.0)")) {
        StringBuilder line = new StringBuilder(condition + ": in memory " + table.where(condition).count());
        for (String format : List.of("parquet", "orc")) {
          for (boolean pushed : List.of(true, false)) {
            spark.conf().set("spark.sql." + format + ".filterPushdown", pushed);
            line.append(", ").append(format).append(pushed ? " " : " without push-down ");
            line.append(spark.read().format(format).load(format).where(condition).count());
          }
        }
        ResultSet found =
            duck.createStatement()
                .executeQuery("select count(*) from 'parquet/*.parquet' where " + condition);
        found.next();
        System.out.println(line + ", DuckDB " + found.getLong(1));
      }
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
x = 0: in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
x >= 0: in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
x in (0.0, 1.0): in memory 500, parquet 0, parquet without push-down 500, orc 0, orc without push-down 500, DuckDB 500
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
  echo "spark-negative-zero-filter: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-negative-zero-filter: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-negative-zero-filter: as stated in the header"
