package dev.strata.jobs;

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
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.MODEL);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, EvaluateCommand::evaluate);
    context.out().println("Evaluated " + result.modelPath());
    Metrics.print(result.metrics(), context.out());
    context.out().flush();
  }

  /** A pretrained model has nothing that labels could be compared with. */
  private static void requireLabel(ModelBundle bundle) {
    if (bundle.preprocessing().outputWidth() == 0) {
      throw StrataException.configuration("the model predicts no label")
          .key("model")
          .found("a model that strata " + bundle.provenance().job() + " made without labels")
          .expected("a model of train or fine-tune; fine-tune makes one of this")
          .build();
    }
  }

  private static RunResult evaluate(OutputRun run) {
    long begun = System.nanoTime();
    Settings settings = run.settings();
    ModelBundle bundle = run.model(settings.model().orElseThrow(), "model");
    requireLabel(bundle);
    settings.evaluation().positiveIndex(bundle.preprocessing().classes());
    PreparedData data = Preparation.forModel(run, bundle.preprocessing());
    String part = settings.evaluation().part();
    ShardSet rows = data.shards().get(part);
    if (rows == null) {
      throw StrataException.configuration("there are no rows to evaluate on")
          .key("evaluation.part")
          .found(part)
          .expected("one of the parts that have rows: " + String.join(", ", data.shards().keySet()))
          .build();
    }
    EvaluationResult result =
        new Evaluations(run, bundle.model().network(), data.preprocessing())
            .of(part, rows, bundle.model().parameters());
    Evaluations.write(run, FILE_NAME, result);
    RunResult summary = ModelResult.of(run, bundle, Map.of(part, result.metrics()), begun);
    Reports.write(run, summary, List.of(), List.of(result), bundle.provenance());
    return summary;
  }
}
