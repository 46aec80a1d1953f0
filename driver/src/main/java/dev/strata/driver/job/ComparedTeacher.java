package dev.strata.driver.job;

import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.comparison.MethodScores;
import dev.strata.driver.comparison.Tries;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.finetune.FineTunePlan;
import dev.strata.driver.job.ComparedNetworks.Tuning;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.split.Folds;
import dev.strata.driver.teacher.SoftLabels;
import dev.strata.driver.trial.KeptTrials;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/**
 * The network that learns the labels of a teacher. Its pretraining depends on labels, so that each
 * fold has one of its own: the teacher is fitted on the other folds' rows only, labels all rows,
 * the network learns those labels, and then the true labels of the other folds' rows.
 */
final class ComparedTeacher {
  /**
   * Factors of the learning rate on the true labels: the network has learned their like. The lowest
   * one leaves it nearly as it is.
   */
  private static final List<Double> RATES = List.of(0.3, 0.03, 0.003);

  private static final String FOLDS_KEY = "task.teacher.folds";

  /** Folds of the teacher unless the configuration says so; each costs a fit of all models. */
  private static final int TEACHER_FOLDS = 3;

  /** Of the name of a fold's folder. */
  private static final int CHECKSUM_DIGITS = 12;

  private final ManagedRun run;
  private final CompareSettings compare;
  private final ComparedConfigurations configurations;
  private final ComparedNetworks networks;

  ComparedTeacher(
      ManagedRun run, ComparedConfigurations configurations, ComparedNetworks networks) {
    this.run = run;
    this.compare = run.settings().compare();
    this.configurations = configurations;
    this.networks = networks;
  }

  /** Why the method cannot be tried on these rows; empty where it can. */
  static Optional<String> obstacle(Settings settings) {
    if (settings.data().split().splits()) {
      return Optional.of(
          "with data.split pretrain-auxiliary would fit the teacher on labels of other parts, too;"
              + " name test rows by data.test instead");
    }
    return settings.data().limit() > 0
        ? Optional.of("data.limit does not hold for the labelled rows of pretrain-auxiliary")
        : Optional.empty();
  }

  /** A fold of a repeat. */
  private record Part(int repeat, int fold, int[] training, int[] held) {
    String name() {
      return "repeat-%d-fold-%d".formatted(repeat + 1, fold + 1);
    }
  }

  /**
   * @param plain the labelled rows, of which folds are held out
   */
  MethodScores scores(Tuning plain) {
    List<Part> parts = parts(plain);
    ResolvedConfiguration pretraining = pretraining();
    configurations.writePretraining(Method.TEACHER, pretraining);
    List<ModelBundle> bundles = new ArrayList<>();
    double seconds = 0;
    for (Part part : parts) {
      run.context()
          .notice(
              "Pretraining without the labels of fold %d of %d."
                  .formatted(bundles.size() + 1, parts.size()));
      RunResult result = pretrained(pretraining, plain, part);
      bundles.add(BundleReader.open(run.context().hadoop(), result.modelPath(), "output.dir"));
      seconds += result.wallSeconds();
    }
    List<ResolvedConfiguration> tunings = RATES.stream().map(this::tuning).toList();
    List<TrialResult> results = trials(plain, parts, bundles, tunings);
    Tries tries =
        new Tries(
                IntStream.range(0, tunings.size())
                    .mapToObj(
                        setting ->
                            results.subList(setting * parts.size(), (setting + 1) * parts.size()))
                    .map(own -> own.stream().map(TrialResult::curve).toList())
                    .toList(),
                compare.folds(),
                compare.metric())
            .smoothed();
    Tries.Choice best = tries.best();
    int epochs = best.point() + 1;
    networks.noticeLimit(Method.TEACHER, epochs);
    configurations.write(
        Method.TEACHER.text(),
        "fine-tune",
        tunings
            .get(best.setting())
            .with("training.epochs=" + epochs)
            .with("training.early-stopping.patience=0")
            .with("training.keep-model=last"));
    return new MethodScores(
        Method.TEACHER,
        "rate × %s, %s".formatted(RATES.get(best.setting()), Counted.of(epochs, "epoch")),
        tries.unbiased(),
        seconds + results.stream().mapToDouble(TrialResult::seconds).sum());
  }

  /** Pretrains with all labels, for the configuration that trains the method on all rows. */
  void pretrainOnAll() {
    run.context().notice("%nPretraining with a teacher of all labels.".formatted());
    networks.pretrained(Method.TEACHER, new AuxiliaryJob(), pretraining());
  }

  private ResolvedConfiguration pretraining() {
    ResolvedConfiguration configuration = configurations.pretraining(Method.TEACHER);
    return configuration.defaults().contains(FOLDS_KEY)
        ? configuration.with(FOLDS_KEY + "=" + TEACHER_FOLDS)
        : configuration;
  }

