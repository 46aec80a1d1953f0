#!/usr/bin/env bash
# Tribuo's bins of equal frequency: the last of 100 bins has half of the rows, the last of 10 none.
#
# Packages: Tribuo 4.3.2 (tribuo-core)
# Input: BinningTransformation.equalFrequency for the different values 0, 1, 2, ..., each of which is then transformed.
# Expected: bins that differ by one value at most, as the documentation says: "each bin has an equal probability of
#   occurrence in the training data". Fewer values than bins are refused.
# What happens: the bins are as wide as the whole part of values / bins, and what is left over goes into the last bin:
#   99 of 199 values. If nothing is left over, the last bin is one value short, since each boundary is taken one value
#   too far: with ten values it is empty. Five values in ten bins, which the code means to refuse, become 5, 10, 10,
#   10, 10.
# Output seen on 2026-11-30:
#   10 values in 10 bins: 2 in the first, 0 in the last
#   19 values in 10 bins: 2 in the first, 9 in the last
#   20 values in 10 bins: 3 in the first, 1 in the last
#   199 values in 100 bins: 2 in the first, 99 in the last
#   1999 values in 100 bins: 20 in the first, 117 in the last
#   5 values in 10 bins: [5.0, 10.0, 10.0, 10.0, 10.0]
# Why it matters: half of the range, the large values, becomes one category. It depends on the number of rows: a table
#   of 200 rows has nearly even bins, one of 199 rows has not.
# Strata: cuts bins at quantiles of its own (Quantiles, type 7 of Hyndman and Fan).
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
    <dependency><groupId>org.tribuo</groupId><artifactId>tribuo-core</artifactId><version>4.3.2</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.Arrays;
import java.util.stream.IntStream;
import org.tribuo.transform.TransformStatistics;
import org.tribuo.transform.transformations.BinningTransformation;

public class Finding {
  public static void main(String[] arguments) {
    show(10, 10);
    show(19, 10);
    show(20, 10);
    show(199, 100);
    show(1999, 100);
    System.out.println("5 values in 10 bins: " + Arrays.toString(bins(5, 10)));
  }

  private static void show(int values, int bins) {
    double[] found = bins(values, bins);
    System.out.println(
        values + " values in " + bins + " bins: "
            + Arrays.stream(found).filter(bin -> bin == 1).count() + " in the first, "
            + Arrays.stream(found).filter(bin -> bin == bins).count() + " in the last");
  }

  /** The bin of each value. */
  private static double[] bins(int values, int bins) {
    double[] numbers = IntStream.range(0, values).asDoubleStream().toArray();
    TransformStatistics statistics = BinningTransformation.equalFrequency(bins).createStats();
    for (double number : numbers) {
      statistics.observeValue(number);
    }
    return Arrays.stream(numbers).map(statistics.generateTransformer()::transform).toArray();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
10 values in 10 bins: 2 in the first, 0 in the last
19 values in 10 bins: 2 in the first, 9 in the last
20 values in 10 bins: 3 in the first, 1 in the last
199 values in 100 bins: 2 in the first, 99 in the last
1999 values in 100 bins: 20 in the first, 117 in the last
5 values in 10 bins: [5.0, 10.0, 10.0, 10.0, 10.0]
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "tribuo-equal-frequency-bins: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "tribuo-equal-frequency-bins: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "tribuo-equal-frequency-bins: as stated in the header"
