#!/usr/bin/env bash
# Spark cuts the fraction off a text before it compares it with an integer: '2.5' > 2 is false and
# '-0.5' >= 0 is true.
#
# Packages: Spark 3.5.5, with its defaults (spark.sql.ansi.enabled = false)
# Input: a CSV read without inference (all columns text) with the values 2.5, -0.5 and 1.0, and
#   conditions with numbers.
# Expected: a comparison as numbers: 2.5 > 2, and -0.5 is below 0.
# What happens: the text is cast to the type of the literal. With an integer literal the fraction is
#   cut off; with 2.0 the comparison is right; and in a list of decimals the values are compared as
#   texts, so that 1.0 is in (1.0, 7.5) and not in (1, 7.5).
# Output seen on 2026-11-28:
#   x > 2: text [], numbers [[2.5]]
#   x > 2.0: text [[2.5]], numbers [[2.5]]
#   x >= 0: text [[2.5], [-0.5], [1.0]], numbers [[2.5], [1.0]]
#   x >= 0.0: text [[2.5], [1.0]], numbers [[2.5], [1.0]]
#   x = 1: text [[1.0]], numbers [[1.0]]
#   x in (1, 7.5): text [], numbers [[1.0]]
#   x in (1.0, 7.5): text [[1.0]], numbers [[1.0]]
# Why it matters: the same condition keeps other rows of a CSV than of the Parquet file made from
#   it, and no message says so.
# Strata: reads the columns of a CSV as text, so that `where` is open to this: write cast(x as
#   double) > 2.
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
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
rootLogger.level = off
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.nio.file.*;
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
    Files.writeString(Path.of("x.csv"), "x\n2.5\n-0.5\n1.0\n");
    Dataset<Row> text = spark.read().option("header", true).csv("x.csv");
    Dataset<Row> numbers = text.selectExpr("double(x) as x");
    String[] conditions = {
      "x > 2", "x > 2.0", "x >= 0", "x >= 0.0", "x = 1", "x in (1, 7.5)", "x in (1.0, 7.5)"
    };
    for (String condition : conditions) {
      System.out.println(
          condition + ": text " + text.where(condition).collectAsList() + ", numbers "
              + numbers.where(condition).collectAsList());
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
x > 2: text [], numbers [[2.5]]
x > 2.0: text [[2.5]], numbers [[2.5]]
x >= 0: text [[2.5], [-0.5], [1.0]], numbers [[2.5], [1.0]]
x >= 0.0: text [[2.5], [1.0]], numbers [[2.5], [1.0]]
x = 1: text [[1.0]], numbers [[1.0]]
x in (1, 7.5): text [], numbers [[1.0]]
x in (1.0, 7.5): text [[1.0]], numbers [[1.0]]
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
  echo "spark-text-compared-with-integer: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-text-compared-with-integer: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-text-compared-with-integer: as stated in the header"