  private List<Part> parts(Tuning plain) {
    List<Part> parts = new ArrayList<>();
    for (int repeat = 0; repeat < compare.repeats(); repeat++) {
      Folds cut = Folds.of(run.context().javaSpark(), plain.rows(), compare.folds(), repeat);
      for (int fold = 0; fold < compare.folds(); fold++) {
        parts.add(new Part(repeat, fold, cut.others(fold), cut.heldOut(fold)));
      }
    }
    return parts;
  }

  /**
   * Only the chosen rows' labels are read. The folder's name has a checksum of these rows, as the
   * pretraining's configuration does not name them: a finished run of other rows is not reused.
   */
  private RunResult pretrained(ResolvedConfiguration pretraining, Tuning plain, Part part) {
    SoftLabels.Lesson lesson = new SoftLabels.Lesson(plain.data(), Optional.of(part.training()));
    String name = part.name() + "-" + lesson.checksum().substring(0, CHECKSUM_DIGITS);
    Path folder = new Path(run.folder().teacherFolds(), name);
    RunJob job = new AuxiliaryJob(own -> TaskRows.of(own, rows -> Optional.of(lesson)));
    return networks.run(job, pretraining.with(ComparedConfigurations.set("output.dir", folder)));
  }

  private ResolvedConfiguration tuning(double rate) {
    String model = new Path(configurations.folder(Method.TEACHER), "model").toString();
    double usual = run.settings().network().updater().learningRate();
    return configurations
        .tuning(Method.TEACHER, model)
        .with("fine-tune.reuse-output=true")
        .with("network.updater.learning-rate=" + usual * rate);
  }

  /** Results of the first setting on all parts, then of the next one. */
  private List<TrialResult> trials(
      Tuning plain,
      List<Part> parts,
      List<ModelBundle> bundles,
      List<ResolvedConfiguration> tunings) {
    OutputTask task = FineTuneJob.task(plain.data().preprocessing());
    List<KeptTrials.Planned> planned = new ArrayList<>();
    List<StateVector> starts = new ArrayList<>();
    for (int setting = 0; setting < tunings.size(); setting++) {
      ResolvedConfiguration tuning = tunings.get(setting);
      Settings settings = SettingsReader.read(tuning, new FineTuneJob().needs(tuning));
      for (int i = 0; i < parts.size(); i++) {
        FineTunePlan plan =
            FineTunePlan.of(
                bundles.get(i),
                settings.network(),
                settings.fineTune(),
                task,
                compare.epochs(),
                settings.seed(),
                FineTuneSearchJob.MODEL_KEY);
        Trial trial =
            TrialBuilder.builder()
                .name("rate-%s-%s".formatted(RATES.get(setting), parts.get(i).name()))
                .network(plan.network())
                .start(Trial.FRESH)
                .training(new TrialRows(0, parts.get(i).training()))
                .scoring(new TrialRows(0, parts.get(i).held()))
                .epochs(compare.epochs())
                .batch(settings.training().workerBatch())
                .scoreEvery(1)
                .seed(settings.seed())
                .unitVariance(List.of())
                .step(settings.engine().step())
                .unlabelled(null)
                .build();
        List<String> origins = List.of(plain.rows().manifestSha256(), plan.parentSha256());
        planned.add(new KeptTrials.Planned(trial, TrialFolder.hash(trial, origins, plan.start())));
        starts.add(plan.start());
      }
    }
    return trials(plain.rows(), planned, starts);
  }

  /** Runs what is not kept, each trial from its start. */
  private List<TrialResult> trials(
      ShardSet rows, List<KeptTrials.Planned> planned, List<StateVector> starts) {
    Path folder = new Path(run.folder().search(), Method.TEACHER.text());
    KeptTrials kept =
        new KeptTrials(new TrialFolder(run.context().hadoop(), folder), run.lock()::ensureHeld);
    Map<String, TrialResult> results = kept.find(planned);
    List<KeptTrials.Planned> missing = new ArrayList<>();
    List<StateVector> needed = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      Trial trial = planned.get(i).trial();
      if (results.containsKey(trial.name())) {
        tell(results.get(trial.name()));
      } else {
        missing.add(new KeptTrials.Planned(trial.withStart(needed.size()), planned.get(i).hash()));
        needed.add(starts.get(i));
      }
    }
    try (TrialRunner runner = new TrialRunner(run.context().javaSpark(), List.of(rows), needed)) {
      kept.run(
          runner,
          missing,
          result -> {
            results.put(result.name(), result);
            tell(result);
          });
    }
    return planned.stream().map(one -> results.get(one.trial().name())).toList();
  }

  private void tell(TrialResult result) {
    run.context()
        .notice(
            "  %s, error %.4f, loss %.4f"
                .formatted(result.name(), result.last().error(), result.last().loss()));
  }
}
