package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.Importance;
import dev.strata.driver.evaluate.MemberResult;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.report.MemberTable;
import dev.strata.driver.report.ReportContent;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.corruption.ImageViews;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.OutputSamples;
import dev.strata.executor.inference.Predictor;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A saved model measured on labelled rows, prepared exactly as the model's own; every measure lands
 * in {@code evaluation.json} and {@code report.html}, the importance of columns in {@code
 * importance.json}. Several models are measured as an ensemble, whose prediction is the mean of
 * theirs ({@link ModelEnsemble}), and each alone, in {@code evaluation-members.json}.
 */
public final class EvaluateJob implements RunJob {
  private static final String FILE_NAME = "evaluation.json";
  private static final String IMPORTANCE = "importance.json";
  private static final String MEMBERS = "evaluation-members.json";
  private static final String TEST = "test";

  private static final RepeatPolicy REPETITION =
      RepeatPolicy.redone(RepeatPolicy.Earlier.RESUMED, inputs -> inputs.data().models());

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.ROWS, Need.LABEL, Need.MODEL, Need.ENSEMBLE);
  }

  /**
   * The rows that are measured, as the job prepares them: where no test rows are named (no {@code
   * data.test}, no split), all rows of the source are test rows.
   */
  public static DataSettings data(Settings settings) {
    DataSettings data = settings.data();
    boolean all =
        settings.evaluation().part().equals(TEST)
            && data.source().given()
            && !data.test().given()
            && !data.split().splits();
    return all ? data.asTest() : data;
  }

  /** A pretrained model has nothing that labels could be compared with. */
  public static void requireLabel(ModelBundle bundle) {
    if (bundle.preprocessing().outputWidth() == 0) {
      throw StrataException.configuration("the model does not predict a label")
          .key("model")
          .file(bundle.folder())
          .found("a model trained without labels, by strata " + bundle.provenance().job())
          .expected("a model of train or fine-tune; fine-tune can train one from this model")
          .build();
    }
  }

  @Override
  public RunResult work(ManagedRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    ModelEnsemble models = run.models();
    Preprocessing model = usable(models, settings);
    DataSettings asked = data(settings);
    PreparedData data = JobData.forModel(run, asked, model);
    String part = settings.evaluation().part();
    ShardSet rows = data.shards().get(part);
    if (rows == null) {
      throw StrataException.configuration("the split to evaluate has no rows")
          .key("evaluation.part")
          .found(part)
          .expected(
              "a split with rows: "
                  + String.join(", ", data.shards().keySet())
                  + "; without data.test and data.split, all rows of data.path are test rows")
          .build();
    }
    if (asked != settings.data()) {
      run.context().notice("Evaluating all rows of the source as test rows.");
    }
    Measuring measuring = new Measuring(run, models, data.preprocessing(), part, rows);
    EvaluationResult result = measuring.ensemble();
    Evaluations.write(run, FILE_NAME, result);
    Map<String, Map<String, Double>> metrics = new TreeMap<>(Map.of(part, result.metrics()));
    List<ReportContent.Table> tables = new ArrayList<>();
    if (!models.single()) {
      List<MemberResult> members = measuring.members();
      Evaluations.write(run, MEMBERS, members);
      members.forEach(member -> metrics.put(member.name(), member.metrics()));
      tables.add(MemberTable.of(result, members));
    }
    Optional<Importance> importance = measuring.importance(result);
    importance.ifPresent(found -> Evaluations.write(run, IMPORTANCE, found));
    importance.ifPresent(found -> add(found, metrics));
    RunResult summary =
        Evaluations.found(ModelResults.of(run, models, metrics, begun), List.of(result));
    RunReports.write(
        run,
        summary,
        List.of(),
        List.of(result),
        models.single() ? Optional.of(models.first().provenance()) : Optional.empty(),
        Optional.empty(),
        importance,
        tables);
    return summary;
  }

  /**
   * The preprocessing of all models.
   *
   * @throws StrataException (configuration) where a model predicts no label, or the models do not
   *     fit each other or the settings
   */
  public static Preprocessing usable(ModelEnsemble models, Settings settings) {
    models.members().forEach(EvaluateJob::requireLabel);
    models.requireSameOutputs().requireSameRows();
    Preprocessing first = models.first().preprocessing();
    settings.evaluation().positiveIndex(first.classes());
    return first;
  }

  /** The ensemble and each of its members on the same rows. */
  private static final class Measuring {
    private final ManagedRun run;
    private final ModelEnsemble models;
    private final Preprocessing data;
    private final String part;
    private final ShardSet rows;

    Measuring(
        ManagedRun run, ModelEnsemble models, Preprocessing data, String part, ShardSet rows) {
      this.run = run;
      this.models = models;
      this.data = data;
      this.part = part;
      this.rows = rows;
      OutputSamples samples = samples();
      // Of all members, so that a kind of dropout that cannot be drawn is refused before any row is
      // read.
      List<Boolean> drop =
          models.members().stream().map(m -> samples.drop(m.model().network())).toList();
      if (samples.drawn() && !drop.contains(true)) {
        run.context()
            .notice(
                "evaluation.samples: the network has no dropout, so that all passes are the same.");
      }
    }

    private OutputSamples samples() {
      return OutputSamples.of(run.settings().evaluation().samples(), run.settings().seed());
    }

    private Evaluations of(List<ModelBundle> bundles) {
      List<NetworkConfiguration> networks =
          bundles.stream().map(bundle -> bundle.model().network()).toList();
      Optional<ImageViews> views = run.settings().evaluation().crops().views(networks.get(0), data);
      return new Evaluations(run, new Predictor(networks, views.orElse(null), samples()), data);
    }

    private static List<StateVector> parameters(List<ModelBundle> bundles) {
      return bundles.stream().map(bundle -> bundle.model().parameters()).toList();
    }

    EvaluationResult ensemble() {
      return of(models.members()).of(part, rows, parameters(models.members()));
    }

    Optional<Importance> importance(EvaluationResult before) {
      return of(models.members()).importance(before, rows, parameters(models.members()));
    }

    List<MemberResult> members() {
      List<MemberResult> members = new ArrayList<>();
      for (ModelBundle bundle : models.members()) {
        List<ModelBundle> alone = List.of(bundle);
        members.add(
            new MemberResult(
                models.name(members.size()),
                bundle.folder(),
                bundle.model().sha256(),
                of(alone).of(part, rows, parameters(alone)).metrics()));
      }
      return members;
    }
  }

  private static void add(Importance importance, Map<String, Map<String, Double>> metrics) {
    Map<String, Double> means = new TreeMap<>();
    Map<String, Double> deviations = new TreeMap<>();
    for (Importance.Column column : importance.columns()) {
      means.put(column.name(), column.mean());
      deviations.put(column.name(), column.deviation());
    }
    metrics.put("importance", means);
    metrics.put("importance-deviation", deviations);
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }
}
