package dev.strata.bench.labels;

import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trials of all contenders: learning rate, dropout and epochs by cross-validation inside the
 * labelled rows, then one training on all of these, whose error on the test rows counts. Test rows
 * choose nothing.
 */
public final class Comparison {
  private final ComparisonData data;
  private final List<Contender> contenders;
  private final TrialLog log;

  public Comparison(ComparisonData data, List<Contender> contenders, TrialLog log) {
    this.data = data;
    this.contenders = List.copyOf(contenders);
    this.log = log;
  }

  /**
   * One final training.
   *
   * @param choice what cross-validation had chosen
   * @param seconds of all trials that it took
   */
  public record Outcome(int draw, Choice choice, double testError, double seconds) {}

  /** Trains what the log does not have yet. */
  public void run(JavaSparkContext spark, LabelCount count) {
    List<StateVector> starts = contenders.stream().map(Contender::start).toList();
    try (TrialRunner runner = new TrialRunner(spark, data.sets(), starts)) {
      List<Trial> validation = new ArrayList<>();
      for (int draw = 0; draw < count.choices(); draw++) {
        for (Contender contender : contenders) {
          validation.addAll(validation(contender, count, draw));
        }
      }
      log.complete(runner, count + ", cross-validation", validation);
      List<Trial> finals = new ArrayList<>();
      for (int draw = 0; draw < count.draws(); draw++) {
        for (Contender contender : contenders) {
          Choice choice = choice(contender, count, draw).orElseThrow();
          finals.add(onAllLabels(contender, count, draw, choice));
        }
      }
      log.complete(runner, count + ", all labels", finals);
    }
  }

  /** Results of a method, as many draws as are done. */
  public List<Outcome> outcomes(Contender contender, LabelCount count) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int draw = 0; draw < count.draws(); draw++) {
      Optional<Choice> choice = choice(contender, count, draw);
      if (choice.isEmpty()) {
        continue;
      }
      Optional<TrialResult> found =
          log.find(onAllLabels(contender, count, draw, choice.get()).name());
      if (found.isPresent()) {
        double seconds = found.get().seconds();
        for (Trial trial : validation(contender, count, Math.min(draw, count.choices() - 1))) {
          seconds += draw < count.choices() ? log.find(trial.name()).orElseThrow().seconds() : 0;
        }
        outcomes.add(new Outcome(draw, choice.get(), found.get().last().error(), seconds));
      }
    }
    return outcomes;
  }

  private Optional<Choice> choice(Contender contender, LabelCount count, int draw) {
    List<Choice.Candidate> candidates = new ArrayList<>();
    int chosenOn = draw < count.choices() ? draw : 0;
    for (Recipe recipe : contender.recipes(count)) {
      List<TrialResult> folds = new ArrayList<>();
      for (int fold = 0; fold < count.foldsUsed(); fold++) {
        log.find(validationName(contender, count, chosenOn, recipe, fold)).ifPresent(folds::add);
      }
      if (folds.size() < count.foldsUsed()) {
        return Optional.empty();
      }
      candidates.add(new Choice.Candidate(recipe, folds));
    }
    return Optional.of(Choice.best(candidates));
  }

  private List<Trial> validation(Contender contender, LabelCount count, int draw) {
    LabelDraw rows = data.draw(count, draw);
    List<Trial> trials = new ArrayList<>();
    for (Recipe recipe : contender.recipes(count)) {
      for (int fold = 0; fold < count.foldsUsed(); fold++) {
        trials.add(
            TrialBuilder.builder()
                .name(validationName(contender, count, draw, recipe, fold))
                .network(contender.network(recipe, data.inputs(), data.classes(), seed(draw)))
                .start(start(contender))
                .training(new TrialRows(ComparisonData.TRAIN, rows.without(fold)))
                .scoring(new TrialRows(ComparisonData.TRAIN, rows.heldOut(fold)))
                .epochs(count.epochs())
                .batch(count.batch())
                .scoreEvery(count.scoreEvery())
                .seed(seed(draw))
                .unitVariance(List.of())
                .step(StepSettings.STOCK)
                .unlabelled(unlabelled(contender, draw))
                .build());
      }
    }
    return trials;
  }

  private Trial onAllLabels(Contender contender, LabelCount count, int draw, Choice choice) {
    LabelDraw rows = data.draw(count, draw);
    return TrialBuilder.builder()
        .name(name(contender, count, draw, choice.recipe(), choice.epochs()) + " test")
        .network(contender.network(choice.recipe(), data.inputs(), data.classes(), seed(draw)))
        .start(start(contender))
        .training(new TrialRows(ComparisonData.TRAIN, rows.all()))
        .scoring(TrialRows.all(ComparisonData.TEST, data.testRows()))
        .epochs(choice.epochs())
        .batch(count.batch())
        .scoreEvery(choice.epochs())
        .seed(seed(draw))
        .unitVariance(List.of())
        .step(StepSettings.STOCK)
        .unlabelled(unlabelled(contender, draw))
        .build();
  }

  /** Null where nothing is learned from unlabelled rows. */
  private UnlabelledTraining unlabelled(Contender contender, int draw) {
    return contender.unlabelled(data.sets().get(ComparisonData.TRAIN), seed(draw)).orElse(null);
  }

  private int start(Contender contender) {
    return contender.start().length() == 0 ? Trial.FRESH : contenders.indexOf(contender);
  }

  /** The same for all methods: paired. */
  private static long seed(int draw) {
    return 1000L + draw;
  }

  private static String validationName(
      Contender contender, LabelCount count, int draw, Recipe recipe, int fold) {
    return name(contender, count, draw, recipe, count.epochs())
        + " every=%d fold=%d/%d".formatted(count.scoreEvery(), fold + 1, count.folds());
  }

  private static String name(
      Contender contender, LabelCount count, int draw, Recipe recipe, int epochs) {
    return "%s %s draw=%d %s epochs=%d".formatted(count, contender.id(), draw, recipe, epochs);
  }
}
