#!/usr/bin/env bash
# DL4J's ELU uses its alpha forward and forgets it backward.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: ActivationELU(0.3) at -2, -0.5 and 1: the output, the slope from differences and the slope
#   that backprop gives.
# Expected: the same slope twice, alpha * exp(x) below 0.
# What happens: backprop gives exp(x): 3.3 times too much for negative inputs.
# Output seen on 2026-11-28:
#   x -2.0: output -0.2594, slope from differences 0.0406, from backprop 0.1353
#   x -0.5: output -0.1180, slope from differences 0.1820, from backprop 0.6065
#   x 1.0: output 1.0000, slope from differences 1.0000, from backprop 1.0000
# Why it matters: Keras models with another alpha are imported with right outputs, and fine-tuning
#   them then follows wrong gradients.
# Strata: trains an imported ELU with another alpha on its right gradient (RightGradient); its own
#   layers take alpha as a key.
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
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    ActivationELU elu = new ActivationELU(0.3);
    for (double x : new double[] {-2, -0.5, 1}) {
      double h = 1e-6;
      double slope = (at(elu, x + h) - at(elu, x - h)) / (2 * h);
      INDArray one = Nd4j.createFromArray(new double[][] {{1}});
      double given = elu.backprop(Nd4j.createFromArray(new double[][] {{x}}), one).getFirst().getDouble(0);
      System.out.println(
          String.format(
              Locale.ROOT, "x %.1f: output %.4f, slope from differences %.4f, from backprop %.4f",
              x, at(elu, x), slope, given));
    }
  }

  private static double at(ActivationELU elu, double x) {
    return elu.getActivation(Nd4j.createFromArray(new double[][] {{x}}), false).getDouble(0);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
x -2.0: output -0.2594, slope from differences 0.0406, from backprop 0.1353
x -0.5: output -0.1180, slope from differences 0.1820, from backprop 0.6065
x 1.0: output 1.0000, slope from differences 1.0000, from backprop 1.0000
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-elu-alpha-gradient: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-elu-alpha-gradient: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-elu-alpha-gradient: as stated in the header"
