#!/usr/bin/env bash
# HDFS: one reader that doubts a block still being written keeps its writer from closing the file, and
# the writer's message speaks of replicas only.
#
# Packages: hadoop-client-minicluster 3.3.4 and 3.4.1 (name node, one data node, replication 1); JDK 17
# Input: a file of 200 bytes, written and synchronised. Before it is closed, a reader reports its block
#   as bad, as HDFS's own input stream does after a checksum failure, and a data node after a scan.
#   Data nodes scan a block at once when serving it failed; that happens to a block that is read in
#   the moment in which its writer finishes it ("the meta file length 0 is less than the expected
#   length 7"), some times in ten thousand readings.
# Expected: the writer, which holds the lease and has every byte acknowledged, closes its file; or its
#   message says that the block is held to be corrupt.
# What happens: close() asks for some 12 seconds whether the block has a replica, then throws "does not
#   have enough number of replicas". No message names corruption. A reader gets all bytes before and
#   after; the file stays open for good until its lease ends.
# Output seen on 2026-11-28:
#   3.3.4: close failed, replicas named true, corruption named false, waited more than 10 s true
#   3.3.4: read afterwards: 200 bytes; closed: false
#   3.4.1: close failed, replicas named true, corruption named false, waited more than 10 s true
#   3.4.1: read afterwards: 200 bytes; closed: false
# Why it matters: lock files, markers and progress files are polled while they are written. The error
#   is looked for in full disks and dead data nodes, where nothing is wrong.
# Strata: does not open a lock file before the name node calls it closed.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

cat > "$work/Finding.java" <<'JAVA'
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.LocatedBlock;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, arguments[0]);
    MiniDFSCluster cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
    DistributedFileSystem hdfs = cluster.getFileSystem();
    Path file = new Path("/marker");
    FSDataOutputStream out = hdfs.create(file, false);
    out.write(new byte[200]);
    out.hsync();
    LocatedBlock[] blocks =
        hdfs.getClient().getLocatedBlocks("/marker", 0).getLocatedBlocks().toArray(new LocatedBlock[0]);
    hdfs.getClient().getNamenode().reportBadBlocks(blocks);
    long start = System.nanoTime();
    String name = arguments[1] + ": ";
    try {
      out.close();
      System.out.println(name + "closed");
    } catch (Exception e) {
      String said = String.valueOf(e.getMessage()).toLowerCase();
      System.out.println(
          name + "close failed, replicas named " + said.contains("replicas")
              + ", corruption named " + (said.contains("corrupt") || said.contains("bad"))
              + ", waited more than 10 s " + (System.nanoTime() - start > 10_000_000_000L));
    }
    try (FSDataInputStream in = hdfs.open(file)) {
      System.out.println(
          name + "read afterwards: " + in.readAllBytes().length + " bytes; closed: " + hdfs.isFileClosed(file));
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
3.3.4: close failed, replicas named true, corruption named false, waited more than 10 s true
3.3.4: read afterwards: 200 bytes; closed: false
3.4.1: close failed, replicas named true, corruption named false, waited more than 10 s true
3.4.1: read afterwards: 200 bytes; closed: false
TEXT

for version in 3.3.4 3.4.1; do
  cat > "$work/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-minicluster</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
    <dependency><groupId>ch.qos.reload4j</groupId><artifactId>reload4j</artifactId><version>1.2.22</version></dependency>
  </dependencies>
</project>
XML
  (cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies "-DoutputDirectory=lib-$version") >&2
  javac -proc:none -cp "$work/lib-$version/*" -d "$work/classes-$version" "$work/Finding.java"
  if ! java -Xmx1g -cp "$work/classes-$version:$work/lib-$version/*" Finding "$work/hdfs-$version" "$version" \
    2> "$work/errors"; then
    tail -20 "$work/errors" >&2
    echo "hdfs-close-after-suspected-block: the program failed" >&2
    exit 1
  fi
done > "$work/seen"
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hdfs-close-after-suspected-block: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hdfs-close-after-suspected-block: as stated in the header"
