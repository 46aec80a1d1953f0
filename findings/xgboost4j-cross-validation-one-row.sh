#!/usr/bin/env bash
# Leave-one-out cross-validation in XGBoost4J tests one and the same row in every fold.
#
# Packages: XGBoost4J 3.4.0 (ml.dmlc:xgboost4j_2.12)
# Input: 12 rows whose labels are their numbers; XGBoost.crossValidation with 2 to 12 folds; an evaluation of our own
#   notes which rows each fold tests.
# Expected: k folds of 12/k rows each, in which every row is tested once; with 12 folds each row is left out once. Two
#   calls with one seed have the same folds.
# What happens: each fold leaves the first of its rows in the training rows and tests the last row of the shuffled order
#   instead. That row is tested in every fold, and one row of each other fold is never tested. With as many folds as
#   rows, a single row is tested, 12 times. The rows are shuffled without the seed, so each call has other folds.
# Output seen on 2026-11-30:
#   2 folds: 11 of 12 rows are tested, one of them in 2 folds
#   3 folds: 10 of 12 rows are tested, one of them in 3 folds
#   4 folds: 9 of 12 rows are tested, one of them in 4 folds
#   6 folds: 7 of 12 rows are tested, one of them in 6 folds
#   12 folds: 1 of 12 rows are tested, one of them in 12 folds
#   two calls with seed 7 test the same rows: false
# Why it matters: for small tables, where leave-one-out is used, the reported error is the error of one row, chosen at
#   random. Comparing settings by such a result compares luck. A row with an unusual label counts k times or not at all.
# Strata: has its own folds (tested for each row being held out once) and does not call this method.
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
    <dependency><groupId>ml.dmlc</groupId><artifactId>xgboost4j_2.12</artifactId><version>3.4.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

public class Finding {
  private static final int ROWS = 12;

  public static void main(String[] arguments) throws Exception {
    for (int folds : new int[] {2, 3, 4, 6, 12}) {
      Map<Integer, Integer> timesTested = new TreeMap<>();
      for (List<Integer> fold : tested(folds)) {
        fold.forEach(row -> timesTested.merge(row, 1, Integer::sum));
      }
      System.out.printf(
          "%d folds: %d of %d rows are tested, one of them in %d folds%n",
          folds, timesTested.size(), ROWS, timesTested.values().stream().max(Integer::compare).get());
    }
    System.out.println("two calls with seed 7 test the same rows: " + tested(3).equals(tested(3)));
  }

  /** The rows that each fold tests. */
  private static List<List<Integer>> tested(int folds) throws XGBoostError {
    float[] features = new float[ROWS];
    float[] labels = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      features[row] = row + 1;
      labels[row] = row;
    }
    DMatrix data = new DMatrix(features, ROWS, 1, Float.NaN);
    data.setLabel(labels);
    RowsSeen seen = new RowsSeen();
    XGBoost.crossValidation(
        data,
        new HashMap<>(Map.of("objective", "reg:squarederror", "nthread", 1, "verbosity", 0, "seed", 7)),
        1,
        folds,
        null,
        null,
        seen);
    // Each fold is evaluated on its training rows, then on its test rows.
    List<List<Integer>> tested = new ArrayList<>();
    for (int i = 1; i < seen.rows.size(); i += 2) {
      tested.add(seen.rows.get(i));
    }
    return tested;
  }

  private static final class RowsSeen implements IEvaluation {
    private final List<List<Integer>> rows = new ArrayList<>();

    @Override
    public String getMetric() {
      return "rows";
    }

    @Override
    public float eval(float[][] predictions, DMatrix data) {
      try {
        List<Integer> labels = new ArrayList<>();
        for (float label : data.getLabel()) {
          labels.add((int) label);
        }
        rows.add(labels);
        return 0;
      } catch (XGBoostError e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
2 folds: 11 of 12 rows are tested, one of them in 2 folds
3 folds: 10 of 12 rows are tested, one of them in 3 folds
4 folds: 9 of 12 rows are tested, one of them in 4 folds
6 folds: 7 of 12 rows are tested, one of them in 6 folds
12 folds: 1 of 12 rows are tested, one of them in 12 folds
two calls with seed 7 test the same rows: false
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "xgboost4j-cross-validation-one-row: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "xgboost4j-cross-validation-one-row: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "xgboost4j-cross-validation-one-row: as stated in the header"
