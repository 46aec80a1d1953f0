package dev.strata.driver.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.trial.FoldScores;
import dev.strata.driver.visualization.Picture;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneOutcomeTest {
  private static final int EPOCHS = 3;
  private static final Dimension RATE =
      new Dimension.Interval("network.updater.learning-rate", 1e-4, 0.1, true, false, 3);
  private static final Dimension COUNT =
      new Dimension.Choices("hidden.count", List.of("1", "2", "3"));

  private static TuneSettings settings(Dimension... space) {
    return new TuneSettings(
        List.of(space),
        TuneSettings.Method.RANDOM,
        20,
        OptionalInt.of(2),
        SearchSettings.Metric.ERROR,
        3,
        OptionalInt.empty());
  }

  private static TrialResult trial(double... errors) {
    List<TrialScore> curve = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      curve.add(new TrialScore(i + 1, 2 * errors[i], errors[i]));
    }
    return new TrialResult("trial", curve, Double.isNaN(errors[errors.length - 1]), 1, 2);
  }

  private static Tried tried(Point point, double best, int fold) {
    List<TrialResult> folds = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      double own = i == fold ? best : best + 0.02;
      // Smoothed, the second is own.
      folds.add(trial(own + 0.01, own - 0.01, own + 0.01));
    }
    FoldScores scores = new FoldScores(folds, List.of(10, 10), 1, true);
    return Tried.of(
        point, EPOCHS, scores.mean("t"), Optional.of(scores), SearchSettings.Metric.ERROR);
  }

  /** The best rate is 0.01. */
  private static TuneOutcome outcome(double bestPlace, Dimension... space) {
    List<Tried> all = new ArrayList<>();
    all.add(tried(Point.AS_CONFIGURED, 0.4, 0));
    for (Point point : new Draws(List.of(space), 5).uniform(1, 20)) {
      double away = Math.abs(point.places().get(RATE.key()) - bestPlace);
      all.add(tried(point, 0.1 + 0.3 * away, point.number() % 2));
    }
    all.sort(
        Comparator.comparing(Tried::score, SearchSettings.Metric.ERROR.order())
            .thenComparing(one -> one.point().number()));
    return new TuneOutcome(settings(space), EPOCHS, 2, all, 1);
  }

  @Test
  void saysWhatWasGained() {
    TuneOutcome outcome = outcome(0.66, RATE, COUNT);
    assertThat(outcome.bestScore().epoch()).isEqualTo(2);
    assertThat(outcome.bestScore().error()).isBetween(0.1, 0.2);
    assertThat(outcome.asConfigured().error()).isEqualTo(0.41, offset(1e-12));
    assertThat(outcome.sentence())
        .contains("the configuration as it is: 0.4100")
        .contains("after 2 epochs");
    assertThat(outcome.warnings()).isEmpty();
    assertThat(outcome.metrics().get("best")).containsKeys("error", "loss", "epoch");
  }

  /** On each fold by what is best on the other: at least as much as the best of all. */
  @Test
  void choosingIsNotRewarded() {
    TuneOutcome outcome = outcome(0.66, RATE, COUNT);
    assertThat(outcome.withoutOptimism().orElseThrow().mean())
        .isGreaterThanOrEqualTo(outcome.bestScore().error());
  }

  @Test
  void aBestValueAtTheEndOfItsRangeIsReported() {
    Dimension.Interval narrow = new Dimension.Interval(RATE.key(), 1e-4, 0.1, true, false, 3);
    List<Tried> all = new ArrayList<>(outcome(0.66, RATE, COUNT).tried());
    Point edge =
        new Point(99, Map.of(narrow.key(), "0.0998", COUNT.key(), "3"), Map.of(narrow.key(), 0.99));
    all.add(0, tried(edge, 0.01, 0));
    TuneOutcome outcome = new TuneOutcome(settings(narrow, COUNT), EPOCHS, 2, all, 1);
    assertThat(outcome.warnings())
        .singleElement()
        .asString()
        .contains("network.updater.learning-rate", "0.0998", "upper end");
  }

  @Test
  void picturesShowEveryTrialAndNameTheBestPart(@TempDir Path folder) throws IOException {
    TuneOutcome outcome = outcome(0.66, RATE, COUNT);
    List<Picture> pictures = new TunePictures(outcome).all();
    assertThat(pictures).extracting(Picture::name).containsExactly("parallel", "marginal");
    for (Picture picture : pictures) {
      String svg = new String(picture.file(), StandardCharsets.UTF_8);
      Files.writeString(folder.resolve(picture.fileName()), svg);
      assertThat(svg).contains("learning-rate", "count").doesNotContain("NaN", "Infinity");
    }
    String parallel = new String(pictures.get(0).file(), StandardCharsets.UTF_8);
    // 20 trials and 3 axes
    assertThat(parallel.split("<path", -1)).hasSize(1 + 20 + 3);
    assertThat(pictures.get(1).findings().get(0)).startsWith("learning-rate: the best error lies");
  }

  @Test
  void trialsThatDivergedAreInTheTableAndInNoPicture() {
    List<Tried> all = new ArrayList<>(outcome(0.66, RATE, COUNT).tried());
    Point lost = new Draws(List.of(RATE, COUNT), 5).uniform(50, 1).get(0);
    FoldScores scores =
        new FoldScores(
            List.of(trial(0.3, Double.NaN), trial(Double.NaN)), List.of(10, 10), 1, true);
    all.add(
        Tried.of(lost, EPOCHS, scores.mean("t"), Optional.of(scores), SearchSettings.Metric.ERROR));
    TuneOutcome outcome = new TuneOutcome(settings(RATE, COUNT), EPOCHS, 2, all, 1);
    assertThat(new TuneTable(outcome).text()).contains("\n50 ", "NaN", "as configured");
    assertThat(new TunePictures(outcome).all().toString()).doesNotContain("NaN");
  }
}
