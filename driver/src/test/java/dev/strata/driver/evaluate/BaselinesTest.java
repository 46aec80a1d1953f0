package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.metric.ClassMeasuring;
import dev.strata.executor.metric.ClassSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cases computed by hand from the definitions of docs/metrics.md. */
class BaselinesTest {
  private final List<String> names = List.of("no", "yes", "maybe");

  private static ClassSums sums(int classes) {
    return new ClassSums(new ClassMeasuring(classes, classes == 2 ? 1 : -1, 5, 5, 1000));
  }

  private static void add(ClassSums sums, int rows, int actual, double weight, float... scores) {
    IntStream.range(0, rows).forEach(row -> sums.add(actual, scores, 0, weight));
  }

  private ClassBaselines baselines(ClassSums sums, int classes) {
    OptionalInt positive = classes == 2 ? OptionalInt.of(1) : OptionalInt.empty();
    return new ClassSummary(names.subList(0, classes), positive, sums).baselines();
  }

  private List<String> warnings(ClassSums sums, int classes) {
    ClassBaselines found = baselines(sums, classes);
    return EvaluationWarnings.of(found.neverPredicted(), found.all());
  }

  /** The table of 3 % positives: F1 0 at accuracy 0.968, and nothing said so. */
  @Test
  void aModelThatAlwaysPredictsTheFrequentClassIsNoBetterThanDoingSo() {
    ClassSums sums = sums(2);
    add(sums, 968, 0, 1, 0.9f, 0.1f);
    add(sums, 32, 1, 1, 0.9f, 0.1f);

    List<Baseline> all = baselines(sums, 2).all();

    double entropy = -(0.968 * Math.log(0.968) + 0.032 * Math.log(0.032));
    assertThat(all).extracting(Baseline::metric).containsExactly("accuracy", "log-loss");
    assertThat(all).extracting(Baseline::reached).containsExactly(true, true);
    assertThat(all.get(0)).isEqualTo(new Baseline("always no", "accuracy", 0.968, 0.968, true));
    assertThat(all.get(1).value()).isCloseTo(entropy, within(1e-12));
    assertThat(warnings(sums, 2))
        .containsExactly(
            "class yes is never predicted (32 of 1,000 rows)",
            "accuracy 0.9680 is no better than the 0.9680 of predicting always no",
            "log-loss 0.1757 is no better than the 0.1416 of predicting each class with its share"
                + " of the rows");
  }

  @Test
  void aModelThatTellsTheClassesApartGivesNoWarning() {
    ClassSums sums = sums(2);
    add(sums, 960, 0, 1, 0.95f, 0.05f);
    add(sums, 8, 0, 1, 0.4f, 0.6f);
    add(sums, 32, 1, 1, 0.2f, 0.8f);

    assertThat(warnings(sums, 2)).isEmpty();
    assertThat(baselines(sums, 2).all()).extracting(Baseline::reached).containsOnly(false);
  }

  /** Equal weights of both classes: accuracy 3/4 of the rows is 1/2 of the weight. */
  @Test
  void baselinesAreByWeight() {
    ClassSums sums = sums(2);
    add(sums, 3, 0, 1, 1, 0);
    add(sums, 1, 1, 3, 1, 0);

    Baseline accuracy = baselines(sums, 2).all().get(0);

    assertThat(accuracy.value()).isEqualTo(0.5);
    assertThat(accuracy.model()).isEqualTo(0.5);
    assertThat(baselines(sums, 2).all().get(1).value()).isCloseTo(Math.log(2), within(1e-12));
  }

  /** A constant at the shares has the least log loss of all constants: no better by definition. */
  @Test
  void thePriorItselfIsNoBetterThanThePrior() {
    ClassSums sums = sums(3);
    add(sums, 50, 0, 1, 0.5f, 0.25f, 0.25f);
    add(sums, 25, 1, 1, 0.5f, 0.25f, 0.25f);
    add(sums, 25, 2, 1, 0.5f, 0.25f, 0.25f);

    assertThat(baselines(sums, 3).all().get(1).reached()).isTrue();
    assertThat(warnings(sums, 3))
        .anyMatch(w -> w.startsWith("2 classes are never predicted: yes, maybe (50 of 100 rows)"));
  }

  @Test
  void oneClassAloneHasNoPriorToCompareWith() {
    ClassSums sums = sums(2);
    add(sums, 5, 0, 1, 0.9f, 0.1f);

    assertThat(baselines(sums, 2).all()).extracting(Baseline::metric).containsExactly("accuracy");
    assertThat(warnings(sums, 2)).noneMatch(w -> w.contains("never predicted"));
  }

  @Test
  void manyColumnsAreNotListedOneByOne() {
    List<Baseline> many = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      many.add(new Baseline("the mean of y" + i, "rmse", 1, 2, true));
    }

    List<String> warnings = EvaluationWarnings.of(Optional.empty(), many);

    assertThat(warnings).hasSize(6);
    assertThat(warnings.get(0))
        .isEqualTo("rmse 2.000 is no better than the 1.000 of predicting the mean of y0");
    assertThat(warnings.get(5)).isEqualTo("the same applies to 3 more columns");
  }
}
