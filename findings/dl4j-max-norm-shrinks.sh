#!/usr/bin/env bash
# A max-norm constraint shrinks weights that are far below the limit, a little at every step.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: weights of 3 inputs and 2 units whose lengths are 0.5 and 0.05, a limit of 2, applied as after
#   each of 10,000 training steps.
# Expected: the weights stay as they are: their lengths are below the limit.
# What happens: each application multiplies a unit's weights by length / (length + 1e-6), also below the
#   limit, so that their length falls by 1e-6 a step: a decay that does not depend on the learning rate, and
#   that is larger in proportion the shorter they are.
# Output seen on 2026-11-29:
#   before: lengths 0.5000 and 0.0500, limit 2
#   after 10,000 steps: lengths 0.4900 and 0.0400, limit 2
# Why it matters: units with small weights fade away in long trainings, even while no gradient moves them.
# Strata: takes the constraint out of a network while it trains it and projects the weights itself (MaxNorm in
#   executor.step); what is saved has the stock constraint.
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
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    INDArray weights = Nd4j.createFromArray(new double[][] {{0.3, 0.03}, {0.4, 0.04}, {0, 0}});
    show("before", weights);
    MaxNormConstraint limit = new MaxNormConstraint(2, 0);
    for (int step = 1; step <= 10_000; step++) {
      limit.apply(weights);
    }
    show("after 10,000 steps", weights);
  }

  private static void show(String when, INDArray weights) {
    double[] lengths = weights.norm2(0).toDoubleVector();
    System.out.printf("%s: lengths %.4f and %.4f, limit 2%n", when, lengths[0], lengths[1]);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
before: lengths 0.5000 and 0.0500, limit 2
after 10,000 steps: lengths 0.4900 and 0.0400, limit 2
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-max-norm-shrinks: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-max-norm-shrinks: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-max-norm-shrinks: as stated in the header"
