#!/usr/bin/env bash
# Hadoop's local file system lets several threads win the exclusive creation of one file, and
# renames over an existing file.
#
# Packages: Hadoop client 3.3.4 (hadoop-client-api and -runtime), the file system for file://
# Input: eight threads create the same new file with overwrite = false, in up to 10,000 rounds; then
#   one file is renamed to the name of another.
# Expected: one winner a round, as the specification of create without overwrite asks for and HDFS
#   does; rename returns false where the target exists, as on HDFS.
# What happens: now and then two or more win: the local file system first asks whether the file
#   exists and then creates it. rename says true and the older file is gone.
# Output seen on 2026-11-28:
#   a round with more than one winner within 10,000: true
#   rename onto an existing file: true
# Why it matters: locks and claims made by exclusive creation, tested on HDFS, let two runs write
#   one folder on a local or mounted disk, once in a few hundred starts.
# Strata: claims local folders by Java's CREATE_NEW, and relies on no rename (driver.lock).
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
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.3.4</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.3.4</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.io.IOException;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.*;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    FileSystem local = FileSystem.getLocal(new Configuration()).getRaw();
    Path folder = new Path(System.getProperty("user.dir"), "claims");
    local.mkdirs(folder);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int winners = 0;
    for (int round = 0; round < 10_000 && winners < 2; round++) {
      Path claim = new Path(folder, "claim-" + round);
      CyclicBarrier start = new CyclicBarrier(8);
      AtomicInteger won = new AtomicInteger();
      List<Callable<Void>> tries =
          Collections.nCopies(
              8,
              () -> {
                start.await();
                try {
                  local.create(claim, false).close();
                  won.incrementAndGet();
                } catch (IOException exists) {
                  // Another thread won.
                }
                return null;
              });
      for (Future<Void> one : threads.invokeAll(tries)) {
        one.get();
      }
      winners = won.get();
    }
    threads.shutdown();
    System.out.println("a round with more than one winner within 10,000: " + (winners > 1));
    Path older = new Path(folder, "older");
    Path newer = new Path(folder, "newer");
    local.create(older, false).close();
    local.create(newer, false).close();
    System.out.println("rename onto an existing file: " + local.rename(newer, older));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
a round with more than one winner within 10,000: true
rename onto an existing file: true
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "hadoop-local-create-race: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hadoop-local-create-race: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hadoop-local-create-race: as stated in the header"
