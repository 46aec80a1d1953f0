#!/usr/bin/env bash
# The gradients of GELU, swish and mish are NaN for sums of 23 to 45 and more.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: five activation functions at 1, 2, … 200, and their gradients for a gradient of 1 with regard to
#   the output. All in float32.
# Expected: each function is about its input there, and each gradient 1; the values do not overflow.
# What happens: the values of GELU, swish and mish are right, and their gradients are NaN once a power of e
#   inside overflows. Softplus is Infinity besides.
# Output seen on 2026-11-29:
#   GELU: f is a number up to 200, its gradient is NaN from 27
#   SWISH: f is a number up to 200, its gradient is NaN from 45
#   MISH: f is a number up to 200, its gradient is NaN from 23
#   SOFTPLUS: f is Infinity from 89, its gradient is NaN from 89
#   ELU: f is a number up to 200, its gradient is a number up to 200
# Why it matters: a deep network of GELUs with the usual initial weights has such sums at once: the loss is NaN
#   after the first steps, whatever the learning rate. A sum of 27 in one unit of one row is enough.
# Strata: replaces these gradients while it trains, to the bit DL4J's where those are numbers.
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
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  private static final int MOST = 200;

  public static void main(String[] arguments) {
    for (String name : new String[] {"GELU", "SWISH", "MISH", "SOFTPLUS", "ELU"}) {
      IActivation f = Activation.valueOf(name).getActivationFunction();
      INDArray z = Nd4j.createFromArray(numbers()).reshape(MOST, 1);
      INDArray values = f.getActivation(z.dup(), false);
      INDArray gradients = f.backprop(z.dup(), z.ulike().assign(1)).getFirst();
      System.out.println(
          name + ": f is " + words(values::getDouble) + ", its gradient is " + words(gradients::getDouble));
    }
  }

  private static float[] numbers() {
    float[] numbers = new float[MOST];
    for (int i = 0; i < MOST; i++) {
      numbers[i] = i + 1;
    }
    return numbers;
  }

  private static String words(IntToDoubleFunction of) {
    for (int i = 0; i < MOST; i++) {
      if (!Double.isFinite(of.applyAsDouble(i))) {
        return of.applyAsDouble(i) + " from " + (i + 1);
      }
    }
    return "a number up to " + MOST;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
GELU: f is a number up to 200, its gradient is NaN from 27
SWISH: f is a number up to 200, its gradient is NaN from 45
MISH: f is a number up to 200, its gradient is NaN from 23
SOFTPLUS: f is Infinity from 89, its gradient is NaN from 89
ELU: f is a number up to 200, its gradient is a number up to 200
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-gelu-gradient-nan: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-gelu-gradient-nan: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-gelu-gradient-nan: as stated in the header"
