package dev.strata.executor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.metric.ScoreDistribution.Step;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Seeded(8)
class ScoreDistributionTest {
  private record Row(float score, boolean positive, float weight) {}

  private final Random random;

  ScoreDistributionTest(Seed seed) {
    random = seed.random();
  }

  private Row row(boolean weighted) {
    float score =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(7) / 8f;
          case 1 -> random.nextFloat();
          case 2 -> 1 - random.nextInt(500) * 0x1p-24f;
          default -> (float) Math.exp(-30 * random.nextDouble());
        };
    return new Row(score, random.nextInt(3) == 0, weighted ? 0.1f + random.nextFloat() : 1);
  }

  private static ScoreDistribution of(int capacity, List<Row> rows) {
    ScoreDistribution distribution = new ScoreDistribution(capacity);
    rows.forEach(r -> distribution.add(r.score(), r.positive(), r.weight()));
    return distribution;
  }

  private List<Row> rows(int count, boolean weighted) {
    return java.util.stream.Stream.generate(() -> row(weighted)).limit(count).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 17, 100, 5000})
  void mergingIsAssociativeAndCommutativeWithAnEmptyOne(int capacity) {
    for (boolean weighted : new boolean[] {false, true}) {
      List<Row> rows = rows(3000, weighted);
      List<Step> all = of(capacity, rows).descending();
      assertThat(all).hasSizeLessThanOrEqualTo(capacity);
      List<Row> first = rows.subList(0, 40);
      List<Row> second = rows.subList(40, 2000);
      List<Row> third = rows.subList(2000, 3000);
      ScoreDistribution left = of(capacity, first);
      left.merge(of(capacity, second));
      left.merge(of(capacity, third));
      assertThat(left.descending()).isEqualTo(all);
      ScoreDistribution right = of(capacity, third);
      right.merge(of(capacity, second));
      ScoreDistribution outer = of(capacity, first);
      outer.merge(right);
      assertThat(outer.descending()).isEqualTo(all);
      ScoreDistribution empty = of(capacity, List.of());
      empty.merge(outer);
      assertThat(empty.descending()).isEqualTo(all);
      empty.merge(of(capacity, List.of()));
      assertThat(empty.descending()).isEqualTo(all);
    }
  }

  @Test
  void everyDistinctScoreIsKeptWhileThereIsRoom() {
    List<Row> rows = rows(2000, true);
    TreeMap<Float, double[]> expected = new TreeMap<>();
    for (Row row : rows) {
      expected.computeIfAbsent(row.score(), s -> new double[2])[row.positive() ? 0 : 1] +=
          row.weight();
    }
    List<Step> steps = of(expected.size(), rows).descending();
    assertThat(steps)
        .extracting(Step::score)
        .containsExactlyElementsOf(expected.descendingKeySet());
    for (Step step : steps) {
      assertThat(step.merged()).isFalse();
      double[] weights = expected.get(step.score());
      assertThat(step.positives()).isCloseTo(weights[0], org.assertj.core.data.Offset.offset(1e-9));
      assertThat(step.negatives()).isCloseTo(weights[1], org.assertj.core.data.Offset.offset(1e-9));
    }
  }

  @Test
  void countsAtAThresholdAreExactEvenWhereScoresShareAStep() {
    List<Row> rows = rows(5000, false);
    List<Step> steps = of(60, rows).descending();
    assertThat(steps).hasSizeBetween(20, 60);
    assertThat(steps).anyMatch(Step::merged);
    double reached = 0;
    for (Step step : steps) {
      reached += step.positives() + step.negatives();
      float threshold = step.score();
      assertThat(reached).isEqualTo(rows.stream().filter(r -> r.score() >= threshold).count());
    }
  }

  @Test
  void aDistributionTravelsAndGoesOnCounting() throws Exception {
    List<Row> rows = rows(900, true);
    for (int sent : new int[] {0, 1, 450}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(of(200, rows.subList(0, sent)));
      }
      try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        ScoreDistribution read = (ScoreDistribution) in.readObject();
        read.merge(of(200, rows.subList(sent, 900)));
        assertThat(read.descending()).isEqualTo(of(200, rows).descending());
      }
    }
  }

  @Test
  void signsAreToldApartWithTheLeastRoom() {
    ScoreDistribution least = new ScoreDistribution(2);
    for (float score : new float[] {-3, -0f, 0, 7e30f, -1e-30f, 0.5f, Float.MAX_VALUE, -2}) {
      least.add(score, score > 0, 1);
    }
    assertThat(least.descending())
        .containsExactly(new Step(0, 3, 2, true), new Step(-3, 0, 3, true));
  }
}
