package dev.strata.bench.transfer;

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

/**
 * What layers are worth that were pretrained on other classes: a stack pretrained on the images of
 * classes 0 to 4 without their labels, reused for classes 5 to 9 with few labels per class, against
 * the same network (sigmoid units) from scratch, and against one of rectified units as wide and as
 * deep. {@code fine-tune.search} chooses how many layers are reused, made anew and frozen, at each
 * of a few learning rates; scratch chooses among rates of its own. All choices are made by the loss
 * on validation rows, which are among the few labels; the test rows are only measured on. Every
 * step is a command, so a run that was interrupted goes on.
 *
 * <p>Arguments: folder of MNIST-like IDX files; folder for results; then any of {@code seeds=5},
 * {@code kind=rbm} (or autoencoder), {@code units=500,500,500}, {@code pretrain-epochs=10}, {@code
 * epochs=60}, {@code labels=50}, {@code validation=10}, {@code rates=0.01,0.03,0.1} of the reused
 * layers, {@code sigmoid-rates}, {@code relu-rates}, {@code reinitialize=0} (topmost of the reused
 * layers made anew; with 1 a search may come to reusing nothing), {@code master=local[2]}.
 */
public final class ClassTransfer {
  private static final int DIVERGED = 4;
  private static final String SEARCH = "search";
  private static final String SAME = "scratch-sigmoid";
  private static final String RELU = "scratch";

  private final Path idx;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();

