#!/usr/bin/env bash
# DL4J's merged RegressionEvaluation has another R2 than the same rows evaluated at once, while the
# other measures agree.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: six rows of one regression output, evaluated at once, and in two halves that are merged.
# Expected: the same measures: merging is what distributed evaluation is made of.
# What happens: mean squared error, correlation and relative squared error agree; R2 is 0.9960
#   instead of 0.9826.
# Output seen on 2026-11-28:
#   at once: squared error 0.3983, correlation 0.9923, relative squared error 0.0174, R2 0.9826
#   merged: squared error 0.3983, correlation 0.9923, relative squared error 0.0174, R2 0.9960
# Why it matters: dl4j-spark evaluates by merging, so that R2 depends on the partitions, and looks
#   too good.
# Strata: computes R2 from its own sums, in block order.
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
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  private static final double[][] LABELS = {{1}, {2}, {3}, {10}, {11}, {13}};
  private static final double[][] FOUND = {{1.1}, {2.2}, {2.7}, {9}, {12}, {13.5}};

  public static void main(String[] arguments) {
    RegressionEvaluation merged = of(0, 3);
    merged.merge(of(3, 6));
    show("at once", of(0, 6));
    show("merged", merged);
  }

  private static RegressionEvaluation of(int from, int to) {
    RegressionEvaluation evaluation = new RegressionEvaluation(1);
    evaluation.eval(
        Nd4j.createFromArray(Arrays.copyOfRange(LABELS, from, to)),
        Nd4j.createFromArray(Arrays.copyOfRange(FOUND, from, to)));
    return evaluation;
  }

  private static void show(String name, RegressionEvaluation e) {
    System.out.println(
        String.format(
            Locale.ROOT, "%s: squared error %.4f, correlation %.4f, relative squared error %.4f, R2 %.4f",
            name, e.meanSquaredError(0), e.pearsonCorrelation(0), e.relativeSquaredError(0), e.rSquared(0)));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
at once: squared error 0.3983, correlation 0.9923, relative squared error 0.0174, R2 0.9826
merged: squared error 0.3983, correlation 0.9923, relative squared error 0.0174, R2 0.9960
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-regression-merge: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-regression-merge: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-regression-merge: as stated in the header"
