#!/usr/bin/env bash
# Smile's variance of four times in seconds is -512, their deviation NaN, and a correlation can be 1.035.
#
# Packages: Smile 3.1.1 (smile-core), the last for Java 17
# Input: the numbers 4, 7, 13 and 16, and the same plus 1,000,000, 100,000,000 and 1,700,000,000; MathEx.var, sd and cor
#   with 4, 7, 13 and 16; Standardizer on a column of them.
# Expected: variance 30, deviation 5.477 and correlation 1 in each case; a correlation is at most 1, a variance at least
#   0.
# What happens: they are computed from the sum of squares less the square of the sum, in one pass over the numbers.
#   Beside a large mean the difference is rounding error: 28, or -512, of which the root is NaN. The library's own
#   Standardizer takes the deviation from there and replaces a column of times by NaN.
# Output seen on 2026-11-30:
#   plus 0: variance 30.000, deviation 5.477, correlation 1.000, standardized -1.095 -0.548 0.548 1.095
#   plus 1000000: variance 30.000, deviation 5.477, correlation 1.000, standardized -1.095 -0.548 0.548 1.095
#   plus 100000000: variance 28.000, deviation 5.292, correlation 1.035, standardized -1.134 -0.567 0.567 1.134
#   plus 1700000000: variance -512.000, deviation NaN, correlation NaN, standardized NaN NaN NaN NaN
# Why it matters: NaN in one column spreads to all weights in the first step; a variance of 28 shows nowhere.
# Strata: adds up moments about a running mean (Moments).
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
    <dependency><groupId>com.github.haifengl</groupId><artifactId>smile-core</artifactId><version>3.1.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.Arrays;
import java.util.Locale;
import smile.data.DataFrame;
import smile.feature.transform.Standardizer;
import smile.math.MathEx;

public class Finding {
  private static final double[] NUMBERS = {4, 7, 13, 16};

  public static void main(String[] arguments) {
    for (double offset : new double[] {0, 1e6, 1e8, 1.7e9}) {
      double[] moved = Arrays.stream(NUMBERS).map(number -> number + offset).toArray();
      DataFrame table =
          DataFrame.of(Arrays.stream(moved).mapToObj(number -> new double[] {number}).toArray(double[][]::new), "x");
      System.out.printf(
          Locale.ROOT,
          "plus %.0f: variance %.3f, deviation %.3f, correlation %.3f, standardized %.3f %.3f %.3f %.3f%n",
          offset,
          MathEx.var(moved),
          MathEx.sd(moved),
          MathEx.cor(moved, NUMBERS),
          standardized(table, 0),
          standardized(table, 1),
          standardized(table, 2),
          standardized(table, 3));
    }
  }

  private static double standardized(DataFrame table, int row) {
    return Standardizer.fit(table, "x").apply(table).getDouble(row, 0);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
plus 0: variance 30.000, deviation 5.477, correlation 1.000, standardized -1.095 -0.548 0.548 1.095
plus 1000000: variance 30.000, deviation 5.477, correlation 1.000, standardized -1.095 -0.548 0.548 1.095
plus 100000000: variance 28.000, deviation 5.292, correlation 1.035, standardized -1.134 -0.567 0.567 1.134
plus 1700000000: variance -512.000, deviation NaN, correlation NaN, standardized NaN NaN NaN NaN
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "smile-variance-negative: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "smile-variance-negative: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "smile-variance-negative: as stated in the header"
