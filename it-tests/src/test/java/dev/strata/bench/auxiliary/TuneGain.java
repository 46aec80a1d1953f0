package dev.strata.bench.auxiliary;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.bench.ProcessorTime;
import dev.strata.bench.Sample;
import dev.strata.driver.run.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code tune} is worth with few labels: a network as configured, and the best that each
 * method of {@code tune} finds in the same rows, by error, ROC AUC and loss on test rows; and how
 * long each method takes. Test rows choose nothing.
 *
 * <p>Arguments: a table, as {@link TableSource} names them, or {@code fashion-mnist}; folder for
 * results; then any of {@code data=FOLDER}, {@code labels=1000}, {@code draws=5}, {@code
 * classes=same} (number of rows of each; or {@code as-in-data}, of tables), {@code
 * methods=random,halving} (or {@code halving-by-error}), {@code trials=32}, {@code epochs=27},
 * {@code folds=5}, {@code units=64}, {@code master=local[2]}. What a run has finished is not done
 * again.
 */
public final class TuneGain {
  private static final String IMAGES = "fashion-mnist";
  private static final String GIVEN = "as configured";
  private static final String PROCESSOR = "processor-seconds.txt";

  private final Path output;
  private final Map<String, String> options = new TreeMap<>();
  private final TableSource table;

  private TuneGain(String[] arguments) throws IOException {
    output = Path.of(arguments[1]).toAbsolutePath();
    String data = System.getenv("STRATA_DATA");
    options.putAll(
        Map.of(
            "data", data == null ? "." : data,
            "labels", "1000",
            "draws", "5",
            "methods", "random,halving",
            "trials", "32",
            "epochs", "27",
            "folds", "5",
            "units", "64",
            "master", "local[2]"));
    options.put("classes", "same");
    CommandComparison.read(arguments, options);
    table =
        arguments[0].equals(IMAGES)
            ? null
            : TableSource.of(arguments[0], Path.of(options.get("data")));
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: table or fashion-mnist, folder for results, key=value …");
      return;
    }
    TuneGain program = new TuneGain(arguments);
    CommandComparison.run(
        "tune-gain", program.options.get("master"), program.output, program::compare);
  }

  private void compare(SparkSession session) throws IOException, SparkUserAppException {
    List<String> methods = List.of(options.get("methods").split(","));
    List<String> columns = new ArrayList<>(List.of(GIVEN));
    columns.addAll(methods);
    PairedTable table = new PairedTable("draw", columns);
    Map<String, List<Double>> seconds = new TreeMap<>();
    Map<String, List<Double>> losses = new TreeMap<>();
    for (int draw = 0; draw < Integer.parseInt(options.get("draws")); draw++) {
      Path folder = Files.createDirectories(output.resolve("draw-" + draw));
      Path configuration = configuration(folder, draw);
      RunResult given = run("train", configuration, folder.resolve("given"), Map.of());
      List<RunResult> all = new ArrayList<>(List.of(given));
      for (String method : methods) {
        Path tuned = folder.resolve(method);
        String[] how = method.split("-by-");
        run(
            "tune",
            configuration,
            tuned,
            Map.of("tune.method", how[0], "tune.metric", how.length > 1 ? how[1] : "loss"));
        seconds
            .computeIfAbsent(method, m -> new ArrayList<>())
            .add(Double.parseDouble(Files.readString(tuned.resolve(PROCESSOR))));
        RunResult best = run("train", tuned.resolve("best.conf"), tuned.resolve("best"), Map.of());
        all.add(best);
        losses
            .computeIfAbsent(method, m -> new ArrayList<>())
            .add(measure(best, "loss") - measure(given, "loss"));
      }
      table.add("error", all.stream().map(result -> 1 - measure(result, "accuracy")).toList());
      table.add("ROC AUC", all.stream().map(result -> measure(result, "roc-auc")).toList());
    }
    StringBuilder text = new StringBuilder(table.text());
    losses.forEach(
        (method, all) ->
            text.append(
                "%s: test loss − as configured %s; processor time of a draw %s s%n"
                    .formatted(
                        method,
                        new Sample(all).text("%+.4f"),
                        new Sample(seconds.get(method)).text("%.0f"))));
    Files.writeString(output.resolve("table.md"), text, StandardCharsets.UTF_8);
    System.out.println(text);
  }

  private static double measure(RunResult result, String measure) {
    return result.metrics().get("test").get(measure);
  }

  private static RunResult run(String job, Path configuration, Path folder, Map<String, ?> settings)
      throws IOException, SparkUserAppException {
    boolean done = CommandComparison.isFinished(folder);
    List<String> command = new ArrayList<>(List.of(job, "--config", configuration.toString()));
    settings.forEach((key, value) -> set(command, key, value));
    long begun = ProcessorTime.nanoseconds();
    RunResult result = CommandComparison.finished(command, folder);
    if (!done) {
      // Of an interrupted run only the last part: its table is worth no time.
      Files.writeString(
          folder.resolve(PROCESSOR),
          String.valueOf((ProcessorTime.nanoseconds() - begun) / 1e9),
          StandardCharsets.UTF_8);
    }
    return result;
  }

  private Path configuration(Path folder, int draw) throws IOException {
    StringBuilder text = new StringBuilder("seed = %d%n".formatted(draw + 1));
    text.append(table == null ? images() : table(folder, draw));
    text.append(
        "network.layers = [{ type = dense, units = %s }, { type = output }]%n"
            .formatted(options.get("units")));
    text.append(
        "training { workers = 1, batch-size = 32, epochs = %s }%n"
            .formatted(options.get("epochs")));
    text.append(
        "tune { trials = %s, folds = %s }%n"
            .formatted(options.get("trials"), options.get("folds")));
    return Files.writeString(folder.resolve("run.conf"), text, StandardCharsets.UTF_8);
  }

  private String images() {
    Path images = Path.of(options.get("data")).resolve(IMAGES);
    return """
    data {
      format = idx
      path = "%s/train-images-idx3-ubyte.gz", labels-path = "%s/train-labels-idx1-ubyte.gz"
      test { path = "%s/t10k-images-idx3-ubyte.gz", labels-path = "%s/t10k-labels-idx1-ubyte.gz" }
      label = label, labels-per-class = %d
    }
    """
        .formatted(images, images, images, images, Integer.parseInt(options.get("labels")) / 10);
  }

  private String table(Path folder, int draw) throws IOException {
    Path rows = folder.resolve("labelled.csv");
    int labels = Integer.parseInt(options.get("labels"));
    table.writeOnce(table.labelled(labels, draw, options.get("classes")), rows);
    Path test = output.resolve("test.csv");
    table.writeOnce(table.test(), test);
    return table.reading()
        + "data { path = \"%s\", test.path = \"%s\", label = %s }%n"
            .formatted(rows, test, table.label());
  }
}
