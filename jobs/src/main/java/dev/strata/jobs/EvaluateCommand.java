package dev.strata.jobs;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code strata evaluate}: a saved model on labelled rows, prepared exactly as the model's own;
 * every measure lands in {@code evaluation.json} and {@code report.html}.
 */
final class EvaluateCommand implements Job {
  private static final String FILE_NAME = "evaluation.json";
  private static final String TEST = "test";

  private static final Repetition REPETITION =
      Repetition.redone(
          Repetition.Earlier.RESUMED,
          inputs -> inputs.data().model("model", inputs.settings().model()));

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Measures a saved model on labelled rows.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.ROWS, Need.LABEL, Need.MODEL);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, EvaluateCommand::evaluate);
    context.out().println("Evaluated " + result.modelPath());
    Metrics.print(result, context);
    context.out().flush();
  }

  /**
   * The rows that are measured, as the job prepares them: where no test rows are named (no {@code
   * data.test}, no split), all rows of the source are test rows.
   */
  static DataSettings data(Settings settings) {
    DataSettings data = settings.data();
    boolean all =
        settings.evaluation().part().equals(TEST)
            && data.source().given()
            && !data.test().given()
            && !data.split().splits();
    return all ? data.asTest() : data;
  }

  /** A pretrained model has nothing that labels could be compared with. */
  static void requireLabel(ModelBundle bundle) {
    if (bundle.preprocessing().outputWidth() == 0) {
      throw StrataException.configuration("the model does not predict a label")
          .key("model")
          .found("a model trained without labels, by strata " + bundle.provenance().job())
          .expected("a model of train or fine-tune; fine-tune can train one from this model")
          .build();
    }
  }

  private static RunResult evaluate(OutputRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    ModelBundle bundle = run.model(settings.model().orElseThrow(), "model");
    requireLabel(bundle);
    settings.evaluation().positiveIndex(bundle.preprocessing().classes());
    DataSettings asked = data(settings);
    PreparedData data = Preparation.forModel(run, asked, bundle.preprocessing());
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
    EvaluationResult result =
        new Evaluations(run, bundle.model().network(), data.preprocessing())
            .of(part, rows, bundle.model().parameters());
    Evaluations.write(run, FILE_NAME, result);
    RunResult summary =
        Metrics.found(
            ModelResult.of(run, bundle, Map.of(part, result.metrics()), begun), List.of(result));
    Reports.write(run, summary, List.of(), List.of(result), bundle.provenance());
    return summary;
  }
}
