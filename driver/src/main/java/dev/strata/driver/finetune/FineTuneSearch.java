package dev.strata.driver.finetune;

import dev.strata.driver.finetune.SearchTrials.Planned;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.trial.FoldScores;
import dev.strata.driver.trial.KeptTrials;
import dev.strata.driver.trial.SmoothedScores;
import dev.strata.driver.trial.TrialCut;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.surgery.ReusedLayers;
import dev.strata.executor.surgery.TransferBuilder;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains each candidate on the training rows, one task each, and evaluates it on the held-out rows:
 * what fine-tuning with one worker would give; or so for each fold of the training rows, measured
 * on the fold. Results are kept, so that an interrupted search resumes with what it has not tried,
 * for as many epochs as it was begun with.
 */
public final class FineTuneSearch {
  private final JavaSparkContext spark;
  private final SearchRequest request;
  private final TrialFolder kept;

  public FineTuneSearch(JavaSparkContext spark, SearchRequest request) {
    this.spark = spark;
    this.request = request;
    this.kept = new TrialFolder(spark.hadoopConfiguration(), request.folder());
  }

  /**
   * Builds each candidate's network, so that problems are reported before anything is trained.
   *
   * @param task of any width where the number of classes is not known
   * @throws StrataException (configuration) where a number does not fit the model, or the new
   *     layers a candidate
   */
  public static void check(
      ModelBundle bundle,
      NetworkSettings top,
      FineTuneSettings settings,
      OutputTask task,
      long seed,
      String key) {
    NetworkConfiguration network = bundle.model().network();
    ReusedLayers model = ReusedLayers.belowOutput(network, key);
    for (Candidate candidate : Candidates.of(network, settings, key)) {
      FineTuneSettings own = candidate.settings();
      try {
        NetworkConfiguration built =
            TransferBuilder.build(
                model.with(own.surgery()), top, own.reuse(candidate.frozen()), task, seed);
        if (own.unlabelled().asked()) {
          boolean texts = bundle.preprocessing().vocabulary() != null;
          UnlabelledPlan.require(own.unlabelled(), built, candidate.frozen(), texts);
        }
      } catch (StrataException e) {
        throw e.of("fine-tune.search cannot train " + candidate.name());
      }
    }
  }

  /**
   * All candidates, best first. The table is also written to the folder.
   *
   * @throws StrataException (diverged) where each of them has diverged
   */
  public List<Candidate.Tried> run() {
    KeptTrials results = new KeptTrials(kept, request.lock()::ensureHeld);
    SearchTrials trials = new SearchTrials(spark, request, results);
    TrialCut rows = cut();
    Map<Candidate, List<Planned>> candidates = new LinkedHashMap<>();
    for (Candidate candidate :
        Candidates.of(request.bundle().model().network(), request.settings(), request.key())) {
      candidates.put(candidate, planned(candidate, trials, rows));
    }
    begunWith(candidates.values())
        .ifPresent(epochs -> candidates.replaceAll((c, all) -> withEpochs(all, epochs)));
    List<Planned> all = candidates.values().stream().flatMap(List::stream).toList();
    Map<String, TrialResult> known = results.find(all.stream().map(Planned::kept).toList());
    String count = Counted.of(candidates.size(), "candidate");
    request
        .notice()
        .accept(
            folds() == 0
                ? "Search: %s, %d of them already done.".formatted(count, known.size())
                : "Search: %s in %d folds%s, %d of %d trials already done."
                    .formatted(count, folds(), repeated(), known.size(), all.size()));
    trials.run(all, known);
    return ranked(candidates, rows, known);
  }

  private TrialCut cut() {
    if (folds() == 0) {
      return TrialCut.heldBack(spark, request.rows(), request.heldBack().orElseThrow());
    }
    TrialCut all =
        TrialCut.folds(
            spark,
            request.rows(),
            folds(),
            request.settings().search().repeats(),
            "fine-tune.search.folds");
    return request.trainedFolds() == 0 ? all : all.trainedOn(request.trainedFolds());
  }

  /** One trial, or one a fold. */
  private List<Planned> planned(Candidate candidate, SearchTrials trials, TrialCut rows) {
    FineTunePlan plan =
        FineTunePlan.of(
            request.bundle(),
            request.top(),
            candidate.settings(),
            request.task(),
            request.training().epochs(),
            request.seed(),
            request.key());
    List<Planned> planned = new ArrayList<>();
    for (TrialCut.Part part : rows.of(trials.set(plan.first()))) {
      Trial trial =
          TrialBuilder.builder()
              .name(candidate.name() + part.suffix())
              .network(plan.first().trained())
              .start(Trial.FRESH)
              .training(part.training())
              .scoring(part.scoring())
              .epochs(request.settings().search().epochs().orElse(request.training().epochs()))
              .batch(request.training().workerBatch())
              .scoreEvery(1)
              .seed(request.seed())
              .unitVariance(List.of())
              .step(request.training().step(request.top()))
              .unlabelled(beside(candidate, plan, part))
              .build();
      planned.add(new Planned(plan, trial, hash(plan, trial)));
    }
    return planned;
  }

  /** Null without unlabelled rows. */
  private UnlabelledTraining beside(Candidate candidate, FineTunePlan plan, TrialCut.Part part) {
    long labelled = part.training().rows().length;
    return request
        .unlabelled()
        .map(candidate::beside)
        .map(rows -> rows.training(plan.first(), labelled))
        .orElse(null);
  }

