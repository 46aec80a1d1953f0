#!/usr/bin/env bash
# ND4J's AdaMax never reads its epsilon.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one step of AdaMax, and of Adam beside it, with epsilon 1e-8 and with epsilon 1, on the gradients
#   0.01 and 0.
# Expected: with epsilon 1 both take a much shorter step by the gradient 0.01, because each divides by a
#   length plus epsilon; PyTorch's Adamax does.
# What happens: AdaMax takes the same step with both. It adds 1e-32 to the running maximum instead, so that
#   its state after a gradient of 0 is 1e-32.
# Output seen on 2026-11-29:
#   Adam, epsilon 1e-08: steps 0.0010 and 0.0000
#   Adam, epsilon 1e+00: steps 0.0000 and 0.0000
#   AdaMax, epsilon 1e-08: steps 0.0010 and 0.0000
#   AdaMax, epsilon 1e+00: steps 0.0010 and 0.0000
#   AdaMax's maximum after a gradient of 0: 1e-32
# Why it matters: epsilon is what people raise against long steps of units that rarely get a gradient; here
#   that changes nothing. Numbers taken over from another library train differently.
# Strata: conf/reference.conf says that adamax does not use epsilon; its kernels for GPUs take the same step,
#   so that CPU and GPU agree.
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
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

public class Finding {
  public static void main(String[] arguments) {
    for (double epsilon : new double[] {1e-8, 1}) {
      step("Adam", new Adam(0.001, 0.9, 0.999, epsilon), epsilon);
    }
    INDArray state = null;
    for (double epsilon : new double[] {1e-8, 1}) {
      state = step("AdaMax", new AdaMax(0.001, 0.9, 0.999, epsilon), epsilon);
    }
    System.out.printf(
        Locale.ROOT, "AdaMax's maximum after a gradient of 0: %.0e%n", state.getDouble(3));
  }

  private static INDArray step(String name, IUpdater settings, double epsilon) {
    INDArray state = Nd4j.zeros(1, 4);
    GradientUpdater<?> updater = settings.instantiate(state, true);
    INDArray gradient = Nd4j.createFromArray(new float[][] {{0.01f, 0}});
    updater.applyUpdater(gradient, 0, 0);
    System.out.printf(
        Locale.ROOT,
        "%s, epsilon %.0e: steps %.4f and %.4f%n",
        name, epsilon, gradient.getDouble(0), gradient.getDouble(1));
    return state;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
Adam, epsilon 1e-08: steps 0.0010 and 0.0000
Adam, epsilon 1e+00: steps 0.0000 and 0.0000
AdaMax, epsilon 1e-08: steps 0.0010 and 0.0000
AdaMax, epsilon 1e+00: steps 0.0010 and 0.0000
AdaMax's maximum after a gradient of 0: 1e-32
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-adamax-ignores-epsilon: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-adamax-ignores-epsilon: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-adamax-ignores-epsilon: as stated in the header"
