package dev.strata.jobs;

import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * What the quickstart has to show when all is done: features, measures, where things lie, and what
 * to do next.
 */
final class QuickstartSummary {
  private static final int ROWS = 5;
  private static final int NUMBERS = 8;
  private static final String LAYER = "hidden_2";

  private final JobContext context;
  private final QuickstartFiles files;
  private final PrintStream out;

  QuickstartSummary(JobContext context) {
    this.context = context;
    this.files = new QuickstartFiles(context.settings().output().folder());
    this.out = context.out();
  }

  void print() {
    features();
    places();
    measures();
    next();
    out.flush();
  }

  private void features() {
    Path folder = new Path(files.output("extract"), "features");
    List<Row> rows =
        context
            .spark()
            .read()
            .parquet(folder.toString())
            .selectExpr("cast(id as bigint) as id", "label", LAYER)
            .orderBy("id")
            .limit(ROWS)
            .collectAsList();
    out.printf("%nFive rows of the features: activations of layer hidden-2%n");
    out.printf("  %8s  %-5s  %s%n", "id", "label", LAYER);
    for (Row row : rows) {
      List<Float> numbers = row.getList(2);
      String first =
          numbers.stream()
              .limit(NUMBERS)
              .map(number -> String.format(Locale.ROOT, "%.2f", number))
              .collect(Collectors.joining(", "));
      out.printf(
          "  %8d  %-5s  [%s, … %d numbers]%n",
          row.getLong(0), row.getString(1), first, numbers.size());
    }
  }

  private void measures() {
    double scratch = accuracy("train");
    double tuned = accuracy("fine-tune");
    int labels = context.settings().quickstart().labelsPerClass();
    out.printf(
        Locale.ROOT,
        "%nThe same network, %d labels per class; accuracy on held-out images:%n",
        labels);
    String pretrained =
        String.format(Locale.ROOT, "pretrained on %,d images without labels", pretrainedOn());
    line("from scratch", scratch, "");
    line(pretrained, tuned, String.format(Locale.ROOT, "   (%+.2f)", 100 * (tuned - scratch)));
  }

  private void line(String start, double accuracy, String difference) {
    out.printf("  %-46s %5s %%%s%n", start, MetricText.number(100 * accuracy), difference);
  }

  /** Rows that pretraining learned from; those held out to measure it are not among them. */
  private long pretrainedOn() {
    return result(QuickstartFiles.PRETRAINING)
        .map(result -> result.examplesSeen() / Math.max(1, result.epochs()))
        .orElse((long) context.settings().quickstart().rows());
  }

  private double accuracy(String step) {
    return result(step)
        .map(RunResult::metrics)
        .map(metrics -> metrics.getOrDefault("test", Map.of()))
        .map(test -> test.getOrDefault("accuracy", Double.NaN))
        .orElse(Double.NaN);
  }

  private Optional<RunResult> result(String step) {
    return RunFolder.of(context.hadoop(), files.output(step).toString()).result();
  }

  private void places() {
    out.printf("%nResults%n");
    Path pretrained = files.output(QuickstartFiles.PRETRAINING);
    Path tuned = files.output("fine-tune");
    out.println("  pretraining report            " + new Path(pretrained, "report.html"));
    out.println("  report, pretrained model      " + new Path(tuned, "report.html"));
    out.println(
        "  report, from scratch          " + new Path(files.output("train"), "report.html"));
    out.println(
        "  the model                     "
            + new Path(tuned, "model")
            + " (model.zip is stock DL4J)");
    out.println(
        "  features                      "
            + new Path(files.output("extract"), "features")
            + " (Parquet)");
  }

  private void next() {
    String data = files.configuration("data").toString();
    out.printf("%nYour own CSV: change four lines of %s%n", data);
    String text = files.texts(context.settings().seed()).get("data");
    QuickstartFiles.linesToChange(text).forEach(line -> out.println("  " + line));
    out.println(
        "to your file, the column to predict, the id columns ([] for none), and image-shape = [] for a");
    out.println("table; then run the configurations in the same folder:");
    for (String step : List.of(QuickstartFiles.PRETRAINING, "train", "fine-tune")) {
      String model =
          step.equals("fine-tune") ? " --set model=my-" + QuickstartFiles.PRETRAINING : "";
      String test =
          step.equals(QuickstartFiles.PRETRAINING)
              ? ""
              : " --set data.test.path=null --set data.split.test=0.2";
      out.printf(
          "  %s %s --config %s --set output.dir=my-%s%s%s%n",
          Quickstart.typed(), step, files.configuration(step), step, model, test);
    }
  }
}
