package dev.strata.bench.auxiliary;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;

/**
 * What an encoder task is worth on a table with few labels: the same network with new weights, with
 * the encoder's, and Spark ML's logistic regression on the frozen encoder, by ROC AUC on test rows.
 * All get the same labelled rows, encoded alike. Networks have fixed settings, and are trained for
 * a few steps and for many; the regression chooses its penalty within the labelled rows. Nothing is
 * chosen by test rows.
 *
 * <p>Arguments: a table, as {@link TableSource} names them; folder for results; then any of {@code
 * data=FOLDER}, {@code task=contrastive} (or another encoder task, or {@code rbm} or {@code
 * autoencoder} for layers of that kind), {@code labels=100,300}, {@code draws=5}, {@code
 * steps=120,400}, {@code epochs=20}, {@code penalties=0.01,0.1,1}, {@code master=local[2]}, and
 * {@code set.KEY=VALUE} for the pretraining. What a run has finished is not done again.
 *
 * <p>{@code task=teacher} trains a network for each draw, by a teacher fitted on its labelled rows.
 * Beside new and reused layers it measures this network as it is, fine-tuned with its output layer
 * (at {@code output-rate=0.0003}), and Spark ML's forest and boosted trees.
 */
public final class TableReuse {
  private static final String LAYERS =
      "[{ type = dense, units = 256, name = hidden-1 },"
          + " { type = dense, units = 256, name = hidden-2 }]";

  /** Layers that are pretrained one by one, each at its defaults for standardised numbers. */
  private static final Map<String, String> STACKS =
      Map.of(
          "rbm",
          "[{ units = 256, kind = rbm, visible = gaussian }, { units = 256, kind = rbm }]",
          "autoencoder",
          "[{ units = 256, activation = relu, decoder-activation = identity, loss = squared-error,"
              + " corruption { type = swap, rate = 0.3 } }, { units = 256, activation = relu,"
              + " decoder-activation = identity, loss = squared-error,"
              + " corruption { type = masking, rate = 0.2 } }]");

  private static final int BATCH = 32;

  private final TableSource table;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();

