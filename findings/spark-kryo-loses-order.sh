#!/usr/bin/env bash
# Sorted sets, maps and queues that pass through Spark's Kryo come back in another order, and Properties without their
# defaults.
#
# Packages: Spark 4.2.0 (spark-core with its Kryo 4 and chill)
# Input: three numbers in reverse order, in five sorted collections of the JDK; a Properties object with one default;
#   each through Spark's JavaSerializer and KryoSerializer.
# Expected: the same collections: TreeMap and PriorityQueue keep their comparator.
# What happens: ConcurrentSkipListMap, ConcurrentSkipListSet and PriorityBlockingQueue are written as plain elements
#   and made again without their comparator, so that they sort the other way round; a Properties loses what it has as
#   defaults. No error.
# Output seen on 2026-11-29:
#   TreeMap, first key: 3, through Java serialization 3, through Kryo 3
#   ConcurrentSkipListMap, first key: 3, through Java serialization 3, through Kryo 1
#   ConcurrentSkipListSet, first: 3, through Java serialization 3, through Kryo 1
#   PriorityQueue, head: 3, through Java serialization 3, through Kryo 3
#   PriorityBlockingQueue, head: 3, through Java serialization 3, through Kryo 1
#   Properties, a default: 0.1, through Java serialization 0.1, through Kryo null
# Why it matters: "the largest k" becomes the smallest k, on executors only; a setting falls back to null there. A
#   local test without a shuffle or broadcast does not show it.
# Strata: sets Kryo as the serializer; it sends none of these classes (arrays, records of its own and lists).
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
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>4.2.0</version></dependency>
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
import java.util.concurrent.*;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.*;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

public class Finding {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  public static void main(String[] arguments) {
    NavigableMap<Integer, String> tree = new TreeMap<>(Comparator.reverseOrder());
    tree.putAll(Map.of(1, "one", 2, "two", 3, "three"));
    NavigableMap<Integer, String> skipList = new ConcurrentSkipListMap<>(Comparator.reverseOrder());
    skipList.putAll(tree);
    NavigableSet<Integer> skipSet = new ConcurrentSkipListSet<>(Comparator.reverseOrder());
    skipSet.addAll(tree.keySet());
    Queue<Integer> queue = new PriorityQueue<>(Comparator.reverseOrder());
    queue.addAll(tree.keySet());
    Queue<Integer> blocking = new PriorityBlockingQueue<>(3, Comparator.reverseOrder());
    blocking.addAll(tree.keySet());
    Properties defaults = new Properties();
    defaults.setProperty("rate", "0.1");
    show("TreeMap, first key", tree, map -> map.firstKey());
    show("ConcurrentSkipListMap, first key", skipList, map -> map.firstKey());
    show("ConcurrentSkipListSet, first", skipSet, set -> set.first());
    show("PriorityQueue, head", queue, head -> head.peek());
    show("PriorityBlockingQueue, head", blocking, head -> head.peek());
    show("Properties, a default", new Properties(defaults), properties -> properties.getProperty("rate"));
  }

  @SuppressWarnings("unchecked")
  private static <T> void show(String name, T value, Function<T, Object> read) {
    SparkConf settings = new SparkConf(false);
    SerializerInstance java = new JavaSerializer(settings).newInstance();
    SerializerInstance kryo = new KryoSerializer(settings).newInstance();
    System.out.println(
        name
            + ": " + read.apply(value)
            + ", through Java serialization " + read.apply((T) java.deserialize(java.serialize(value, ANY), ANY))
            + ", through Kryo " + read.apply((T) kryo.deserialize(kryo.serialize(value, ANY), ANY)));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
TreeMap, first key: 3, through Java serialization 3, through Kryo 3
ConcurrentSkipListMap, first key: 3, through Java serialization 3, through Kryo 1
ConcurrentSkipListSet, first: 3, through Java serialization 3, through Kryo 1
PriorityQueue, head: 3, through Java serialization 3, through Kryo 3
PriorityBlockingQueue, head: 3, through Java serialization 3, through Kryo 1
Properties, a default: 0.1, through Java serialization 0.1, through Kryo null
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
  echo "spark-kryo-loses-order: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-kryo-loses-order: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-kryo-loses-order: as stated in the header"
