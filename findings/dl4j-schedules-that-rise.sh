#!/usr/bin/env bash
# The polynomial and the sigmoid learning rate schedule raise the rate.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: PolySchedule with rate 0.1, power 1 and 100 iterations; SigmoidSchedule with rate 0.1, gamma 0.1
#   and step size 50; the rates at iterations 0, 50 and 99.
# Expected: rates that fall: 0.1, 0.05, 0.001 for the polynomial, as in Caffe and in papers; about 0.1,
#   0.05, 0.001 for the sigmoid.
# What happens: PolySchedule computes rate (1 + t / n)^power: the rate doubles. SigmoidSchedule begins
#   near 0 and rises to the rate, as Caffe's does for a positive gamma; its Javadoc speaks of a decay rate.
# Output seen on 2026-11-29:
#   polynomial: 0.1000, 0.1500, 0.1990
#   sigmoid: 0.0007, 0.0500, 0.0993
# Why it matters: a training that was to settle gets longer and longer steps; it looks like an unlucky
#   learning rate.
# Strata: builds its falling schedules from a table of rates, or gives the stock class a negative gamma.
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
    <dependency><groupId>org.deeplearning4j</groupId><artifactId>deeplearning4j-nn</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;

public class Finding {
  public static void main(String[] arguments) {
    show("polynomial", new PolySchedule(ScheduleType.ITERATION, 0.1, 1, 100));
    show("sigmoid", new SigmoidSchedule(ScheduleType.ITERATION, 0.1, 0.1, 50));
  }

  private static void show(String name, ISchedule schedule) {
    System.out.printf(
        "%s: %.4f, %.4f, %.4f%n",
        name, schedule.valueAt(0, 0), schedule.valueAt(50, 0), schedule.valueAt(99, 0));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
polynomial: 0.1000, 0.1500, 0.1990
sigmoid: 0.0007, 0.0500, 0.0993
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-schedules-that-rise: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-schedules-that-rise: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-schedules-that-rise: as stated in the header"
