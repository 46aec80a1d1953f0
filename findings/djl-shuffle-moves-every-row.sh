#!/usr/bin/env bash
# DJL's random sampler never leaves a row at its place, and the random split takes the last row more often for the test.
#
# Packages: DJL 0.38.0 (ai.djl:api)
# Input: RandomSampler over data sets of 2, 3, 4 and 10 rows, 10,000 times each; randomSplit(8, 2) of 10 rows, 100,000
#   times. No engine is needed: the random numbers come from RandomUtils.RANDOM, which gets a seed.
# Expected: all orders (2, 6 and 24 for 2, 3 and 4 rows), and a row at its place once per shuffle on average. Each row
#   is in the test part in 20 percent of the splits.
# What happens: the sampler swaps row i with one of the rows before it, never with itself (Sattolo's algorithm): it
#   makes (n - 1)! of the n! orders, the cyclic ones. Two rows are always swapped, three rows have two orders. The split
#   swaps each row with any row, which is not uniform either: the last row is in the test part in 23 percent.
# Output seen on 2026-11-30:
#   2 rows, 10000 shuffles: 1 different orders, 0 rows at their places
#   3 rows, 10000 shuffles: 2 different orders, 0 rows at their places
#   4 rows, 10000 shuffles: 6 different orders, 0 rows at their places
#   10 rows, 10000 shuffles: many orders, 0 rows at their places
#   split 8 to 2 of 10 rows: the fifth row is in the test part in 19.6 percent, the last in 22.9
# Why it matters: "shuffled" is no uniform order: the first row of a file is never the first of an epoch, and a row
#   meets the rows of its own batch of the file less often than chance. With two rows, every epoch is
#   the same.
# Strata: shuffles with Fisher and Yates's algorithm.
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
    <dependency><groupId>ai.djl</groupId><artifactId>api</artifactId><version>0.38.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.RandomSampler;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import ai.djl.util.RandomUtils;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    RandomUtils.RANDOM.setSeed(7);
    for (int rows : new int[] {2, 3, 4, 10}) {
      Set<List<Long>> orders = new HashSet<>();
      int inPlace = 0;
      for (int shuffle = 0; shuffle < 10_000; shuffle++) {
        List<Long> order = new ArrayList<>();
        new RandomSampler().sample(new Rows(rows)).forEachRemaining(order::add);
        for (int i = 0; i < rows; i++) {
          inPlace += order.get(i) == i ? 1 : 0;
        }
        orders.add(order);
      }
      System.out.printf(
          "%d rows, 10000 shuffles: %s, %d rows at their places%n",
          rows, rows < 10 ? orders.size() + " different orders" : "many orders", inPlace);
    }
    int[] timesInTest = new int[10];
    for (int split = 0; split < 100_000; split++) {
      Rows rows = new Rows(10);
      RandomAccessDataset test = rows.randomSplit(8, 2)[1];
      for (long i = 0; i < test.size(); i++) {
        test.get(null, i);
        timesInTest[(int) rows.read]++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "split 8 to 2 of 10 rows: the fifth row is in the test part in %.1f percent, the last in %.1f%n",
        timesInTest[4] / 1000.0,
        timesInTest[9] / 1000.0);
  }

  /** Remembers the number of the row that was read last. */
  private static final class Rows extends RandomAccessDataset {
    private final int size;
    private long read;

    Rows(int size) {
      super(new Builder().setSampling(1, true));
      this.size = size;
    }

    @Override
    public Record get(NDManager manager, long index) {
      read = index;
      return new Record(new NDList(), new NDList());
    }

    @Override
    protected long availableSize() {
      return size;
    }

    @Override
    public void prepare(Progress progress) {}

    private static final class Builder extends BaseBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
2 rows, 10000 shuffles: 1 different orders, 0 rows at their places
3 rows, 10000 shuffles: 2 different orders, 0 rows at their places
4 rows, 10000 shuffles: 6 different orders, 0 rows at their places
10 rows, 10000 shuffles: many orders, 0 rows at their places
split 8 to 2 of 10 rows: the fifth row is in the test part in 19.6 percent, the last in 22.9
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "djl-shuffle-moves-every-row: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "djl-shuffle-moves-every-row: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "djl-shuffle-moves-every-row: as stated in the header"
