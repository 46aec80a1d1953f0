package dev.strata.driver.job;

import dev.strata.driver.auxiliary.AuxiliaryOutcome;
import dev.strata.driver.auxiliary.AuxiliaryRequest;
import dev.strata.driver.auxiliary.AuxiliaryTask;
import dev.strata.driver.auxiliary.AuxiliaryTasks;
import dev.strata.driver.auxiliary.AuxiliaryTraining;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.simple.SparkMl;
import dev.strata.driver.teacher.SoftLabels;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.visualization.NetworkSnapshot;
import dev.strata.driver.wordvectors.PretrainedVectors;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * A network that learns an auxiliary task on unlabelled rows, so that its lower layers can be
 * reused.
 */
public final class AuxiliaryJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(inputs -> inputs.data().teacher().network(), AuxiliaryJob::longer);

  private final Function<ManagedRun, SoftLabels.Labelled> source;

  public AuxiliaryJob() {
    this(TaskRows::of);
  }

  /**
   * @param rows that the task is trained on
   */
  AuxiliaryJob(Function<ManagedRun, SoftLabels.Labelled> rows) {
    this.source = rows;
  }

  @Override
  public String name() {
    return "pretrain-auxiliary";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.TASK);
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (settings.task().teacher().labelled().given()) {
      SparkMl.missing(
              "which fits the teacher",
              "task.teacher.models",
              "task.teacher.column, labels of your own")
          .ifPresent(problems::add);
    }
    settings
        .init()
        .from()
        .ifPresent(
            from ->
                problems.add(
                    "pretrain-auxiliary starts from random weights",
                    "init.from",
                    from,
                    "null; use train to continue a model, fine-tune to reuse its layers",
                    null));
  }

  /** What is computed at once is the same however many epochs there are. */
  private static RepeatPolicy.Longer longer(Settings settings) {
    return settings.task().type().map(TaskType::trains).orElse(true)
        ? RepeatPolicy.Longer.GOES_ON
        : RepeatPolicy.Longer.NOTHING;
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  @Override
  public RunResult work(ManagedRun run) {
    return new Auxiliary(run).run(source);
  }

  private static final class Auxiliary {
    private static final String TRAIN = "train";

    private final ManagedRun run;
    private final Settings settings;
    private final Configuration hadoop;
    private final long begun = System.nanoTime();

    Auxiliary(ManagedRun run) {
      this.run = run;
      this.settings = run.settings();
      this.hadoop = run.context().hadoop();
    }

    RunResult run(Function<ManagedRun, SoftLabels.Labelled> source) {
      run.context()
          .failures()
          .lastCheckpoint(() -> NewestCheckpoint.below(hadoop, run.folder().checkpoints()));
      if (settings.task().teacher().labelled().given()) {
        UnusedColumns.tellWeight(run, "Pretraining");
      } else {
        UnusedColumns.tell(run, "Pretraining");
      }
      PretrainedVectors.check(hadoop, settings.network());
      SoftLabels.Labelled rows = source.apply(run);
      PreparedData data = rows.data();
      AuxiliaryTask task =
          AuxiliaryTasks.of(
              settings.task(),
              settings.network(),
              new NetworkFactory(hadoop, settings).json(),
              data,
              settings.engine().training().workerBatch(),
              settings.seed());
      run.context().notice("Task " + task.type() + ", network:");
      run.context().notice(task.network().describe().text().indent(2).stripTrailing());
      InitialWordVectors vectors = InitialWordVectors.of(run, task.network(), data.preprocessing());
      AuxiliaryOutcome outcome;
      try (ProgressView progress = run.context().progress()) {
        outcome = train(data, task, vectors.start(), progress);
      }
      Map<String, Double> noted = new TreeMap<>(vectors.measures());
      noted.putAll(rows.measures());
      return save(data, noted, outcome);
    }

    private AuxiliaryOutcome train(
        PreparedData data,
        AuxiliaryTask task,
        Optional<TrainingRequest.Start> start,
        ProgressView progress) {
      AuxiliaryRequest request =
          new AuxiliaryRequest(
              run.training(progress), settings.engine(), task, start, data.shards());
      return new AuxiliaryTraining(run.context().javaSpark(), request).run();
    }

    private RunResult save(PreparedData data, Map<String, Double> noted, AuxiliaryOutcome outcome) {
      List<HistoryEntry> history = History.read(run.folder());
      Map<String, Map<String, Double>> metrics = new TreeMap<>(outcome.metrics());
      Map<String, Double> train = new TreeMap<>(noted);
      if (!history.isEmpty()) {
        train.put("loss", history.get(history.size() - 1).loss());
      }
      train.putAll(outcome.counts());
      metrics.put(TRAIN, train);
      Provenance provenance = ModelResults.provenance(run, data, metrics);
      run.lock().ensureHeld();
      String sha256 =
          BundleWriter.write(
              hadoop,
              run.folder().model().toString(),
              outcome.model(),
              data.preprocessing(),
              provenance);
      RunResult result =
          ModelResults.trained(run, outcome.model(), outcome.training(), metrics, sha256, begun);
      NetworkSnapshot sight =
          new NetworkSnapshot(
              outcome.model().network(),
              outcome.model().parameters(),
              RunReports.sample(run, data.shards()));
      RunReports.write(
          run, result, history, measured(data, outcome), provenance, Optional.of(sight));
      return result;
    }

    private static List<EvaluationResult> measured(PreparedData data, AuxiliaryOutcome outcome) {
      List<EvaluationResult> results = new ArrayList<>();
      outcome
          .metrics()
          .forEach(
              (part, values) ->
                  results.add(
                      new EvaluationResult(
                          part,
                          data.manifests().get(part).rows(),
                          values,
                          List.of(),
                          Optional.empty(),
                          List.of(),
                          List.of())));
      return results;
    }
  }
}
