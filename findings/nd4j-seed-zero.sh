#!/usr/bin/env bash
# Seed 0 gives other random numbers each time in ND4J; every other seed repeats.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: the generator is set to a seed, 4 numbers are drawn, and both are done again; with the
#   seeds 0 and 1.
# Expected: the same numbers for the same seed.
# What happens: with 0 they differ: the native generator takes 0 for "no seed" and uses the time.
# Output seen on 2026-11-28:
#   seed 0: repeats false
#   seed 1: repeats true
# Why it matters: runs that fix the seed to 0, a common choice, cannot be repeated, and worker 0 of
#   a run that seeds by the number of the worker is the one that differs.
# Strata: seeds each step from a hash, and initial weights by InitialSeed, which replaces 0.
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
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.Arrays;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    for (long seed : new long[] {0, 1}) {
      Nd4j.getRandom().setSeed(seed);
      double[] first = Nd4j.rand(4).toDoubleVector();
      Thread.sleep(50);
      Nd4j.getRandom().setSeed(seed);
      double[] second = Nd4j.rand(4).toDoubleVector();
      System.out.println("seed " + seed + ": repeats " + Arrays.equals(first, second));
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
seed 0: repeats false
seed 1: repeats true
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-seed-zero: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-seed-zero: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-seed-zero: as stated in the header"
