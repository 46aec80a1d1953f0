#!/usr/bin/env bash
# ND4J's log1p and expm1 are 0 for small numbers, tanh is off by 19 per cent, and softplus is 0 from -17.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: the float32 numbers 1e-6, 5e-8 and 1e-8; for softplus -17, for logSigmoid 17; one number in float64.
# Expected: about x itself for log1p, expm1, tanh and sinh: log1p and expm1 exist to be exact near 0. NumPy, PyTorch
#   and the JDK are.
# What happens: log1p is log(1 + x), expm1 is exp(x) - 1, and tanh is made of exp(x) too, in the type of the array. The
#   digits that 1 + x loses are missing in the result, a multiple of 6e-8. sinh is right. softplus and logSigmoid are 0
#   where float32 could hold 4e-8. In float64 the same happens at 1e-16.
# Output seen on 2026-11-30:
#   log1p(1.0E-6): 9.54e-07, right 1.00e-06
#   expm1(1.0E-6): 9.54e-07, right 1.00e-06
#   tanh(1.0E-6): 1.01e-06, right 1.00e-06
#   sinh(1.0E-6): 1.00e-06, right 1.00e-06
#   log1p(5.0E-8): 0.00, right 5.00e-08
#   expm1(5.0E-8): 0.00, right 5.00e-08
#   tanh(5.0E-8): 5.96e-08, right 5.00e-08
#   sinh(5.0E-8): 5.00e-08, right 5.00e-08
#   log1p(1.0E-8): 0.00, right 1.00e-08
#   expm1(1.0E-8): 0.00, right 1.00e-08
#   tanh(1.0E-8): 0.00, right 1.00e-08
#   sinh(1.0E-8): 1.00e-08, right 1.00e-08
#   softplus(-17.0): 0.00, right 4.14e-08
#   logSigmoid(17.0): 0.00, right -4.14e-08
#   log1p(1.0E-16) in float64: 0.00, right 1.00e-16
# Why it matters: code that uses log1p to be safe is not: log(1 - p) of a rare event is 0, its logarithm is -Infinity,
#   and a ratio of two of them is 0 / 0.
# Strata: scales columns with the JDK's log1p. Its own float32 activations have errors of up to 6e-8, too.
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
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

public class Finding {
  public static void main(String[] arguments) {
    for (float x : new float[] {1e-6f, 5e-8f, 1e-8f}) {
      show("log1p", x, y -> Nd4j.math.log1p(y), Math::log1p);
      show("expm1", x, y -> Nd4j.math.expm1(y), Math::expm1);
      show("tanh", x, y -> Transforms.tanh(y), Math::tanh);
      show("sinh", x, y -> Transforms.sinh(y), Math::sinh);
    }
    show("softplus", -17, y -> Transforms.softPlus(y), y -> Math.log1p(Math.exp(y)));
    show("logSigmoid", 17, y -> Nd4j.nn.logSigmoid(y), y -> -Math.log1p(Math.exp(-y)));
    System.out.printf(
        Locale.ROOT,
        "log1p(1.0E-16) in float64: %.3g, right %.3g%n",
        Nd4j.math.log1p(Nd4j.createFromArray(1e-16)).getDouble(0),
        Math.log1p(1e-16));
  }

  private static void show(String name, float x, UnaryOperator<INDArray> function, DoubleUnaryOperator right) {
    float found = function.apply(Nd4j.createFromArray(x)).getFloat(0);
    System.out.printf(Locale.ROOT, "%s(%s): %.3g, right %.3g%n", name, x, found, right.applyAsDouble(x));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
log1p(1.0E-6): 9.54e-07, right 1.00e-06
expm1(1.0E-6): 9.54e-07, right 1.00e-06
tanh(1.0E-6): 1.01e-06, right 1.00e-06
sinh(1.0E-6): 1.00e-06, right 1.00e-06
log1p(5.0E-8): 0.00, right 5.00e-08
expm1(5.0E-8): 0.00, right 5.00e-08
tanh(5.0E-8): 5.96e-08, right 5.00e-08
sinh(5.0E-8): 5.00e-08, right 5.00e-08
log1p(1.0E-8): 0.00, right 1.00e-08
expm1(1.0E-8): 0.00, right 1.00e-08
tanh(1.0E-8): 0.00, right 1.00e-08
sinh(1.0E-8): 1.00e-08, right 1.00e-08
softplus(-17.0): 0.00, right 4.14e-08
logSigmoid(17.0): 0.00, right -4.14e-08
log1p(1.0E-16) in float64: 0.00, right 1.00e-16
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-log1p-of-small-numbers: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-log1p-of-small-numbers: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-log1p-of-small-numbers: as stated in the header"
