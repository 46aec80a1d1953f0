package dev.strata.driver.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class StagesTest {
  private static final int EPOCHS = 27;
  private static final Dimension RATE = new Dimension.Interval("network.l2", 0, 1, false, false, 3);
  private static final Dimension TYPE =
      new Dimension.Choices("network.updater.type", List.of("adam", "sgd"));

  /** Scores that do not change with epochs. */
  private static final class Known implements Stages.Trainer {
    private final ToDoubleFunction<Point> error;
    private final List<List<Stages.Attempt>> stages = new ArrayList<>();
    private final Map<Point, Integer> epochs = new HashMap<>();

    Known(ToDoubleFunction<Point> error) {
      this.error = error;
    }

    @Override
    public void train(Collection<Stages.Attempt> attempts) {
      stages.add(List.copyOf(attempts));
      attempts.forEach(attempt -> epochs.put(attempt.point(), attempt.epochs()));
    }

    @Override
    public List<Point> ranked() {
      return epochs.keySet().stream().sorted(Comparator.comparingDouble(error)).toList();
    }

    /** Trials and epochs of each stage, without the configuration as it is. */
    List<List<Integer>> shape() {
      return stages.stream()
          .map(
              stage -> {
                List<Stages.Attempt> own =
                    stage.stream().filter(a -> a.point().number() > 0).toList();
                return List.of(own.size(), own.get(0).epochs());
              })
          .toList();
    }
  }

  private static TuneSettings settings(TuneSettings.Method method, int trials, int fewest) {
    return new TuneSettings(
        List.of(RATE, TYPE),
        method,
        trials,
        OptionalInt.of(0),
        SearchSettings.Metric.ERROR,
        3,
        fewest == 0 ? OptionalInt.empty() : OptionalInt.of(fewest));
  }

  private static Known run(TuneSettings settings) {
    return run(settings, p -> p.number() == 0 ? 2 : p.places().getOrDefault("network.l2", 1.0));
  }

  private static Known run(TuneSettings settings, ToDoubleFunction<Point> error) {
    Known known = new Known(error);
    new Stages(settings, EPOCHS, 7, known).run();
    return known;
  }

  @Test
  void theConfigurationAsItIsRunsOnceToItsEnd() {
    for (TuneSettings.Method method : TuneSettings.Method.values()) {
      Known known = run(settings(method, 10, 1));
      List<Stages.Attempt> given =
          known.stages.stream()
              .flatMap(List::stream)
              .filter(attempt -> attempt.point().number() == 0)
              .toList();
      assertThat(given).as("%s", method).hasSize(1);
      assertThat(given.get(0).epochs()).isEqualTo(EPOCHS);
    }
  }

  @Test
  void halvingTrainsTheBestThirdThreeTimesAsLong() {
    Known known = run(settings(TuneSettings.Method.HALVING, 30, 1));
    assertThat(known.shape())
        .containsExactly(List.of(30, 1), List.of(10, 3), List.of(3, 9), List.of(1, 27));
    List<Point> first = known.stages.get(0).stream().map(Stages.Attempt::point).toList();
    List<Point> best =
        first.stream()
            .filter(p -> p.number() > 0)
            .sorted(Comparator.comparingDouble(p -> p.places().get("network.l2")))
            .limit(10)
            .toList();
    assertThat(known.stages.get(1))
        .extracting(Stages.Attempt::point)
        .containsExactlyInAnyOrderElementsOf(best);
  }

  @Test
  void halvingBeginsWithANinthOfTheEpochs() {
    assertThat(run(settings(TuneSettings.Method.HALVING, 30, 0)).shape())
        .containsExactly(List.of(30, 3), List.of(10, 9), List.of(3, 27));
    assertThat(run(settings(TuneSettings.Method.HALVING, 2, 0)).shape())
        .containsExactly(List.of(2, 27));
    assertThat(run(settings(TuneSettings.Method.HALVING, 30, 50)).shape())
        .containsExactly(List.of(30, 27));
  }

  /** Table 1 of the paper: R = 27 of it has η = 3 and the brackets below. */
  @Test
  void hyperbandHasTheBracketsOfThePaper() {
    List<Stages.Bracket> brackets =
        new Stages(settings(TuneSettings.Method.HYPERBAND, 1, 1), EPOCHS, 7, null).brackets();
    assertThat(brackets)
        .containsExactly(
            new Stages.Bracket(27, List.of(1, 3, 9, 27)),
            new Stages.Bracket(12, List.of(3, 9, 27)),
            new Stages.Bracket(6, List.of(9, 27)),
            new Stages.Bracket(4, List.of(27)));
  }

  @Test
  void gridsHaveEveryCombination() {
    Known known = run(settings(TuneSettings.Method.GRID, 1, 1));
    assertThat(known.stages).hasSize(1);
    assertThat(known.stages.get(0).subList(1, 7))
        .extracting(a -> a.point().values().values().toString())
        .containsExactly(
            "[0.0, adam]", "[0.0, sgd]", "[0.5, adam]", "[0.5, sgd]", "[1.0, adam]", "[1.0, sgd]");
  }

  @Test
  void roundsComeCloserToTheBest() {
    Known known =
        run(
            settings(TuneSettings.Method.COARSE_TO_FINE, 30, 1),
            p -> p.number() == 0 ? 2 : Math.abs(p.places().get("network.l2") - 0.7));
    assertThat(known.shape()).extracting(stage -> stage.get(0)).containsExactly(10, 10, 10);
    double[] widths =
        known.stages.stream()
            .mapToDouble(
                stage -> {
                  double[] places =
                      stage.stream()
                          .filter(a -> a.point().number() > 0)
                          .mapToDouble(a -> a.point().places().get("network.l2"))
                          .sorted()
                          .toArray();
                  return places[places.length - 1] - places[0];
                })
            .toArray();
    assertThat(widths[1]).isLessThan(1.0 / 3);
    assertThat(widths[2]).isLessThan(1.0 / 9);
    assertThat(known.ranked().get(0).places().get("network.l2")).isBetween(0.65, 0.75);
  }

  /** What a trial has of a key is a function of the seed, the key and its number. */
  @Test
  void moreTrialsAndKeysLeaveTheFirstOnesAsTheyAre() {
    List<Point> few = new Draws(List.of(RATE), 7).uniform(1, 5);
    List<Point> many = new Draws(List.of(TYPE, RATE), 7).uniform(1, 9);
    for (int i = 0; i < few.size(); i++) {
      assertThat(many.get(i).values().get("network.l2"))
          .isEqualTo(few.get(i).values().get("network.l2"));
    }
    assertThat(new Draws(List.of(RATE), 8).uniform(1, 5)).isNotEqualTo(few);
  }
}
