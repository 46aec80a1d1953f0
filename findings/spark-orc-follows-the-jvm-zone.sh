#!/usr/bin/env bash
# A timestamp in ORC is another instant for a reader whose JVM has another time zone, whatever Spark's session time
# zone is.
#
# Packages: Spark 4.2.0 (spark-sql)
# Input: one timestamp and one timestamp_ntz of 2026-01-15 12:00, written as Parquet and as ORC by a JVM in UTC; read
#   by that JVM and by one in Los Angeles. spark.sql.session.timeZone is UTC in both.
# Expected: the same instant, 1768478400: a timestamp is an instant in Spark, and the session's zone, not the JVM's,
#   is the one for its text.
# What happens: Parquet gives it. ORC keeps the wall clock of the writer's JVM and reads it as one of the reader's:
#   eight hours later here. timestamp_ntz is the same for all.
# Output seen on 2026-11-29:
#   read by a JVM in UTC, parquet: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
#   read by a JVM in UTC, orc: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
#   read by a JVM in America/Los_Angeles, parquet: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
#   read by a JVM in America/Los_Angeles, orc: 2026-01-15 20:00:00 UTC (1768507200), timestamp_ntz 2026-01-15 12:00:00
# Why it matters: features such as the hour of the day, joins by time and splits by date change between a laptop and
#   the cluster, or between executors whose hosts differ, without an error; the same table as Parquet does not.
# Strata: reads what Spark gives it; use Parquet or timestamp_ntz, or set -Duser.timezone on driver and executors.
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
import org.apache.spark.sql.*;

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
    for (String format : List.of("parquet", "orc")) {
      if (arguments[0].equals("write")) {
        spark
            .sql("select timestamp'2026-01-15 12:00:00' as t, timestamp_ntz'2026-01-15 12:00:00' as local")
            .write()
            .format(format)
            .save(format);
      }
      Row row =
          spark.read().format(format).load(format).selectExpr("unix_seconds(t)", "string(t)", "string(local)").head();
      System.out.printf(
          "read by a JVM in %s, %s: %s UTC (%d), timestamp_ntz %s%n",
          TimeZone.getDefault().getID(), format, row.get(1), row.getLong(0), row.get(2));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
read by a JVM in UTC, parquet: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
read by a JVM in UTC, orc: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
read by a JVM in America/Los_Angeles, parquet: 2026-01-15 12:00:00 UTC (1768478400), timestamp_ntz 2026-01-15 12:00:00
read by a JVM in America/Los_Angeles, orc: 2026-01-15 20:00:00 UTC (1768507200), timestamp_ntz 2026-01-15 12:00:00
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
cd "$work"
if ! {
  java -Duser.timezone=UTC -Xmx1g "${opens[@]}" -Dlog4j2.configurationFile="$work/log4j2.properties" -cp "$work/lib/*" \
    "$work/Finding.java" write read &&
  java -Duser.timezone=America/Los_Angeles -Xmx1g "${opens[@]}" -Dlog4j2.configurationFile="$work/log4j2.properties" -cp "$work/lib/*" \
    "$work/Finding.java" read
} > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "spark-orc-follows-the-jvm-zone: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-orc-follows-the-jvm-zone: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-orc-follows-the-jvm-zone: as stated in the header"
