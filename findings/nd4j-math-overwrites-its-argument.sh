#!/usr/bin/env bash
# ND4J's Nd4j.math.exp(x) overwrites x, and so do about 60 functions of Nd4j.math and Nd4j.nn.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: x = [-1, 2], given to functions of Nd4j.math, Nd4j.nn and Transforms.
# Expected: x stays as it is: ND4J's documentation says that only methods with an i at the end (addi, muli) change
#   their array, and Transforms.exp(x) copies.
# What happens: the result is written into x and is the same object. exp, abs, square, sigmoid, logSoftmax and
#   add(x, number) do so; elu, softmax and add(x, array) do not. No name, type or comment tells them apart. In a sum of
#   two such functions, both terms are the same array: square(x) + exp(x) of -1 is 5.437 in place of 1.368. A view
#   changes the array that it is a view of.
# Output seen on 2026-11-30:
#   math.exp(x): 0.368 7.389, x afterwards 0.368 7.389
#   Transforms.exp(x): 0.368 7.389, x afterwards -1.000 2.000
#   math.square(x): 1.000 4.000, x afterwards 1.000 4.000
#   math.abs(x): 1.000 2.000, x afterwards 1.000 2.000
#   math.add(x, 1): 0.000 3.000, x afterwards 0.000 3.000
#   math.add(x, ones): 0.000 3.000, x afterwards -1.000 2.000
#   nn.sigmoid(x): 0.269 0.881, x afterwards 0.269 0.881
#   nn.elu(x): -0.632 2.000, x afterwards -1.000 2.000
#   nn.logSoftmax(x): -3.049 -0.049, x afterwards -3.049 -0.049
#   nn.softmax(x): 0.047 0.953, x afterwards -1.000 2.000
#   math.square(x) + math.exp(x): 5.437 109.196, x afterwards 2.718 54.598
#   matrix after math.square(first row): 1.000 4.000 3.000 4.000
# Why it matters: a sum of squared weights, taken for a report or a penalty, squares the weights of the network; a
#   custom loss or layer that uses the new API changes its own inputs. No error; a test of the result alone passes.
# Strata: calls neither Nd4j.math nor Nd4j.nn.
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
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

public class Finding {
  public static void main(String[] arguments) {
    show("math.exp(x)", x -> Nd4j.math.exp(x));
    show("Transforms.exp(x)", x -> Transforms.exp(x));
    show("math.square(x)", x -> Nd4j.math.square(x));
    show("math.abs(x)", x -> Nd4j.math.abs(x));
    show("math.add(x, 1)", x -> Nd4j.math.add(x, 1));
    show("math.add(x, ones)", x -> Nd4j.math.add(x, Nd4j.ones(2)));
    show("nn.sigmoid(x)", x -> Nd4j.nn.sigmoid(x));
    show("nn.elu(x)", x -> Nd4j.nn.elu(x));
    show("nn.logSoftmax(x)", x -> Nd4j.nn.logSoftmax(x));
    show("nn.softmax(x)", x -> Nd4j.nn.softmax(x));
    show("math.square(x) + math.exp(x)", x -> Nd4j.math.square(x).add(Nd4j.math.exp(x)));
    INDArray matrix = Nd4j.createFromArray(new float[][] {{-1, 2}, {3, 4}});
    Nd4j.math.square(matrix.getRow(0));
    System.out.println("matrix after math.square(first row): " + text(matrix.ravel()));
  }

  private static void show(String name, UnaryOperator<INDArray> function) {
    INDArray x = Nd4j.createFromArray(-1f, 2f);
    String result = text(function.apply(x));
    System.out.println(name + ": " + result + ", x afterwards " + text(x));
  }

  private static String text(INDArray vector) {
    StringBuilder text = new StringBuilder();
    for (float value : vector.toFloatVector()) {
      text.append(String.format(Locale.ROOT, " %.3f", value));
    }
    return text.substring(1);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
math.exp(x): 0.368 7.389, x afterwards 0.368 7.389
Transforms.exp(x): 0.368 7.389, x afterwards -1.000 2.000
math.square(x): 1.000 4.000, x afterwards 1.000 4.000
math.abs(x): 1.000 2.000, x afterwards 1.000 2.000
math.add(x, 1): 0.000 3.000, x afterwards 0.000 3.000
math.add(x, ones): 0.000 3.000, x afterwards -1.000 2.000
nn.sigmoid(x): 0.269 0.881, x afterwards 0.269 0.881
nn.elu(x): -0.632 2.000, x afterwards -1.000 2.000
nn.logSoftmax(x): -3.049 -0.049, x afterwards -3.049 -0.049
nn.softmax(x): 0.047 0.953, x afterwards -1.000 2.000
math.square(x) + math.exp(x): 5.437 109.196, x afterwards 2.718 54.598
matrix after math.square(first row): 1.000 4.000 3.000 4.000
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-math-overwrites-its-argument: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-math-overwrites-its-argument: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-math-overwrites-its-argument: as stated in the header"
