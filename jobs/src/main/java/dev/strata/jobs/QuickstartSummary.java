package dev.strata.jobs;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.JobContext;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    measures();
    places();
    next();
    out.flush();
  }

  private void features() {
    Path folder = new Path(files.extraction(), "features");
    List<Row> rows =
        context
            .spark()
            .read()
            .parquet(folder.toString())
            .selectExpr("cast(id as bigint) as id", "label", LAYER)
            .orderBy("id")
            .limit(ROWS)
            .collectAsList();
    out.printf("%nFive rows of the features: what layer hidden-2 sees in an image%n");
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
    Map<String, Double> held = result(files.training()).metrics().getOrDefault("test", Map.of());
    Map<String, Double> unseen =
        result(files.evaluation()).metrics().getOrDefault("train", Map.of());
    out.printf(
        Locale.ROOT,
        "%nAccuracy on the test part %.1f %%, on the new images %.1f %%%n",
        100 * held.getOrDefault("accuracy", Double.NaN),
        100 * unseen.getOrDefault("accuracy", Double.NaN));
  }

  private RunResult result(Path folder) {
    return RunFolder.of(context.hadoop(), folder.toString()).result().orElseThrow();
  }

  private void places() {
    Path report = new Path(files.training(), "report.html");
    out.println(
        "  model     " + new Path(files.training(), "model") + " (model.zip is stock DL4J)");
    out.println("  report    " + report);
    out.println("  features  " + new Path(files.extraction(), "features") + " (Parquet)");
  }

  private void next() {
    String configuration = files.trainConfiguration().toString();
    out.printf("%nYour own CSV: change three lines of %s%n", configuration);
    QuickstartFiles.linesToChange(files.trainText(context.settings().seed()))
        .forEach(line -> out.println("  " + line));
    out.println(
        "to your file, the column to predict, and the columns that only name a row ([] for none); then");
    out.printf(
        "  %s train --config %s --set output.dir=my-run%n", Quickstart.typed(), configuration);
  }
}
