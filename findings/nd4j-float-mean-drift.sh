#!/usr/bin/env bash
# ND4J's mean of 40 million equal floats is half of their value on one thread, and 5 per cent too
# large on two.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: a vector of 40,000,000 float32 values, all 0.1, and one of 1,000,000; one thread
#   (OMP_NUM_THREADS=1), as in a Spark task.
# Expected: 0.1 within a few units of the last place: NumPy sums in pairs, and others in double
#   precision.
# What happens: each thread keeps its sum in one float32. It is rounded at every addition, to the
#   same side for long stretches, and stops growing at 2^21, where 0.1 is less than half of the
#   distance to the next float. The mean is 0.052; with two threads it is 0.105. The deviation
#   reported for the same vector is 0.
# Output seen on 2026-11-28:
#   1,000,000 values: mean 0.101, deviation 0.000, mean summed in double 0.100
#   40,000,000 values: mean 0.052, deviation 0.000, mean summed in double 0.100
# Why it matters: means over a column of a large table, or over pixels of many images, shift all
#   standardised features. Small tests cannot see it.
# Strata: sums statistics in float64 over blocks in block order; ND4J reduces minibatches only.
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
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    for (int length : new int[] {1_000_000, 40_000_000}) {
      INDArray tenths = Nd4j.valueArrayOf(new long[] {length}, 0.1f);
      float[] values = tenths.data().asFloat();
      double exact = 0;
      for (float value : values) {
        exact += value;
      }
      System.out.println(
          String.format(
              Locale.ROOT,
              "%,d values: mean %.3f, deviation %.3f, mean summed in double %.3f",
              length, tenths.meanNumber().doubleValue(), tenths.stdNumber().doubleValue(), exact / length));
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
1,000,000 values: mean 0.101, deviation 0.000, mean summed in double 0.100
40,000,000 values: mean 0.052, deviation 0.000, mean summed in double 0.100
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx2g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-float-mean-drift: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-float-mean-drift: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-float-mean-drift: as stated in the header"
