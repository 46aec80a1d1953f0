#!/usr/bin/env bash
# Equal rows, written by the same program with the same settings, make Parquet files of other bytes
# in another JVM.
#
# Packages: parquet-hadoop 1.13.1, as in Spark 3.5, and 1.16.0; hadoop-client 3.3.4; JDK 17
# Input: 100 rows of one optional double column, no compression, no time and no name in the file;
#   written by twelve JVMs, each of which has asked for another number of identity hash codes before,
#   as any other work in a JVM does.
# Expected: twelve equal files, as one JVM that writes twice makes two equal files.
# What happens: the pages are the same, but the footer lists the encodings of a column chunk in the
#   order of a hash set of enums, whose hash codes are those of identity: the order changes with
#   what the JVM did before.
# Output seen on 2026-11-28:
#   parquet-hadoop 1.13.1: twice in one JVM the same file: true
#   parquet-hadoop 1.13.1: 12 JVMs: same length true, same pages true, same footer false
#   parquet-hadoop 1.16.0: twice in one JVM the same file: true
#   parquet-hadoop 1.16.0: 12 JVMs: same length true, same pages true, same footer false
# Why it matters: a checksum over a Parquet file, as caches, manifests and tests of repeatability
#   take it, says "changed" for a job that only ran again. Tests in one JVM never show it.
# Strata: compares features by rows; checksums are taken of its own formats only.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

cat > "$work/Finding.java" <<'JAVA'
import java.io.File;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      System.identityHashCode(new Object());
    }
    byte[] first = file(arguments[0] + "/first.parquet");
    byte[] second = file(arguments[0] + "/second.parquet");
    int footer = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt(first.length - 8);
    int pages = first.length - 8 - footer;
    System.out.println(
        Arrays.equals(first, second) + " " + first.length + " " + hash(first, 0, pages)
            + " " + hash(first, pages, first.length));
  }

  private static byte[] file(String name) throws Exception {
    MessageType schema = MessageTypeParser.parseMessageType("message m { optional double x; }");
    try (ParquetWriter<org.apache.parquet.example.data.Group> writer =
        ExampleParquetWriter.builder(new Path(name)).withConf(new Configuration()).withType(schema).build()) {
      for (int i = 0; i < 100; i++) {
        SimpleGroup row = new SimpleGroup(schema);
        row.add("x", i * 0.5);
        writer.write(row);
      }
    }
    return Files.readAllBytes(new File(name).toPath());
  }

  private static String hash(byte[] bytes, int from, int to) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, from, to - from);
    return new BigInteger(1, digest.digest()).toString(16);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
parquet-hadoop 1.13.1: twice in one JVM the same file: true
parquet-hadoop 1.13.1: 12 JVMs: same length true, same pages true, same footer false
parquet-hadoop 1.16.0: twice in one JVM the same file: true
parquet-hadoop 1.16.0: 12 JVMs: same length true, same pages true, same footer false
TEXT

same() { # column
  [ "$(cut -d' ' -f"$1" "$work/runs" | sort -u | wc -l)" = 1 ] && echo true || echo false
}
for version in 1.13.1 1.16.0; do
  cat > "$work/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.parquet</groupId><artifactId>parquet-hadoop</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.3.4</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.3.4</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML
  (cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies "-DoutputDirectory=lib-$version") >&2
  javac -cp "$work/lib-$version/*" -d "$work/classes-$version" "$work/Finding.java"
  : > "$work/runs"
  for run in 1 2 3 4 5 6 7 8 9 10 11 12; do
    mkdir "$work/$version-$run"
    if ! java -Xmx1g -cp "$work/classes-$version:$work/lib-$version/*" Finding "$work/$version-$run" "$run" \
      >> "$work/runs" 2> "$work/errors"; then
      cat "$work/errors" >&2
      echo "parquet-footer-differs-by-jvm: the program failed" >&2
      exit 1
    fi
  done
  echo "parquet-hadoop $version: twice in one JVM the same file: $(cut -d' ' -f1 "$work/runs" | sort -u)"
  echo "parquet-hadoop $version: 12 JVMs: same length $(same 2), same pages $(same 3), same footer $(same 4)"
done > "$work/seen"
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "parquet-footer-differs-by-jvm: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "parquet-footer-differs-by-jvm: as stated in the header"
