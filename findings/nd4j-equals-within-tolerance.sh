#!/usr/bin/env bash
# ND4J's INDArray.equals calls arrays equal that differ in every element, as long as no difference
# reaches 1e-5.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: pairs of small float32 and float64 vectors, with other signs or factors of a million
#   between them.
# Expected: false: equals in Java is exact, and hash codes lean on it.
# What happens: true: differences below 1e-5 do not count, however large they are beside the values.
#   So all weights of a small-valued layer equal zero.
# Output seen on 2026-11-28:
#   DOUBLE [1.0E-12, -4.0E-7] equals [5.0E-6, 9.0E-6]: true
#   FLOAT [0.0, 0.0] equals [9.000000318337698E-6, -9.000000318337698E-6]: true
#   FLOAT [0.0, 0.0] equals [0.0, 1.9999999494757503E-5]: false
# Why it matters: a test that a run is repeatable to the bit, or that a layer was frozen, passes
#   with any optimiser whose steps are small.
# Strata: its runs are compared by the SHA-256 of the parameter bytes; its unit tests compare float
#   arrays.
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    show(Nd4j.createFromArray(1e-12, -4e-7), Nd4j.createFromArray(5e-6, 9e-6));
    show(Nd4j.createFromArray(0f, 0f), Nd4j.createFromArray(9e-6f, -9e-6f));
    show(Nd4j.createFromArray(0f, 0f), Nd4j.createFromArray(0f, 2e-5f));
  }

  private static void show(INDArray a, INDArray b) {
    System.out.println(
        a.dataType() + " " + java.util.Arrays.toString(a.toDoubleVector()) + " equals "
            + java.util.Arrays.toString(b.toDoubleVector()) + ": " + a.equals(b));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
DOUBLE [1.0E-12, -4.0E-7] equals [5.0E-6, 9.0E-6]: true
FLOAT [0.0, 0.0] equals [9.000000318337698E-6, -9.000000318337698E-6]: true
FLOAT [0.0, 0.0] equals [0.0, 1.9999999494757503E-5]: false
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-equals-within-tolerance: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-equals-within-tolerance: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-equals-within-tolerance: as stated in the header"