  private TableReuse(String[] arguments) throws IOException {
    output = Path.of(arguments[1]).toAbsolutePath();
    options.putAll(
        Map.of(
            "task", "contrastive",
            "labels", "100,300",
            "draws", "5",
            "steps", "120,400",
            "epochs", "20",
            "penalties", "0.01,0.1,1",
            "output-rate", "0.0003",
            "master", "local[2]"));
    String data = System.getenv("STRATA_DATA");
    options.put("data", data == null ? "." : data);
    CommandComparison.read(arguments, options);
    table = TableSource.of(arguments[0], Path.of(options.get("data")));
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: table, folder for results, key=value …");
      return;
    }
    TableReuse program = new TableReuse(arguments);
    CommandComparison.run(
        "table-reuse", program.options.get("master"), program.output, program::compare);
  }

  private void compare(SparkSession session) throws IOException, SparkUserAppException {
    table.write(table.training(), output.resolve("training.csv"));
    table.write(table.test(), output.resolve("test.csv"));
    StringBuilder lines = new StringBuilder("| labels | method | ROC AUC | against scratch |\n");
    lines.append("| ---: | --- | ---: | ---: |\n");
    for (String labels : options.get("labels").split(",")) {
      Map<String, double[]> scores = new TreeMap<>();
      int draws = Integer.parseInt(options.get("draws"));
      for (int draw = 0; draw < draws; draw++) {
        for (var one : draw(session, Integer.parseInt(labels), draw).entrySet()) {
          scores.computeIfAbsent(one.getKey(), m -> new double[draws])[draw] = one.getValue();
        }
      }
      scores.forEach((method, all) -> lines.append(line(labels, method, all, scores)));
      Files.writeString(output.resolve("table.md"), lines, StandardCharsets.UTF_8);
    }
    System.out.println(lines);
  }

  private Map<String, Double> draw(SparkSession session, int labels, int draw)
      throws IOException, SparkUserAppException {
    Path folder = output.resolve(labels + "-" + draw);
    Files.createDirectories(folder);
    Path rows = folder.resolve("labelled.csv");
    List<String> drawn = table.labelled(labels, draw);
    table.write(drawn, rows);
    return options.get("task").equals("teacher")
        ? taught(session, folder, rows, drawn.size(), draw)
        : encoded(session, folder, rows, drawn.size(), draw);
  }

  private Map<String, Double> encoded(
      SparkSession session, Path folder, Path rows, int labelled, int draw)
      throws IOException, SparkUserAppException {
    Path encoder = output.resolve(options.get("task"));
    CommandComparison.pretrained(
        job(),
        encoder,
        configuration(),
        Map.of("data.path", output.resolve("training.csv")),
        options);
    Path test = extracted(encoder, output.resolve("test.csv"), output.resolve("test-features"));
    Map<String, Double> scores = new TreeMap<>();
    for (String steps : options.get("steps").split(",")) {
      scores.putAll(reused(encoder, folder, rows, steps, epochs(steps, labelled), draw));
    }
    Path features = extracted(encoder, rows, folder.resolve("features"));
    double[] penalties =
        Arrays.stream(options.get("penalties").split(","))
            .mapToDouble(Double::parseDouble)
            .toArray();
    scores.put(
        "frozen + logistic regression",
        new FrozenRegression(session, table.label(), "hidden_2", penalties).rocAuc(features, test));
    return scores;
  }

  private Map<String, Double> taught(
      SparkSession session, Path folder, Path rows, int labelled, int draw)
      throws IOException, SparkUserAppException {
    Path network = folder.resolve("teacher");
    CommandComparison.pretrained(
        job(),
        network,
        configuration(),
        Map.of(
            "data.path",
            output.resolve("training.csv"),
            "data.label",
            table.label(),
            "task.teacher.labelled.path",
            rows,
            "seed",
            draw + 1),
        options);
    Path evaluated = folder.resolve("evaluated");
    if (!Files.exists(evaluated.resolve("result.json"))) {
      List<String> command = command("evaluate", evaluated, output.resolve("test.csv"));
      set(command, "model", network);
      set(command, "data.label", table.label());
      Strata.main(command.toArray(new String[0]));
    }
    Map<String, Double> scores = new TreeMap<>();
    scores.put("network of the teacher", rocAuc(evaluated));
    scores.putAll(
        new PlainTrees(session)
            .rocAuc(network.resolve("teacher/labelled/train"), evaluated.resolve("shards/test")));
    for (String steps : options.get("steps").split(",")) {
      int epochs = epochs(steps, labelled);
      scores.putAll(reused(network, folder, rows, steps, epochs, draw));
      scores.put(
          "fine-tuned with output, " + steps + " steps",
          tuned(
              network,
              rows,
              folder.resolve("output-" + steps),
              Map.of(
                  "fine-tune.reuse-output",
                  true,
                  "network.updater.learning-rate",
                  options.get("output-rate"),
                  "training.epochs",
                  epochs,
                  "seed",
                  draw + 1)));
    }
    return scores;
  }

  private static int epochs(String steps, int labelled) {
    return Math.round(Float.parseFloat(steps) / ((labelled + BATCH - 1) / BATCH));
  }

  private Map<String, Double> reused(
      Path model, Path folder, Path rows, String steps, int epochs, int draw)
      throws SparkUserAppException {
    Map<String, Object> settings = Map.of("training.epochs", epochs, "seed", draw + 1);
    Map<String, Object> scratch = new TreeMap<>(settings);
    scratch.put("fine-tune.reinitialize", "[hidden-1, hidden-2]");
    return Map.of(
        "scratch, " + steps + " steps",
        tuned(model, rows, folder.resolve("scratch-" + steps), scratch),
        "fine-tuned, " + steps + " steps",
        tuned(model, rows, folder.resolve("tuned-" + steps), settings));
  }

  private double tuned(Path encoder, Path rows, Path run, Map<String, ?> settings)
      throws SparkUserAppException {
    if (!Files.exists(run.resolve("result.json"))) {
      List<String> command = command("fine-tune", run, rows);
      set(command, "model", encoder);
      set(command, "data.label", table.label());
      set(command, "data.test.path", output.resolve("test.csv"));
      set(command, "network.layers", "[]");
      set(command, "fine-tune.learning-rate.reused", 1.0);
      set(command, "training.workers", 1);
      set(command, "training.batch-size", BATCH);
      settings.forEach((key, value) -> set(command, key, value));
      Strata.main(command.toArray(new String[0]));
    }
    return rocAuc(run);
  }

  private static double rocAuc(Path run) {
    RunResult result = RunFolder.of(new Configuration(), run.toString()).result().orElseThrow();
    return result.metrics().get("test").get("roc-auc");
  }

  private Path extracted(Path encoder, Path rows, Path run) throws SparkUserAppException {
    if (!Files.exists(run.resolve("result.json"))) {
      List<String> command = command("extract", run, rows);
      set(command, "model", encoder);
      set(command, "data.id", "[" + table.label() + "]");
      set(command, "extract.layers", "[hidden-2]");
      set(command, "extract.column-type", "vector");
      Strata.main(command.toArray(new String[0]));
    }
    return run;
  }

  private static List<String> command(String name, Path run, Path rows) {
    List<String> command = new ArrayList<>(List.of(name));
    set(command, "data.format", "csv");
    set(command, "data.path", rows);
    set(command, "output.dir", run);
    return command;
  }

  private String job() {
    return STACKS.containsKey(options.get("task")) ? "pretrain" : "pretrain-auxiliary";
  }

  private Path configuration() throws IOException {
    StringBuilder text = new StringBuilder();
    String task = options.get("task");
    if (STACKS.containsKey(task)) {
      text.append("pretrain.layers = ").append(STACKS.get(task)).append('\n');
    } else {
      text.append("task.type = ").append(task).append('\n');
      text.append("network.layers = ").append(LAYERS).append('\n');
    }
    text.append("training.epochs = ").append(options.get("epochs")).append('\n');
    text.append("data { format = csv, scaling = standard, missing.categorical = category\n");
    text.append("  missing.numeric = mean, unseen-category = zeros }\n");
    table.settings().forEach((key, value) -> text.append("data." + key + " = " + value + "\n"));
    // The label is no feature.
    text.append("data.exclude = ${?data.exclude} [").append(table.label()).append("]\n");
    return Files.writeString(output.resolve("pretraining.conf"), text, StandardCharsets.UTF_8);
  }

  /** In points, with the standard error of the paired differences. */
  private static String line(
      String labels, String method, double[] all, Map<String, double[]> scores) {
    String steps = method.replaceFirst("^[a-z -]+, ", "");
    double[] scratch = scores.getOrDefault("scratch, " + steps, best(scores));
    double[] differences = new double[all.length];
    for (int i = 0; i < all.length; i++) {
      differences[i] = 100 * (all[i] - scratch[i]);
    }
    String against =
        method.startsWith("scratch")
            ? ""
            : String.format(Locale.ROOT, "%+.2f ± %.2f", mean(differences), error(differences));
    return String.format(
        Locale.ROOT, "| %s | %s | %.2f | %s |%n", labels, method, 100 * mean(all), against);
  }

  /** Scratch of the number of steps with the best mean: the harder comparison. */
  private static double[] best(Map<String, double[]> scores) {
    return scores.entrySet().stream()
        .filter(e -> e.getKey().startsWith("scratch"))
        .map(Map.Entry::getValue)
        .max((a, b) -> Double.compare(mean(a), mean(b)))
        .orElseThrow();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double error(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