  private ClassTransfer(String[] arguments) {
    idx = Path.of(arguments[0]).toAbsolutePath();
    output = Path.of(arguments[1]).toAbsolutePath();
    options.put("seeds", "5");
    options.put("kind", "rbm");
    options.put("units", "500,500,500");
    options.put("pretrain-epochs", "10");
    options.put("epochs", "60");
    options.put("labels", "50");
    options.put("validation", "10");
    options.put("rates", "0.01,0.03,0.1");
    options.put("reinitialize", "0");
    options.put("sigmoid-rates", "0.03,0.1,0.3,1.0");
    options.put("relu-rates", "0.01,0.03,0.1");
    options.put("master", "local[2]");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: folder of IDX files, folder for results, key=value …");
      return;
    }
    new ClassTransfer(arguments).run();
  }

  /** A trained network, by the command that made it. */
  private record Outcome(double validationLoss, double testError, String folder) {}

  private void run() throws IOException, SparkUserAppException {
    CommandComparison.run("class-transfer", options.get("master"), output, session -> compare());
  }

  private void compare() throws IOException, SparkUserAppException {
    pretrain();
    List<Outcome> reused = new ArrayList<>();
    List<Outcome> same = new ArrayList<>();
    List<Outcome> relu = new ArrayList<>();
    for (int seed = 1; seed <= Integer.parseInt(options.get("seeds")); seed++) {
      draw(seed);
      reused.add(best(SEARCH, seed, options.get("rates")));
      same.add(best(SAME, seed, options.get("sigmoid-rates")));
      relu.add(best(RELU, seed, options.get("relu-rates")));
      System.err.printf("seed %d: %s, %s, %s%n", seed, reused, same, relu);
    }
    String table = searched(reused) + table(reused, same) + table(reused, relu);
    Files.writeString(output.resolve("table.txt"), table, StandardCharsets.UTF_8);
    System.out.println(table);
  }

  private void pretrain() throws SparkUserAppException {
    List<String> command = new ArrayList<>(List.of("pretrain"));
    set(command, "data.format", "idx");
    set(command, "data.path", idx.resolve("train-images-idx3-ubyte.gz"));
    set(command, "data.labels-path", idx.resolve("train-labels-idx1-ubyte.gz"));
    set(command, "data.where", "label < 5");
    set(command, "data.label", "label");
    set(command, "data.scaling", "divide-by");
    set(command, "pretrain.layer.kind", options.get("kind"));
    if (options.get("kind").equals("rbm")) {
      set(command, "pretrain.layer.l2", "0.0002");
      set(
          command,
          "pretrain.layer.updater",
          "{ type = momentum, momentum = 0.9, learning-rate = 0.05 }");
    } else {
      set(command, "pretrain.layer.corruption", "{ type = masking, rate = 0.3 }");
    }
    set(
        command,
        "pretrain.layers",
        "[{units=" + options.get("units").replace(",", "},{units=") + "}]");
    set(command, "training.workers", "2");
    set(command, "training.global-batch-size", "128");
    set(command, "training.epochs", options.get("pretrain-epochs"));
    set(command, "output.dir", output.resolve("pretrained"));
    Strata.main(command.toArray(new String[0]));
  }

  private Path drawn(int seed) {
    return output.resolve("labelled-" + seed);
  }

  private void draw(int seed) throws IOException {
    if (!Files.exists(drawn(seed).resolve("validation-labels"))) {
      new LabelledDraw(
              new int[] {5, 9},
              Integer.parseInt(options.get("labels")),
              Integer.parseInt(options.get("validation")))
          .write(
              idx.resolve("train-images-idx3-ubyte.gz"),
              idx.resolve("train-labels-idx1-ubyte.gz"),
              seed,
              drawn(seed));
    }
  }

  /** At the learning rate whose network has the least validation loss. */
  private Outcome best(String method, int seed, String rates) throws SparkUserAppException {
    Outcome best = null;
    for (String rate : rates.split(",")) {
      Outcome outcome = trained(method, seed, rate);
      if (best == null || outcome.validationLoss() < best.validationLoss()) {
        best = outcome;
      }
    }
    return best;
  }

  private Outcome trained(String method, int seed, String rate) throws SparkUserAppException {
    Path folder = output.resolve(method + "-" + seed + "-" + rate);
    boolean search = method.equals(SEARCH);
    List<String> command = new ArrayList<>(List.of(search ? "fine-tune" : "train"));
    set(command, "data.format", "idx");
    for (String part : List.of("train", "validation")) {
      String key = part.equals("train") ? "data" : "data.validation";
      set(command, key + ".path", drawn(seed).resolve(part + "-images"));
      set(command, key + ".labels-path", drawn(seed).resolve(part + "-labels"));
    }
    set(command, "data.test.path", idx.resolve("t10k-images-idx3-ubyte.gz"));
    set(command, "data.test.labels-path", idx.resolve("t10k-labels-idx1-ubyte.gz"));
    set(command, "data.test.where", "label >= 5");
    set(command, "data.label", "label");
    set(command, "seed", seed);
    set(
        command,
        "network.updater",
        "{ type = nesterovs, momentum = 0.9, learning-rate = " + rate + " }");
    set(command, "training.workers", "1");
    set(command, "training.batch-size", "20");
    set(command, "training.epochs", options.get("epochs"));
    set(command, "training.keep-model", "best");
    set(command, "averaging.every", "10");
    set(command, "checkpoint.every", "0");
    set(command, "output.dir", folder);
    if (search) {
      int layers = options.get("units").split(",").length;
      set(command, "model", output.resolve("pretrained"));
      set(command, "network.layers", "[{type=output,init=zero}]");
      set(command, "fine-tune.learning-rate.reused", "1.0");
      set(command, "fine-tune.search.drop-top", numbers(layers - 1));
      set(command, "fine-tune.search.reinitialize", "[" + options.get("reinitialize") + "]");
      set(command, "fine-tune.search.freeze", numbers(layers));
      set(command, "fine-tune.search.metric", "loss");
    } else {
      String dense =
          "{type=dense,activation=" + (method.equals(SAME) ? "sigmoid" : "relu") + ",units=";
      String hidden = dense + options.get("units").replace(",", "}," + dense) + "}";
      set(command, "data.scaling", "divide-by");
      set(command, "network.layers", "[" + hidden + ",{type=output}]");
    }
    try {
      Strata.main(command.toArray(new String[0]));
    } catch (Exception e) {
      if (e instanceof SparkUserAppException ended && ended.exitCode() == DIVERGED) {
        return new Outcome(Double.POSITIVE_INFINITY, 1, folder.getFileName().toString());
      }
      throw e;
    }
    RunResult result = RunFolder.of(new Configuration(), folder.toString()).result().orElseThrow();
    return new Outcome(
        result.metrics().get("validation").get("loss"),
        1 - result.metrics().get("test").get("accuracy"),
        folder.getFileName().toString());
  }

  /** {@code [0,1,…,last]}. */
  private static String numbers(int last) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      numbers.add(Integer.toString(i));
    }
    return "[" + String.join(",", numbers) + "]";
  }

  /** The search table of the first draw. */
  private String searched(List<Outcome> reused) throws IOException {
    return "fine-tune.search, first draw:\n"
        + Files.readString(
            output.resolve(reused.get(0).folder()).resolve("search/table.txt"),
            StandardCharsets.UTF_8);
  }

  /** The runs chosen, and their paired differences. */
  private static String table(List<Outcome> reused, List<Outcome> scratch) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%n%-5s %-22s %9s   %-22s %9s%n", "draw", "reused", "error", "scratch", "error"));
    double[] differences = new double[reused.size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = scratch.get(i).testError() - reused.get(i).testError();
      text.append(
          String.format(
              Locale.ROOT,
              "%-5d %-22s %8.2f%%   %-22s %8.2f%%%n",
              i + 1,
              reused.get(i).folder(),
              100 * reused.get(i).testError(),
              scratch.get(i).folder(),
              100 * scratch.get(i).testError()));
    }
    double mean = Arrays.stream(differences).average().orElseThrow();
    double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
    int n = differences.length;
    double error = n > 1 ? Math.sqrt(squares / (n - 1) / n) : Double.NaN;
    text.append(
        String.format(
            Locale.ROOT,
            "%nbetter than scratch by %.2f ± %.2f points: %.1f standard errors of paired"
                + " differences%n",
            100 * mean,
            100 * error,
            mean / error));
    return text.toString();
  }
}
