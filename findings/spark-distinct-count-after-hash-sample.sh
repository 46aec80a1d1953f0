#!/usr/bin/env bash
# Spark's approx_count_distinct counts a few hundred values among 50,000 that xxhash64 has chosen.
#
# Packages: Spark 4.2.0
# Input: 100,000 different numbers; samples of them by xxhash64, a usual way to a repeatable sample: the smallest
#   hashes, the numbers with a positive hash, the numbers with an even hash; a sample by murmur3 (`hash`) beside them.
# Expected: approx_count_distinct is off by 5 percent or so (its default), whatever the sample.
# What happens: approx_count_distinct hashes with xxhash64 and the same seed, 42, and takes the leading bits of the hash
#   as the number of a register. A sample by the size of the hash fills a part of the registers only. The others stay
#   empty, and the estimate for almost empty sketches is used: 355 for half of the registers, however many values there
#   are. Samples by a remainder use the other end of the hash and are counted well, as are samples by `hash`.
# Output seen on 2026-11-30:
#   all: 100000 different values, estimate within 10 percent
#   even xxhash64: 49743 different values, estimate within 10 percent
#   positive xxhash64: 50079 different values, estimate 355
#   10,000 smallest xxhash64: 10000 different values, estimate 55
#   10,000 smallest hash: 10000 different values, estimate within 10 percent
# Why it matters: counts of distinct users or words in a sample are wrong by a factor of 100 and more. Sizes of
#   vocabularies and embeddings that follow them are too small. The same query on the whole table is right.
# Strata: counts words and categories itself and does not use approx_count_distinct.
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

public class Finding {
  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    Dataset<Row> all = spark.range(0, 100_000, 1, 2).toDF();
    show("all", all);
    show("even xxhash64", all.where("pmod(xxhash64(id), 2) = 0"));
    show("positive xxhash64", all.where("xxhash64(id) > 0"));
    show("10,000 smallest xxhash64", all.orderBy(functions.expr("xxhash64(id)")).limit(10_000));
    show("10,000 smallest hash", all.orderBy(functions.expr("hash(id)")).limit(10_000));
    spark.stop();
  }

  private static void show(String name, Dataset<Row> numbers) {
    long exact = numbers.count();
    long estimate = numbers.selectExpr("approx_count_distinct(id)").first().getLong(0);
    boolean near = Math.abs(estimate - exact) < 0.1 * exact;
    System.out.println(
        name + ": " + exact + " different values, estimate " + (near ? "within 10 percent" : estimate));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
all: 100000 different values, estimate within 10 percent
even xxhash64: 49743 different values, estimate within 10 percent
positive xxhash64: 50079 different values, estimate 355
10,000 smallest xxhash64: 10000 different values, estimate 55
10,000 smallest hash: 10000 different values, estimate within 10 percent
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
  echo "spark-distinct-count-after-hash-sample: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-distinct-count-after-hash-sample: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-distinct-count-after-hash-sample: as stated in the header"
