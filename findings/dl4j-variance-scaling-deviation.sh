#!/usr/bin/env bash
# Three initializations have other deviations than the papers that they are named after.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: weights of 400 inputs and 400 units from LECUN_UNIFORM, VAR_SCALING_NORMAL_FAN_IN, LECUN_NORMAL
#   and XAVIER; their standard deviation times the root of 400.
# Expected: 1 for all four: each is to have the variance 1 / 400.
# What happens: LECUN_UNIFORM is uniform in ± 3 / root(400), whose deviation is 1.73 times as large.
#   VAR_SCALING_NORMAL_FAN_IN cuts a normal distribution at two deviations without correcting for it: 0.87
#   times.
# Output seen on 2026-11-29:
#   LECUN_UNIFORM: 1.73
#   VAR_SCALING_NORMAL_FAN_IN: 0.87
#   LECUN_NORMAL: 1.00
#   XAVIER: 1.00
# Why it matters: a signal grows by 1.73 in each layer of a linear or selu network: two hundredfold after
#   ten layers.
# Strata: leaves these initializations out; its normal and uniform ones have the published deviations.
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
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  private static final int UNITS = 400;

  public static void main(String[] arguments) {
    for (WeightInit init :
        new WeightInit[] {
          WeightInit.LECUN_UNIFORM,
          WeightInit.VAR_SCALING_NORMAL_FAN_IN,
          WeightInit.LECUN_NORMAL,
          WeightInit.XAVIER
        }) {
      Nd4j.getRandom().setSeed(7);
      INDArray weights =
          init.getWeightInitFunction()
              .init(
                  UNITS,
                  UNITS,
                  new long[] {UNITS, UNITS},
                  'f',
                  Nd4j.create(1, UNITS * UNITS));
      System.out.printf(
          "%s: %.2f%n", init, weights.stdNumber().doubleValue() * Math.sqrt(UNITS));
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
LECUN_UNIFORM: 1.73
VAR_SCALING_NORMAL_FAN_IN: 0.87
LECUN_NORMAL: 1.00
XAVIER: 1.00
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-variance-scaling-deviation: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-variance-scaling-deviation: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-variance-scaling-deviation: as stated in the header"
