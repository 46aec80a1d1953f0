#!/usr/bin/env bash
# DL4J's LossBinaryXENT with softmax reports the categorical cross-entropy and descends the binary
# one.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one row of three classes, label 0, outputs before softmax 0.3, 0.9 and 0.5.
# Expected: score and gradient belong to one function; 2.3557 for the binary cross-entropy summed
#   over the outputs.
# What happens: the score is 1.3971, the categorical cross-entropy, and the gradient is that of the
#   binary one: differences of the score do not give it.
# Output seen on 2026-11-28:
#   score 1.3971; by hand binary 2.3557, categorical 1.3971
#   output 0: gradient -1.0626, slope of the score -0.7527, of the binary loss -1.0626
#   output 1: gradient 0.7062, slope of the score 0.4506, of the binary loss 0.7062
#   output 2: gradient 0.3564, slope of the score 0.3021, of the binary loss 0.3564
# Why it matters: early stopping and learning curves watch a loss that training does not minimise,
#   and a gradient check fails with a right gradient.
# Strata: binary-cross-entropy stands on sigmoid outputs by default (Losses.java), where score and
#   gradient agree.
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
import java.util.*;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

public class Finding {
  private static final INDArray LABELS = Nd4j.createFromArray(new double[][] {{1, 0, 0}});

  public static void main(String[] arguments) {
    double[] z = {0.3, 0.9, 0.5};
    double[] gradient =
        new LossBinaryXENT()
            .computeGradient(LABELS, row(z), new ActivationSoftmax(), null)
            .toDoubleMatrix()[0];
    System.out.println(
        String.format(
            Locale.ROOT, "score %.4f; by hand binary %.4f, categorical %.4f",
            score(z), binary(z), -Math.log(softmax(z)[0])));
    for (int i = 0; i < 3; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += 1e-6;
      down[i] -= 1e-6;
      System.out.println(
          String.format(
              Locale.ROOT, "output %d: gradient %.4f, slope of the score %.4f, of the binary loss %.4f",
              i, gradient[i], (score(up) - score(down)) / 2e-6, (binary(up) - binary(down)) / 2e-6));
    }
  }

  private static INDArray row(double[] z) {
    return Nd4j.createFromArray(new double[][] {z});
  }

  private static double score(double[] z) {
    return new LossBinaryXENT().computeScore(LABELS, row(z), new ActivationSoftmax(), null, false);
  }

  private static double binary(double[] z) {
    double[] p = softmax(z);
    return -Math.log(p[0]) - Math.log(1 - p[1]) - Math.log(1 - p[2]);
  }

  private static double[] softmax(double[] z) {
    double sum = Arrays.stream(z).map(Math::exp).sum();
    return Arrays.stream(z).map(v -> Math.exp(v) / sum).toArray();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
score 1.3971; by hand binary 2.3557, categorical 1.3971
output 0: gradient -1.0626, slope of the score -0.7527, of the binary loss -1.0626
output 1: gradient 0.7062, slope of the score 0.4506, of the binary loss 0.7062
output 2: gradient 0.3564, slope of the score 0.3021, of the binary loss 0.3564
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-xent-softmax-score: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-xent-softmax-score: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-xent-softmax-score: as stated in the header"
