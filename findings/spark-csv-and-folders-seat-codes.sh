#!/usr/bin/env bash
# Spark takes the codes 12D and 12F for the same number 12.0: in inferred CSV columns and in the
# names of partition folders.
#
# Packages: Spark 4.2.0 (the same with 3.5.5), DuckDB JDBC 2.0.0.1 for comparison
# Input: a CSV column of the seats 12D, 12F, 3D, and two partition folders seat=12D and seat=12F.
# Expected: text: the values end with letters.
# What happens: Spark parses them with Java's Double.parseDouble, which takes the suffixes d, D, f,
#   F of Java's literals: four different codes become doubles, two of them equal. One code with
#   another letter in the column makes it text again. DuckDB reads text.
# Output seen on 2026-11-28:
#   CSV: struct<seat:double> [[12.0], [12.0], [3.0]]
#   folders: struct<_c0:string,seat:double> [[passenger in 12D,12.0], [passenger in 12F,12.0]]
#   DuckDB: VARCHAR 12D
# Why it matters: a category with hundreds of values shrinks to a number, and nothing says so; a
#   model trained on Monday on a file without seat 12A learns from another column than on Tuesday.
# Strata: never infers types of CSV, and its own numbers take no suffix. Partition folders were hit
#   (12D and 12F became the category 12); such codes now stay text (ReaderSession.java,
#   ReaderSessionTest).
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
    Files.writeString(Path.of("seats.csv"), "seat\n12D\n12F\n3D\n");
    Dataset<Row> seats =
        spark.read().option("header", true).option("inferSchema", true).csv("seats.csv");
    System.out.println("CSV: " + seats.schema().simpleString() + " " + seats.collectAsList());
    for (String seat : new String[] {"12D", "12F"}) {
      Path folder = Files.createDirectories(Path.of("flights", "seat=" + seat));
      Files.writeString(folder.resolve("part.csv"), "passenger in " + seat + "\n");
    }
    Dataset<Row> flights = spark.read().csv("flights").orderBy("_c0");
    System.out.println("folders: " + flights.schema().simpleString() + " " + flights.collectAsList());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      ResultSet found =
          duck.createStatement().executeQuery("select typeof(seat), seat from 'seats.csv' limit 1");
      found.next();
      System.out.println("DuckDB: " + found.getString(1) + " " + found.getString(2));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
CSV: struct<seat:double> [[12.0], [12.0], [3.0]]
folders: struct<_c0:string,seat:double> [[passenger in 12D,12.0], [passenger in 12F,12.0]]
DuckDB: VARCHAR 12D
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
  echo "spark-csv-and-folders-seat-codes: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-csv-and-folders-seat-codes: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-csv-and-folders-seat-codes: as stated in the header"
