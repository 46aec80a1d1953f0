#!/usr/bin/env bash
# A Parquet file that Spark refuses for one column is read in full once the schema is given, that column too.
#
# Packages: Spark 4.2.0 (spark-sql), with the parquet-hadoop that it brings
# Input: a file of one row with a double, a UUID, a time of day and an interval, as databases write them.
# Expected: with a schema the same refusal, at least for the columns whose types Spark does not know; or a readable UUID
#   where the schema says string.
# What happens: without a schema even count() fails ("Parquet type not yet supported"). The check is part of inferring the
#   schema and of nothing else: told to read x DOUBLE, Spark reads the file; told BINARY or BIGINT, it gives the stored
#   bytes of the UUID and the interval and the number of the time of day. Told STRING for the UUID, the vectorized reader
#   refuses, and the other one, which Spark takes where a column is nested too deeply or by a setting, returns
#   16 bytes that are no UTF-8, without an error.
# Output seen on 2026-11-30 (the same with Spark 3.5.9):
#   no schema: refused
#   schema of x: [[1.0]]
#   UUID as binary: 00ff7f80000102030405060708090a0b
#   UUID as string, vectorized: refused
#   UUID as string, row by row: 16 bytes, valid UTF-8: false
#   time of day as bigint: [[43200000001]]
#   time of day as timestamp_ntz: refused
#   interval as binary: 010000000200000003000000
#   count() without a schema: refused
#   a file of 2 columns and a table: SELECT x: [[1.0]]
# Why it matters: such files look unreadable, and people rewrite terabytes to drop a column that Spark would skip, or read.
#   The same job gives text that no other program can read, or an error, by a setting that is about speed.
# Strata: gives Spark the schema of the footers, reads UUIDs as text and times of day as seconds; other such columns do not
#   matter if data.exclude names them.
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.*;

public class Finding {
  private static final String FILE = "rows.parquet";
  private static SparkSession spark;

  public static void main(String[] arguments) throws Exception {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    write();
    show("no schema", () -> spark.read().parquet(FILE).select("x").collectAsList());
    show("schema of x", () -> read("x double").collectAsList());
    show("UUID as binary", () -> HexFormat.of().formatHex((byte[]) read("u binary").first().get(0)));
    show("UUID as string, vectorized", () -> read("u string").first().getString(0));
    spark.conf().set("spark.sql.parquet.enableVectorizedReader", false);
    show(
        "UUID as string, row by row",
        () -> {
          Row row = read("u string").selectExpr("octet_length(u)", "u").first();
          boolean valid = !row.getString(1).contains("\uFFFD");
          return row.getInt(0) + " bytes, valid UTF-8: " + valid;
        });
    spark.conf().set("spark.sql.parquet.enableVectorizedReader", true);
    show("time of day as bigint", () -> read("t bigint").collectAsList());
    show("time of day as timestamp_ntz", () -> read("t timestamp_ntz").collectAsList());
    show("interval as binary", () -> HexFormat.of().formatHex((byte[]) read("i binary").first().get(0)));
    show("count() without a schema", () -> spark.read().parquet(FILE).count());
    show(
        "a file of 2 columns and a table: SELECT x",
        () -> {
          spark.sql("create table rows (x double, u binary) using parquet location '" + path() + "'");
          return spark.sql("select x from rows").collectAsList();
        });
    spark.stop();
  }

  private static String path() {
    return new java.io.File(FILE).getAbsolutePath();
  }

  private static Dataset<Row> read(String schema) {
    return spark.read().schema(schema).parquet(FILE);
  }

  private static void write() throws Exception {
    MessageType columns =
        MessageTypeParser.parseMessageType(
            "message m { required double x; required fixed_len_byte_array(16) u (UUID);"
                + " required int64 t (TIME(MICROS,false)); required fixed_len_byte_array(12) i (INTERVAL); }");
    byte[] uuid = {0, -1, 127, -128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    // months, days, milliseconds
    byte[] interval =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(1).putInt(2).putInt(3).array();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new Path(path())).withType(columns).build()) {
      writer.write(
          new SimpleGroup(columns)
              .append("x", 1.0)
              .append("u", Binary.fromConstantByteArray(uuid))
              .append("t", 43_200_000_001L)
              .append("i", Binary.fromConstantByteArray(interval)));
    }
  }

  private static void show(String what, Supplier<Object> result) {
    String said;
    try {
      said = String.valueOf(result.get());
    } catch (Exception e) {
      said = "refused";
    }
    System.out.println(what + ": " + said);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
no schema: refused
schema of x: [[1.0]]
UUID as binary: 00ff7f80000102030405060708090a0b
UUID as string, vectorized: refused
UUID as string, row by row: 16 bytes, valid UTF-8: false
time of day as bigint: [[43200000001]]
time of day as timestamp_ntz: refused
interval as binary: 010000000200000003000000
count() without a schema: refused
a file of 2 columns and a table: SELECT x: [[1.0]]
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
  echo "spark-parquet-schema-lifts-refusal: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-parquet-schema-lifts-refusal: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-parquet-schema-lifts-refusal: as stated in the header"
