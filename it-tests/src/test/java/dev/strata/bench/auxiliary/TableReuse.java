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
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;

/**
 * What an encoder task is worth on a table with few labels, at default settings: the same network
 * with new weights, with the encoder's, and Spark ML's logistic regression on the frozen encoder's
 * layers, by ROC AUC and log loss on test rows. All get the same labelled rows. Networks are
 * trained for a few steps and for more; those with new weights also have numbers scaled in other
 * ways, and the others are compared with the best of them. The regression chooses its penalty
 * within the labelled rows. With {@code folds=5} networks with new and with the encoder's weights
 * also choose their number of epochs there, by cross-validation, each up to {@code most-epochs=30};
 * all are then compared with these new weights, and nothing is chosen by test rows.
 *
 * <p>Arguments: a table, as {@link TableSource} names them; folder for results; then any of {@code
 * data=FOLDER}, {@code task=contrastive} (or another encoder task, or {@code rbm}, {@code
 * rectified-rbm} or {@code autoencoder} for layers of that kind), {@code labels=100,300}, {@code
 * draws=5}, {@code steps=40,120}, {@code scratch-scalings=standard} beside the default's, {@code
 * epochs=20}, {@code penalties=0.01,0.1,1,10}, {@code master=local[2]}, and {@code set.KEY=VALUE}
 * for the pretraining. What a run has finished is not done again.
 *
 * <p>{@code unlabelled=virtual-adversarial,mean-teacher} also fine-tunes with the training rows
 * without their labels beside the labelled ones, for {@code unlabelled-steps=600} steps, new
 * weights as well; {@code semi.KEY=VALUE} sets keys of {@code fine-tune.unlabelled}.
 *
 * <p>{@code task=teacher} trains a network for each draw, by a teacher fitted on its labelled rows.
 * Beside new and reused layers it measures this network as it is, fine-tuned with its output layer
 * (at {@code output-rate=0.0003}), and Spark ML's forest and boosted trees; {@code folds} does not
 * apply.
 *
 * <p>{@code methods=new,reused,frozen,trees} leaves some out: networks with new weights, networks
 * that reuse pretrained ones, regression on frozen layers, forest and boosted trees.
 */
public final class TableReuse {
  private static final String LAYERS =
      "[{ type = dense, units = 256, name = hidden-1 },"
          + " { type = dense, units = 256, name = hidden-2 }]";

  /** Layers that are pretrained one by one, each at its defaults. */
  private static final Map<String, String> STACKS =
      Map.of(
          "rbm",
          "[{ units = 256, kind = rbm }, { units = 256, kind = rbm }]",
          "rectified-rbm",
          "[{ units = 256, kind = rbm, hidden = rectified }, { units = 256, kind = rbm, hidden ="
              + " rectified }]",
          "autoencoder",
          "[{ units = 256 }, { units = 256 }]");

  private static final int BATCH = 32;
  private static final String SEMI = "semi.";

