#!/usr/bin/env bash
# DL4J's f1 and precision are means over the classes that were predicted, so that a model which
# gives up a class gains.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: four rows of three classes (two of class 0), all predicted as class 0.
# Expected: macro means over the three classes: precision 0.1667, f1 0.2222, as scikit-learn gives
#   with zero for what is undefined.
# What happens: precision 0.5 and f1 0.6667: classes that were never predicted are left out of the
#   mean. Recall is the mean over all three.
# Output seen on 2026-11-28:
#   precision 0.5000, recall 0.3333, f1 0.6667; by hand precision 0.1667, recall 0.3333, f1 0.2222
# Why it matters: early stopping by f1 prefers models that have lost whole classes.
# Strata: takes the mean over all classes that have rows, 0 where a measure is undefined
#   (docs/metrics.md).
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
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    Evaluation evaluation = new Evaluation(3);
    evaluation.eval(
        Nd4j.createFromArray(new double[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}),
        Nd4j.createFromArray(new double[][] {{.8, .1, .1}, {.8, .1, .1}, {.8, .1, .1}, {.8, .1, .1}}));
    System.out.println(
        String.format(
            Locale.ROOT, "precision %.4f, recall %.4f, f1 %.4f; by hand precision %.4f, recall %.4f, f1 %.4f",
            evaluation.precision(), evaluation.recall(), evaluation.f1(),
            (0.5 + 0 + 0) / 3, (1.0 + 0 + 0) / 3, (2.0 / 3 + 0 + 0) / 3));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
precision 0.5000, recall 0.3333, f1 0.6667; by hand precision 0.1667, recall 0.3333, f1 0.2222
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-macro-f1-leaves-out-classes: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-macro-f1-leaves-out-classes: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-macro-f1-leaves-out-classes: as stated in the header"
