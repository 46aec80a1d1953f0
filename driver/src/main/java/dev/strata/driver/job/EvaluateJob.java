package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.Importance;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.ShardSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A saved model measured on labelled rows, prepared exactly as the model's own; every measure lands
 * in {@code evaluation.json} and {@code report.html}, the importance of columns in {@code
 * importance.json}.
 */
public final class EvaluateJob implements RunJob {
  private static final String FILE_NAME = "evaluation.json";
  private static final String IMPORTANCE = "importance.json";
  private static final String TEST = "test";

  private static final RepeatPolicy REPETITION =
      RepeatPolicy.redone(
          RepeatPolicy.Earlier.RESUMED,
          inputs -> inputs.data().model("model", inputs.settings().model()));

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.ROWS, Need.LABEL, Need.MODEL);
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
          .found("a model trained without labels, by strata " + bundle.provenance().job())
          .expected("a model of train or fine-tune; fine-tune can train one from this model")
          .build();
    }
  }

  @Override
  public RunResult work(ManagedRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    ModelBundle bundle = run.model(settings.model().orElseThrow(), "model");
    requireLabel(bundle);
    settings.evaluation().positiveIndex(bundle.preprocessing().classes());
    DataSettings asked = data(settings);
    PreparedData data = JobData.forModel(run, asked, bundle.preprocessing());
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
    NetworkConfiguration network = bundle.model().network();
    Evaluations evaluations =
        new Evaluations(
            run,
            network,
            data.preprocessing(),
            settings.evaluation().crops().views(network, data.preprocessing()));
    EvaluationResult result = evaluations.of(part, rows, bundle.model().parameters());
    Evaluations.write(run, FILE_NAME, result);
    Optional<Importance> importance =
        evaluations.importance(result, rows, bundle.model().parameters());
    importance.ifPresent(found -> Evaluations.write(run, IMPORTANCE, found));
    Map<String, Map<String, Double>> metrics = new TreeMap<>(Map.of(part, result.metrics()));
    importance.ifPresent(found -> add(found, metrics));
    RunResult summary =
        Evaluations.found(ModelResults.of(run, bundle, metrics, begun), List.of(result));
    RunReports.write(
        run,
        summary,
        List.of(),
        List.of(result),
        bundle.provenance(),
        Optional.empty(),
        importance);
    return summary;
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
