#!/usr/bin/env bash
# On a local disk, Hadoop starts two processes for each new file, one for each file of listFiles, and eight for each
# rename.
#
# Packages: hadoop-client 3.5.0 (api and runtime, as Spark 4.2.0 has them), without Hadoop's native library, which
#   Maven does not bring; JDK 17
# Input: 100 files created, listed with listStatus and listFiles, renamed with FileSystem and with FileContext; the
#   commands are counted by scripts of their names that stand first in PATH.
# Expected: no process: the JDK itself can set permissions and read them and links.
# What happens: each new file and its checksum file have chmod run on them. listFiles and listLocatedStatus copy each
#   status with its permissions, for which ls runs once a file; listStatus does not read them. FileContext.rename asks
#   readlink eight times whether source, target and their checksum files are links; FileSystem.rename asks nothing.
# Output seen on 2026-11-30:
#   create 100 files: 200 processes
#   listStatus of 100 files: 0 processes
#   listFiles of 100 files: 100 processes
#   FileSystem.rename of 100 files: 0 processes
#   FileContext.rename of 100 files: 800 processes
#   by command: {chmod=201, ls=100, readlink=800}
# Why it matters: a process takes 5 to 10 ms here, so that 10,000 files take minutes. Streaming checkpoints of Spark
#   use FileContext.rename.
# Strata: lists with listStatus and renames with FileSystem; it does not use FileContext. Its new files on local disks
#   cost two chmod each; shards are few and large.
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
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.5.0</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.5.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.*;

public class Finding {
  private static int before;

  public static void main(String[] arguments) throws Exception {
    FileSystem files = FileSystem.getLocal(new Configuration());
    FileContext context = FileContext.getLocalFSFileContext();
    Path folder = new Path(Paths.get("folder").toAbsolutePath().toString());
    files.mkdirs(folder);
    before = processes().values().stream().mapToInt(i -> i).sum();
    for (int i = 0; i < 100; i++) {
      files.create(new Path(folder, "f" + i)).close();
    }
    show("create 100 files");
    files.listStatus(folder);
    show("listStatus of 100 files");
    RemoteIterator<LocatedFileStatus> each = files.listFiles(folder, false);
    while (each.hasNext()) {
      each.next();
    }
    show("listFiles of 100 files");
    for (int i = 0; i < 100; i++) {
      files.rename(new Path(folder, "f" + i), new Path(folder, "g" + i));
    }
    show("FileSystem.rename of 100 files");
    for (int i = 0; i < 100; i++) {
      context.rename(new Path(folder, "g" + i), new Path(folder, "h" + i), Options.Rename.OVERWRITE);
    }
    show("FileContext.rename of 100 files");
    System.out.println("by command: " + processes());
  }

  private static void show(String name) throws Exception {
    int now = processes().values().stream().mapToInt(i -> i).sum();
    System.out.println(name + ": " + (now - before) + " processes");
    before = now;
  }

  private static Map<String, Integer> processes() throws Exception {
    Map<String, Integer> counts = new TreeMap<>();
    for (String command : Files.readAllLines(Paths.get("started"))) {
      counts.merge(command, 1, Integer::sum);
    }
    return counts;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
create 100 files: 200 processes
listStatus of 100 files: 0 processes
listFiles of 100 files: 100 processes
FileSystem.rename of 100 files: 0 processes
FileContext.rename of 100 files: 800 processes
by command: {chmod=201, ls=100, readlink=800}
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
mkdir counted
touch started
for name in chmod ls readlink; do
  printf '#!/bin/sh\necho %s >> "%s/started"\nexec "%s" "$@"\n' "$name" "$work" "$(command -v "$name")" > "counted/$name"
done
chmod +x counted/*
if ! PATH="$work/counted:$PATH" java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "hadoop-local-starts-processes: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hadoop-local-starts-processes: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hadoop-local-starts-processes: as stated in the header"
