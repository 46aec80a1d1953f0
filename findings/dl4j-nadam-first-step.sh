#!/usr/bin/env bash
# DL4J's Nadam takes a first step of 60 times the learning rate.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one parameter with the gradient 0.5 at every step, learning rate 0.01, the default decays
#   0.9 and 0.999.
# Expected: about 0.01 to 0.02 per step, as in Adam, in the paper and in Keras and PyTorch.
# What happens: the first step is 0.60, the second 0.32: the mean of the gradients is corrected for
#   its start at 0, the mean of their squares is not, so that the denominator is 30 times too small.
# Output seen on 2026-11-28:
#   Adam: 0.0100 0.0100 0.0100 0.0100
#   Nadam: 0.6008 0.3190 0.2318 0.1884
# Why it matters: the first updates throw a network, above all a pretrained one, far from its
#   weights; the loss recovers, so that it passes for an unlucky start.
# Strata: computes nadam itself while it trains, with both corrections (NadamLoop); ten steps by hand
#   pin each updater in a test (UpdaterStepsTest). Saved models name the stock updater.
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.*;

public class Finding {
  public static void main(String[] arguments) {
    for (IUpdater settings : new IUpdater[] {new Adam(0.01), new Nadam(0.01)}) {
      INDArray state = Nd4j.zeros(DataType.DOUBLE, 1, settings.stateSize(1));
      GradientUpdater<?> updater = settings.instantiate(state, true);
      StringBuilder line = new StringBuilder(settings.getClass().getSimpleName() + ":");
      for (int iteration = 0; iteration < 4; iteration++) {
        INDArray gradient = Nd4j.createFromArray(new double[][] {{0.5}});
        updater.applyUpdater(gradient, iteration, 0);
        line.append(String.format(Locale.ROOT, " %.4f", gradient.getDouble(0)));
      }
      System.out.println(line);
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
Adam: 0.0100 0.0100 0.0100 0.0100
Nadam: 0.6008 0.3190 0.2318 0.1884
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-nadam-first-step: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-nadam-first-step: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-nadam-first-step: as stated in the header"
