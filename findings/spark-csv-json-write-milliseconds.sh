#!/usr/bin/env bash
# Spark writes timestamps to CSV and JSON with three digits of the second and drops the other three, so that
# different rows become equal; casting the same column to text keeps all six.
#
# Packages: Spark 4.2.0; JDK 17
# Input: two rows whose timestamps differ by a microsecond, as timestamp and as timestamp_ntz, written as CSV,
#   JSON, Parquet and ORC and read back with the schema that was written.
# Expected: two distinct timestamps in every format, as Spark's type has microseconds.
# What happens: Parquet and ORC give two, CSV and JSON one, without a warning. The default pattern ends in
#   [.SSS], and a row with more digits is cut, not rounded and not refused.
# Output seen on 2026-11-29:
#   as text: 2 distinct
#   parquet: 2 distinct timestamp, 2 distinct timestamp_ntz; last 30.123988 and 30.123988
#   orc: 2 distinct timestamp, 2 distinct timestamp_ntz; last 30.123988 and 30.123988
#   csv: 1 distinct timestamp, 1 distinct timestamp_ntz; last 30.123 and 30.123
#   json: 1 distinct timestamp, 1 distinct timestamp_ntz; last 30.123 and 30.123
# Why it matters: a table exported as CSV is no longer the table; rows that were told apart by their time are
#   duplicates, and joins between an export and its source find nothing.
# Strata: writes features as Parquet only; a CSV that was written so has the times that are in it.
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
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
rootLogger.level = off
LOG

cat > "$work/Finding.java" <<'JAVA'
import org.apache.spark.sql.*;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    Dataset<Row> rows =
        spark.sql(
            "select timestamp(x) as instant, to_timestamp_ntz(x) as wall from values"
                + " ('2026-03-01 10:20:30.123987'), ('2026-03-01 10:20:30.123988') as t(x)");
    System.out.println("as text: " + rows.selectExpr("string(instant) as x").distinct().count() + " distinct");
    for (String format : new String[] {"parquet", "orc", "csv", "json"}) {
      rows.write().format(format).save(format);
      Dataset<Row> back = spark.read().format(format).schema(rows.schema()).load(format);
      Row last = back.selectExpr("max(string(instant))", "max(string(wall))").first();
      System.out.println(
          format + ": " + back.select("instant").distinct().count() + " distinct timestamp, "
              + back.select("wall").distinct().count() + " distinct timestamp_ntz; last "
              + last.getString(0).substring(17) + " and " + last.getString(1).substring(17));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
as text: 2 distinct
parquet: 2 distinct timestamp, 2 distinct timestamp_ntz; last 30.123988 and 30.123988
orc: 2 distinct timestamp, 2 distinct timestamp_ntz; last 30.123988 and 30.123988
csv: 1 distinct timestamp, 1 distinct timestamp_ntz; last 30.123 and 30.123
json: 1 distinct timestamp, 1 distinct timestamp_ntz; last 30.123 and 30.123
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
  echo "spark-csv-json-write-milliseconds: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-csv-json-write-milliseconds: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-csv-json-write-milliseconds: as stated in the header"
