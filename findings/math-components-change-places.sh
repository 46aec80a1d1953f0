#!/usr/bin/env bash
# EigenDecomposition of commons-math3 returns eigenvalues in descending order, until two mirrored elements differ in the 13th digit.
#
# Packages: commons-math3 3.6.1 (it comes with Spark), hipparchus-core 4.0.1, its successor, for comparison
# Input: the covariance matrix of three columns with the variances 1000, 4 and 2; the same with one of two mirrored elements
#   larger by a relative 1e-14, 1e-13 and 1e-6, as sums in another order or float32 make them.
# Expected: at most a change of the last digits: the first eigenvalue is the largest, and its vector is the first principal
#   component.
# What happens: a matrix that is symmetric to some 1e-14 of its elements is decomposed by the symmetric algorithm, whose
#   eigenvalues are sorted. Any other one takes the general algorithm, whose order is that of its deflations, here the smallest
#   first. There is no sign of it: the eigenvalues are right, real, and the vectors have length 1. Hipparchus' class for symmetric
#   matrices refuses the third one.
# Output seen on 2026-11-30:
#   symmetric: 1000.0 4.0 2.0; first component explains 99.4 %
#   one element larger by 1e-14: 1000.0 4.0 2.0; first component explains 99.4 %
#   one element larger by 1e-13: 2.0 1000.0 4.0; first component explains 0.2 %
#   one element larger by 1e-06: 2.0 1000.0 4.0; first component explains 0.2 %
#   Hipparchus, 1e-06: refused
# Why it matters: code that keeps the first k components loses the largest one, on one machine and not on another, as
#   soon as a parallel sum changes a last digit.
# Strata: copies the lower half of its products over the upper one before it decomposes them.
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
    <dependency><groupId>org.apache.commons</groupId><artifactId>commons-math3</artifactId><version>3.6.1</version></dependency>
    <dependency><groupId>org.hipparchus</groupId><artifactId>hipparchus-core</artifactId><version>4.0.1</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.EigenDecompositionSymmetric;

public class Finding {
  public static void main(String[] arguments) {
    show("symmetric", covariance(0));
    for (double by : new double[] {1e-14, 1e-13, 1e-6}) {
      show(String.format(Locale.ROOT, "one element larger by %.0e", by), covariance(by));
    }
    String found;
    try {
      found = "" + new EigenDecompositionSymmetric(
          new org.hipparchus.linear.Array2DRowRealMatrix(covariance(1e-6))).getEigenvalue(0);
    } catch (MathIllegalArgumentException e) {
      found = "refused";
    }
    System.out.println("Hipparchus, 1e-06: " + found);
  }

  private static double[][] covariance(double by) {
    return new double[][] {{2, 1 + by, 0}, {1, 1000, 1}, {0, 1, 4}};
  }

  private static void show(String what, double[][] covariance) {
    EigenDecomposition found = new EigenDecomposition(new Array2DRowRealMatrix(covariance));
    double[] values = found.getRealEigenvalues();
    double[] first = found.getEigenvector(0).toArray();
    double variance = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        variance += first[i] * covariance[i][j] * first[j];
      }
    }
    String list = Arrays.stream(values)
        .mapToObj(value -> String.format(Locale.ROOT, "%.1f", value))
        .collect(Collectors.joining(" "));
    System.out.printf(
        Locale.ROOT, "%s: %s; first component explains %.1f %%%n", what, list, 100 * variance / 1006);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
symmetric: 1000.0 4.0 2.0; first component explains 99.4 %
one element larger by 1e-14: 1000.0 4.0 2.0; first component explains 99.4 %
one element larger by 1e-13: 2.0 1000.0 4.0; first component explains 0.2 %
one element larger by 1e-06: 2.0 1000.0 4.0; first component explains 0.2 %
Hipparchus, 1e-06: refused
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "math-components-change-places: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "math-components-change-places: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "math-components-change-places: as stated in the header"