  private static final String NEW = "new";
  private static final String REUSED = "reused";
  private static final String FROZEN = "frozen";
  private static final String TREES = "trees";

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
            "steps", "40,120",
            "scratch-scalings", "standard",
            "epochs", "20",
            "penalties", "0.01,0.1,1,10",
            "output-rate", "0.0003",
            "unlabelled", "",
            "master", "local[2]"));
    options.put("unlabelled-steps", "600");
    options.put("folds", "0");
    options.put("most-epochs", "30");
    options.put("methods", NEW + "," + REUSED + "," + FROZEN + "," + TREES);
    String data = System.getenv("STRATA_DATA");
    options.put("data", data == null ? "." : data);
    CommandComparison.read(arguments, options);
    for (String method : split("methods")) {
      if (!List.of(NEW, REUSED, FROZEN, TREES).contains(method)) {
        throw new IllegalArgumentException("methods: unknown: " + method);
      }
    }
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
    TableScores scores = new TableScores();
    for (String labels : options.get("labels").split(",")) {
      for (int draw = 0; draw < Integer.parseInt(options.get("draws")); draw++) {
        int count = Integer.parseInt(labels);
        draw(session, count, draw).forEach((method, score) -> scores.add(count, method, score));
      }
      Files.writeString(output.resolve("table.md"), scores.table(), StandardCharsets.UTF_8);
    }
    System.out.println(scores.table());
  }

  private Map<String, TableScores.Score> draw(SparkSession session, int labels, int draw)
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

  private Map<String, TableScores.Score> encoded(
      SparkSession session, Path folder, Path rows, int labelled, int draw)
      throws IOException, SparkUserAppException {
    Path encoder = pretrained(options.get("task"), Map.of());
    Map<String, TableScores.Score> scores = new TreeMap<>();
    for (String steps : split("steps")) {
      scores.putAll(reused(encoder, folder, rows, steps, epochs(steps, labelled), draw));
      for (String scaling : measured(NEW) ? split("scratch-scalings") : List.<String>of()) {
        // Its preprocessing alone is used.
        Path other =
            pretrained("scaling-" + scaling, Map.of("data.scaling", scaling, "training.epochs", 1));
        Path run = folder.resolve("scratch-" + scaling + "-" + steps);
        scores.put(
            TableScores.SCRATCH + ", scaling " + scaling + ", " + steps + " steps",
            tuned(other, rows, run, fresh(epochs(steps, labelled), draw)));
      }
    }
    String name = "-folds-" + options.get("folds") + "-" + options.get("most-epochs");
    boolean folds = !options.get("folds").equals("0");
    if (folds && measured(NEW)) {
      scores.put(
          TableScores.CHOSEN,
          tuned(encoder, rows, folder.resolve("scratch" + name), folds(2, draw)));
    }
    if (folds && measured(REUSED)) {
      scores.put(
          "fine-tuned, epochs by cross-validation",
          tuned(encoder, rows, folder.resolve("tuned" + name), folds(0, draw)));
    }
    for (String method : split("unlabelled")) {
      for (String steps : split("unlabelled-steps")) {
        scores.putAll(
            semiSupervised(method, encoder, folder, rows, steps, epochs(steps, labelled), draw));
      }
    }
    if (measured(FROZEN)) {
      scores.putAll(frozen(session, encoder, folder, rows));
    }
    return scores;
  }

  private Map<String, TableScores.Score> frozen(
      SparkSession session, Path encoder, Path folder, Path rows) throws SparkUserAppException {
    Map<String, TableScores.Score> scores = new TreeMap<>();
    Path test = extracted(encoder, output.resolve("test.csv"), output.resolve("test-layers"));
    Path features = extracted(encoder, rows, folder.resolve("layers"));
    double[] penalties =
        Arrays.stream(options.get("penalties").split(","))
            .mapToDouble(Double::parseDouble)
            .toArray();
    for (List<String> layers :
        List.of(List.of("hidden_1"), List.of("hidden_2"), List.of("hidden_1", "hidden_2"))) {
      scores.put(
          "frozen " + String.join(" and ", layers) + " + logistic regression",
          new FrozenRegression(session, table.label(), layers, penalties).score(features, test));
    }
    return scores;
  }

  private Map<String, TableScores.Score> semiSupervised(
      String method, Path encoder, Path folder, Path rows, String steps, int epochs, int draw)
      throws SparkUserAppException {
    Map<String, Object> settings = new TreeMap<>();
    String section = "fine-tune.unlabelled.";
    settings.put(section + "source.path", output.resolve("training.csv"));
    settings.put(section + "method", method);
    // An epoch is one of the labelled rows, as for the others.
    settings.put(section + "passes", 1);
    settings.put("training.epochs", epochs);
    settings.put("seed", draw + 1);
    options.forEach(
        (key, value) -> {
          if (key.startsWith(SEMI)) {
            settings.put(section + key.substring(SEMI.length()), value);
          }
        });
    Map<String, Object> fresh = new TreeMap<>(settings);
    fresh.putAll(fresh(epochs, draw));
    String name = method + "-" + steps;
    return Map.of(
        method + " on new weights, " + steps + " steps",
        tuned(encoder, rows, folder.resolve("scratch-" + name), fresh),
        method + ", fine-tuned, " + steps + " steps",
        tuned(encoder, rows, folder.resolve("tuned-" + name), settings));
  }

  private Path pretrained(String name, Map<String, ?> settings)
      throws IOException, SparkUserAppException {
    Map<String, Object> all = new TreeMap<>(settings);
    all.put("data.path", output.resolve("training.csv"));
    Path run = output.resolve(name);
    CommandComparison.pretrained(job(), run, configuration(), all, options);
    return run;
  }

  private Map<String, TableScores.Score> taught(
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
    Map<String, TableScores.Score> scores = new TreeMap<>();
    scores.put("network of the teacher", score(evaluated));
    if (measured(TREES)) {
      scores.putAll(
          new PlainTrees(session)
              .scores(network.resolve("teacher/labelled/train"), evaluated.resolve("shards/test")));
    }
    for (String steps : split("steps")) {
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

  /** The parts of a list; none where it is empty. */
  private List<String> split(String option) {
    return Arrays.stream(options.get(option).split(",")).filter(part -> !part.isEmpty()).toList();
  }

  private boolean measured(String methods) {
    return split("methods").contains(methods);
  }

  private static int epochs(String steps, int labelled) {
    return Math.round(Float.parseFloat(steps) / ((labelled + BATCH - 1) / BATCH));
  }

  private Map<String, TableScores.Score> reused(
      Path model, Path folder, Path rows, String steps, int epochs, int draw)
      throws SparkUserAppException {
    Map<String, TableScores.Score> scores = new TreeMap<>();
    if (measured(NEW)) {
      scores.put(
          TableScores.SCRATCH + ", " + steps + " steps",
          tuned(model, rows, folder.resolve("scratch-" + steps), fresh(epochs, draw)));
    }
    if (measured(REUSED)) {
      scores.put(
          "fine-tuned, " + steps + " steps",
          tuned(
              model,
              rows,
              folder.resolve("tuned-" + steps),
              Map.of("training.epochs", epochs, "seed", draw + 1)));
    }
    return scores;
  }

  private static Map<String, Object> fresh(int epochs, int draw) {
    return Map.of(
        "training.epochs",
        epochs,
        "seed",
        draw + 1,
        "fine-tune.reinitialize",
        "[hidden-1, hidden-2]");
  }

  /** Epochs by cross-validation of a network with so many new layers below its output layer. */
  private Map<String, Object> folds(int reinitialized, int draw) {
    return Map.of(
        "training.epochs",
        options.get("most-epochs"),
        "training.keep-model",
        "best",
        "seed",
        draw + 1,
        "fine-tune.search.reinitialize",
        "[" + reinitialized + "]",
        "fine-tune.search.folds",
        options.get("folds"),
        "fine-tune.search.metric",
        "loss");
  }

  private TableScores.Score tuned(Path encoder, Path rows, Path run, Map<String, ?> settings)
      throws SparkUserAppException {
    if (!Files.exists(run.resolve("result.json"))) {
      List<String> command = command("fine-tune", run, rows);
      set(command, "model", encoder);
      set(command, "data.label", table.label());
      set(command, "data.test.path", output.resolve("test.csv"));
      set(command, "network.layers", "[]");
      set(command, "training.workers", 1);
      set(command, "training.batch-size", BATCH);
      settings.forEach((key, value) -> set(command, key, value));
      Strata.main(command.toArray(new String[0]));
    }
    return score(run);
  }

  private static TableScores.Score score(Path run) {
    RunResult result = RunFolder.of(new Configuration(), run.toString()).result().orElseThrow();
    Map<String, Double> metrics = result.metrics().get("test");
    return new TableScores.Score(metrics.get("roc-auc"), metrics.get("log-loss"));
  }

  private Path extracted(Path encoder, Path rows, Path run) throws SparkUserAppException {
    if (!Files.exists(run.resolve("result.json"))) {
      List<String> command = command("extract", run, rows);
      set(command, "model", encoder);
      set(command, "data.id", "[" + table.label() + "]");
      set(command, "extract.layers", "[hidden-1, hidden-2]");
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
    text.append(table.reading());
    // The label is no feature.
    text.append("data.exclude = ${?data.exclude} [").append(table.label()).append("]\n");
    return Files.writeString(output.resolve("pretraining.conf"), text, StandardCharsets.UTF_8);
  }
}