  private String hash(FineTunePlan plan, Trial trial) {
    List<String> origins = new ArrayList<>(List.of(request.rows().manifestSha256()));
    if (folds() == 0) {
      origins.add(request.heldBack().orElseThrow().manifestSha256());
    }
    origins.add(plan.parentSha256());
    request.unlabelled().ifPresent(rows -> origins.addAll(rows.origins(trial.unlabelled())));
    return TrialFolder.hash(trial, origins, plan.start());
  }

  private List<Planned> withEpochs(List<Planned> planned, int epochs) {
    return planned.stream().map(one -> withEpochs(one, epochs)).toList();
  }

  private Planned withEpochs(Planned one, int epochs) {
    Trial trial = one.trial().withEpochs(epochs);
    return new Planned(one.plan(), trial, hash(one.plan(), trial));
  }

  /**
   * Epochs that a search which was cut off was begun with: training.epochs may change on resume,
   * when the best may be in training already.
   */
  private OptionalInt begunWith(Collection<List<Planned>> candidates) {
    if (request.settings().search().epochs().isPresent()) {
      return OptionalInt.empty();
    }
    return candidates.stream()
        .flatMap(List::stream)
        .map(one -> kept.epochs(one.trial().name(), epochs -> withEpochs(one, epochs).hash()))
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private List<Candidate.Tried> ranked(
      Map<Candidate, List<Planned>> candidates, TrialCut rows, Map<String, TrialResult> results) {
    List<Candidate.Tried> tried = new ArrayList<>();
    candidates.forEach(
        (candidate, planned) -> {
          long trained = planned.get(0).phase().trained().parameterCount();
          List<TrialResult> own =
              planned.stream().map(one -> results.get(one.trial().name())).toList();
          if (folds() == 0) {
            TrialResult result = own.get(0);
            tried.add(Candidate.Tried.of(candidate, trained, result, score(result)));
          } else {
            FoldScores scores = rows.scores(own);
            TrialResult mean = scores.mean(candidate.name());
            tried.add(Candidate.Tried.of(candidate, trained, mean, score(mean)).with(scores));
          }
        });
    Comparator<TrialScore> order = request.settings().search().metric().order();
    tried.sort((a, b) -> order.compare(a.score(), b.score()));
    String table = SearchTable.of(tried);
    table.lines().forEach(request.notice());
    OutputFiles.write(spark.hadoopConfiguration(), new Path(request.folder(), "table.txt"), table);
    requireConverged(tried.get(0));
    return tried;
  }

  private static void requireConverged(Candidate.Tried first) {
    TrialScore best = first.score();
    if (first.result().failure() != null) {
      throw new IllegalStateException(
          "every candidate of fine-tune.search failed or diverged: " + first.result().failure());
    }
    if (!Double.isFinite(best.loss())) {
      throw StrataException.diverged("every candidate of fine-tune.search diverged")
          .key("network.updater.learning-rate")
          .found("loss " + best.loss() + " after epoch " + best.epoch())
          .expected("a finite loss; use a lower learning rate or network.clipping")
          .build();
    }
  }

  /**
   * The score that ranks a candidate: of the parameters that would become the model, or where folds
   * choose the epochs of another training, the best of the smoothed scores.
   */
  private TrialScore score(TrialResult result) {
    if (!choosesEpochs() && !keepsBest()) {
      return result.last();
    }
    List<TrialScore> curve = choosesEpochs() ? SmoothedScores.of(result.curve()) : result.curve();
    Comparator<TrialScore> order = request.settings().search().metric().order();
    return curve.stream().min(order).orElseGet(result::last);
  }

  private boolean choosesEpochs() {
    return choosesEpochs(request.training(), request.settings(), request.heldBack().isPresent());
  }

  private boolean keepsBest() {
    return switch (request.training().keepModel()) {
      case BEST -> true;
      case LAST -> false;
      case AUTO -> request.training().earlyStopping().patience() > 0;
    };
  }

  /**
   * Whether the folds stand in for the validation rows that early stopping and the best model would
   * need: the best candidate is then trained for as many epochs as were best for it.
   */
  private static boolean choosesEpochs(
      TrainingSettings training, FineTuneSettings settings, boolean heldBack) {
    boolean asked =
        training.earlyStopping().patience() > 0
            || training.keepModel() == TrainingSettings.KeepModel.BEST;
    return asked && settings.search().folds() > 0 && !heldBack;
  }

  /**
   * How the best candidate is trained.
   *
   * @param asked as the configuration says
   * @param heldBack whether there are validation rows
   */
  public static TrainingSettings training(
      TrainingSettings asked, FineTuneSettings settings, boolean heldBack, Candidate.Tried best) {
    return choosesEpochs(asked, settings, heldBack)
        ? asked.withEpochs(best.score().epoch()).withoutValidation()
        : asked;
  }

  /** What the columns of the table are, for those who see it on a terminal. */
  public List<String> legend() {
    boolean lengths = !request.settings().search().epsilon().isEmpty();
    return SearchTable.legend(folds() > 0, lengths, choosesEpochs());
  }

  private String repeated() {
    int repeats = request.settings().search().repeats();
    return repeats == 1 ? "" : ", %d times".formatted(repeats);
  }

  private int folds() {
    return request.settings().search().folds();
  }
}
