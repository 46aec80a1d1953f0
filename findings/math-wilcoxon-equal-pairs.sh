#!/usr/bin/env bash
# The Wilcoxon signed-rank test of commons-math3 finds a highly significant difference between two equal samples.
#
# Packages: commons-math3 3.6.1 (it comes with Spark), hipparchus-stat 4.0.1, its successor, for comparison
# Input: 20 scores and the same 20 scores; 18 equal pairs with one higher and one lower by 0.01; 10 pairs higher and
#   10 lower.
# Expected: p = 1 for samples without a difference (or a refusal): the test leaves out equal pairs.
# What happens: equal pairs are ranked, and count as evidence: with 20 of them p is 0.0000019, smaller than for any
#   sample that differs. Hipparchus leaves them out. Without equal pairs both agree.
# Output seen on 2026-11-29:
#   20 equal pairs: p 1.9e-06 (exact), 8.2e-05 (normal approximation); Hipparchus refused, insufficient data
#   18 equal pairs, one higher, one lower: p 0.00059 (exact), 0.0013 (normal approximation); Hipparchus 1.0
#   10 higher, 10 lower: p 0.064 (exact), 0.059 (normal approximation); Hipparchus 0.064
# Why it matters: two models that score alike on most of the folds or tables "differ significantly" - the more, the
#   more alike they are.
# Strata: does not use this test.
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
    <dependency><groupId>org.hipparchus</groupId><artifactId>hipparchus-stat</artifactId><version>4.0.1</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.Locale;

public class Finding {
  public static void main(String[] arguments) {
    double[] first = new double[20];
    for (int i = 0; i < first.length; i++) {
      first[i] = 0.90 + 0.001 * i;
    }
    show("20 equal pairs", first, first.clone());
    double[] second = first.clone();
    second[3] += 0.01;
    second[11] -= 0.01;
    show("18 equal pairs, one higher, one lower", first, second);
    double[] third = first.clone();
    for (int i = 0; i < third.length; i++) {
      third[i] += i % 2 == 0 ? 0.01 : -0.0101;
    }
    show("10 higher, 10 lower", first, third);
  }

  private static void show(String name, double[] first, double[] second) {
    double exact =
        new org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest().wilcoxonSignedRankTest(first, second, true);
    double normal =
        new org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest().wilcoxonSignedRankTest(first, second, false);
    String other;
    try {
      other =
          String.format(
              Locale.ROOT, "%.2g",
              new org.hipparchus.stat.inference.WilcoxonSignedRankTest().wilcoxonSignedRankTest(first, second, true));
    } catch (org.hipparchus.exception.MathIllegalArgumentException e) {
      other = "refused, " + e.getMessage();
    }
    System.out.printf(
        Locale.ROOT, "%s: p %.2g (exact), %.2g (normal approximation); Hipparchus %s%n", name, exact, normal, other);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
20 equal pairs: p 1.9e-06 (exact), 8.2e-05 (normal approximation); Hipparchus refused, insufficient data
18 equal pairs, one higher, one lower: p 0.00059 (exact), 0.0013 (normal approximation); Hipparchus 1.0
10 higher, 10 lower: p 0.064 (exact), 0.059 (normal approximation); Hipparchus 0.064
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "math-wilcoxon-equal-pairs: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "math-wilcoxon-equal-pairs: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "math-wilcoxon-equal-pairs: as stated in the header"
