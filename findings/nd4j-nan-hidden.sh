#!/usr/bin/env bash
# ND4J's argMax and max pass over NaN, and where it stands decides the class.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: rows of three outputs with one NaN at the first, second and third place, and a row of NaN
#   alone.
# Expected: the place of the NaN, as NumPy and PyTorch do, or an error; and NaN as the maximum.
# What happens: a NaN at the first place wins, at any other place the largest of the other numbers
#   does. max and min skip NaN, and are -Infinity and Infinity where there is nothing else.
# Output seen on 2026-11-28:
#   [NaN, 1.0, 2.0]: argMax 0, max 2.0, min 1.0
#   [1.0, NaN, 2.0]: argMax 2, max 2.0, min 1.0
#   [1.0, 2.0, NaN]: argMax 1, max 2.0, min 1.0
#   [NaN, NaN, NaN]: argMax 0, max -Infinity, min Infinity
# Why it matters: a network that has diverged still gives classes, and a check that the largest
#   output is finite passes.
# Strata: ends a run with exit code 4 on a loss or on parameters that are not finite, before classes
#   are taken.
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    float x = Float.NaN;
    for (float[] row : new float[][] {{x, 1, 2}, {1, x, 2}, {1, 2, x}, {x, x, x}}) {
      INDArray outputs = Nd4j.createFromArray(new float[][] {row});
      System.out.println(
          java.util.Arrays.toString(row) + ": argMax " + Nd4j.argMax(outputs, 1).getInt(0)
              + ", max " + outputs.maxNumber() + ", min " + outputs.minNumber());
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
[NaN, 1.0, 2.0]: argMax 0, max 2.0, min 1.0
[1.0, NaN, 2.0]: argMax 2, max 2.0, min 1.0
[1.0, 2.0, NaN]: argMax 1, max 2.0, min 1.0
[NaN, NaN, NaN]: argMax 0, max -Infinity, min Infinity
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-nan-hidden: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-nan-hidden: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-nan-hidden: as stated in the header"
