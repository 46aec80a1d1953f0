#!/usr/bin/env bash
# DL4J's exact ROC depends on the order of rows with equal scores, and its thresholded one is chance
# for small scores.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: four rows with the score 0.5, positives first and then last; and four rows ranked right
#   with scores below 0.001.
# Expected: 0.5 for equal scores in any order, and 1.0 for the right ranking.
# What happens: ROC(0), documented as exact, gives 1.0 where the positives come first and 0.0 where
#   they come last. ROC(1000) puts all scores below 0.001 between two thresholds and gives 0.5.
# Output seen on 2026-11-28:
#   equal scores, positives first, 0 steps: area 1.0
#   equal scores, positives last, 0 steps: area 0.0
#   right ranking below 0.001, 0 steps: area 1.0
#   right ranking below 0.001, 1000 steps: area 0.5
# Why it matters: a constant model looks perfect on rows sorted by label, and a model for rare
#   events looks like chance.
# Strata: has its own curves with thresholds by the bits of the scores; equal scores share one
#   threshold (docs/metrics.md).
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
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    double[][] equal = {{.5}, {.5}, {.5}, {.5}};
    double[][] small = {{.0008}, {.0007}, {.0002}, {.0001}};
    double[][] first = {{1}, {1}, {0}, {0}};
    double[][] last = {{0}, {0}, {1}, {1}};
    show("equal scores, positives first", 0, first, equal);
    show("equal scores, positives last", 0, last, equal);
    show("right ranking below 0.001", 0, first, small);
    show("right ranking below 0.001", 1000, first, small);
  }

  private static void show(String name, int steps, double[][] labels, double[][] scores) {
    ROC roc = new ROC(steps);
    roc.eval(Nd4j.createFromArray(labels), Nd4j.createFromArray(scores));
    System.out.println(name + ", " + steps + " steps: area " + roc.calculateAUC());
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
equal scores, positives first, 0 steps: area 1.0
equal scores, positives last, 0 steps: area 0.0
right ranking below 0.001, 0 steps: area 1.0
right ranking below 0.001, 1000 steps: area 0.5
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-roc-ties-and-steps: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-roc-ties-and-steps: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-roc-ties-and-steps: as stated in the header"
