#!/usr/bin/env bash
# Spark's xxhash64 and hash skip nulls, so that rows which differ only in the place of a null have
# one hash.
#
# Packages: Spark 4.2.0 (the same with 3.5.5)
# Input: pairs of different values.
# Expected: different hashes: these are 64-bit hashes of the columns in their order, and (1, 2)
#   differs from (2, 1).
# What happens: null changes nothing, whatever its column, and arrays and structs add neither length
#   nor borders: (null, 5) and (5, null), [1] and [1, null], [[1],[2]] and [[1,2]] are alike.
# Output seen on 2026-11-28:
#   (1, 2) and (2, 1): same xxhash64 false, same hash false
#   (null, 5) and (5, null): same xxhash64 true, same hash true
#   (array(1)) and (array(1, null)): same xxhash64 true, same hash true
#   (array(array(1), array(2))) and (array(array(1, 2))): same xxhash64 true, same hash true
#   (struct(1, 2)) and (array(1, 2)): same xxhash64 true, same hash true
# Why it matters: people split rows, remove repeated ones and make keys with xxhash64(*). In wide
#   tables with many missing values, different rows fall together at once, not once in four thousand
#   million rows.
# Strata: orders rows by the hash and then by all values, so that equal hashes change nothing but
#   the hash's place in the order.
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
    String[][] pairs = {
      {"1, 2", "2, 1"},
      {"null, 5", "5, null"},
      {"array(1)", "array(1, null)"},
      {"array(array(1), array(2))", "array(array(1, 2))"},
      {"struct(1, 2)", "array(1, 2)"},
    };
    for (String[] pair : pairs) {
      Row same =
          spark
              .sql(
                  String.format(
                      "select xxhash64(%1$s) = xxhash64(%2$s), hash(%1$s) = hash(%2$s)", pair[0], pair[1]))
              .first();
      System.out.println(
          "(" + pair[0] + ") and (" + pair[1] + "): same xxhash64 " + same.get(0) + ", same hash " + same.get(1));
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
(1, 2) and (2, 1): same xxhash64 false, same hash false
(null, 5) and (5, null): same xxhash64 true, same hash true
(array(1)) and (array(1, null)): same xxhash64 true, same hash true
(array(array(1), array(2))) and (array(array(1, 2))): same xxhash64 true, same hash true
(struct(1, 2)) and (array(1, 2)): same xxhash64 true, same hash true
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
  echo "spark-xxhash64-skips-null: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-xxhash64-skips-null: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-xxhash64-skips-null: as stated in the header"
