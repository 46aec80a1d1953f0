package dev.strata.bench.labels;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What pretraining is worth where labels are few: a network from scratch, over a stacked denoising
 * autoencoder, over a stack of restricted Boltzmann machines and over a contrastive encoder, all
 * pretrained on all rows without their labels, trained with 100, 600, 1000, 3000 and all labels of
 * any data set in the layout of MNIST's IDX files. {@link Plan} holds what is tried; a run that was
 * interrupted goes on where it was.
 *
 * <p>A method such as {@code dbn+virtual-adversarial} or {@code scratch+pseudo-label} also learns
 * from the unlabelled rows while it is trained on the labelled ones, with {@code ratio=4} of them
 * for each labelled row and {@code passes=5} through the labelled rows in an epoch; {@code
 * weight=1}, {@code epsilon=2}, {@code ramp=2} epochs, {@code threshold=0.95} and {@code
 * decay=0.99} are its settings.
 *
 * <p>{@code dbn-ridge} is ridge classification of the stack's topmost layer as it is ({@link
 * FrozenRidge}), {@code pixels-ridge} of the pixels.
 *
 * <p>Arguments: folder of the IDX files (train-images-idx3-ubyte.gz …); folder for results; then
 * any of {@code methods=scratch,sdae,dbn,contrastive}, {@code labels=100,600,all}, {@code draws=10}
 * (at most), {@code choices=1} (draws that are cross-validated; the others follow the first),
 * {@code master=local[2]}, {@code conf=FOLDER} (of the pretraining configurations), {@code
 * sdae=FOLDER}, {@code dbn=FOLDER}, {@code contrastive=FOLDER} (pretrainings that exist already).
 */
public final class FewLabels {
  private static final String PIXELS = "pixels";

  private final Path idx;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();

  private FewLabels(String[] arguments) {
    idx = Path.of(arguments[0]).toAbsolutePath();
    output = Path.of(arguments[1]).toAbsolutePath();
    options.put("methods", String.join(",", Plan.METHODS));
    options.put("labels", "");
    options.put("master", "local[2]");
    options.put("draws", "10");
    options.put("choices", "10");
    options.putAll(Map.of("ratio", "4", "passes", "5", "weight", "1", "epsilon", "2"));
    options.putAll(Map.of("ramp", "2", "threshold", "0.95", "decay", "0.99"));
    // Maven runs this in the module's folder.
    options.put("conf", Files.isDirectory(Path.of("conf")) ? "conf" : "../conf");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: folder of IDX files, folder for results, key=value …");
      return;
    }
    new FewLabels(arguments).run();
  }

  private void run() throws IOException, SparkUserAppException {
    CommandComparison.run(
        "few-labels",
        options.get("master"),
        output,
        session -> compare(JavaSparkContext.fromSparkContext(session.sparkContext())));
  }

  private void compare(JavaSparkContext spark) throws IOException, SparkUserAppException {
    ComparisonData data = data(spark);
    List<Contender> contenders = new ArrayList<>();
    Map<String, FrozenRidge> frozen = new LinkedHashMap<>();
    for (String method : options.get("methods").split(",")) {
      if (method.endsWith(FrozenRidge.SUFFIX)) {
        frozen.put(method, frozen(spark, data, method));
      } else {
        contenders.add(contender(spark, method));
      }
    }
    Comparison comparison =
        new Comparison(data, contenders, new TrialLog(output.resolve("trials.jsonl")));
    for (LabelCount count : counts()) {
      if (isAsked(count)) {
        comparison.run(spark, count);
        write(comparison, contenders, frozen);
      }
    }
    System.out.println(write(comparison, contenders, frozen));
  }

  private List<LabelCount> counts() {
    int most = Integer.parseInt(options.get("draws"));
    int choices = Integer.parseInt(options.get("choices"));
    return Plan.LABEL_COUNTS.stream().map(count -> count.atMost(most).choosing(choices)).toList();
  }

  private boolean isAsked(LabelCount count) {
    String asked = options.get("labels");
    String own = count.all() ? "all" : String.valueOf(count.labels());
    return asked.isEmpty() || List.of(asked.split(",")).contains(own);
  }

  /** The table of all that the log has of these contenders. */
  private String write(
      Comparison comparison, List<Contender> contenders, Map<String, FrozenRidge> frozen)
      throws IOException {
    ComparisonTable table = new ComparisonTable();
    for (LabelCount count : counts()) {
      List<Comparison.Outcome> scratch = new ArrayList<>();
      for (Contender contender : contenders) {
        List<Comparison.Outcome> outcomes = comparison.outcomes(contender, count);
        if (contender.method().equals(Plan.SCRATCH)) {
          scratch.addAll(outcomes);
        }
        table.add(count, contender.method(), outcomes, scratch);
      }
      if (isAsked(count) && !scratch.isEmpty()) {
        frozen.forEach((method, ridge) -> table.add(count, method, ridge.outcomes(count), scratch));
      }
    }
    Files.writeString(output.resolve("table.md"), table.text(), StandardCharsets.UTF_8);
    return table.text();
  }

  private ComparisonData data(JavaSparkContext spark) throws SparkUserAppException {
    Path prepared = output.resolve("data");
    List<String> command = new ArrayList<>(List.of("prepare"));
    setData(command, "data", "train");
    setData(command, "data.test", "t10k");
    set(command, "data.format", "idx");
    set(command, "data.label", "label");
    set(command, "data.scaling", "divide-by");
    CommandComparison.finished(command, prepared);
    return ComparisonData.open(spark.hadoopConfiguration(), prepared.resolve("shards").toString());
  }

  private Contender contender(JavaSparkContext spark, String method) throws SparkUserAppException {
    int and = method.indexOf(UnlabelledContender.AND);
    if (and > 0) {
      Contender base = contender(spark, method.substring(0, and));
      int passes = Integer.parseInt(options.get("passes"));
      UnlabelledLoss loss = loss(method.substring(and + 1));
      return new UnlabelledContender(
          base,
          loss,
          loss.method().corrupts() ? images() : null,
          Integer.parseInt(options.get("ratio")),
          passes);
    }
    if (method.equals(Plan.SCRATCH)) {
      return DenseContender.scratch();
    }
    return DenseContender.pretrained(method, stack(spark, method));
  }

  /** Ridge classification of a stack's topmost layer, or of the pixels. */
  private FrozenRidge frozen(JavaSparkContext spark, ComparisonData data, String method)
      throws SparkUserAppException {
    String stack = method.substring(0, method.length() - FrozenRidge.SUFFIX.length());
    return new FrozenRidge(
        spark.hadoopConfiguration(),
        data,
        stack.equals(PIXELS) ? Optional.empty() : Optional.of(stack(spark, stack)));
  }

  /** A pretrained stack, pretrained first where it has not been. */
  private ModelBundle stack(JavaSparkContext spark, String method) throws SparkUserAppException {
    Path run =
        options.containsKey(method)
            ? Path.of(options.get(method))
            : output.resolve("pretrained").resolve(method);
    if (!CommandComparison.isFinished(run)) {
      Path configuration = Path.of(options.get("conf"), Plan.PRETRAINING.get(method));
      String job = method.equals(Plan.CONTRASTIVE) ? "pretrain-auxiliary" : "pretrain";
      List<String> command = new ArrayList<>(List.of(job, "--config", configuration.toString()));
      // Images alone: with the labels' file the label would be one more column.
      set(command, "data.path", images("train"));
      set(command, "data.validation.path", images("t10k"));
      CommandComparison.finished(command, run);
    }
    return BundleReader.open(spark.hadoopConfiguration(), run.toString(), method);
  }

  private UnlabelledLoss loss(String method) {
    return new UnlabelledLoss(
        UnlabelledLoss.Method.valueOf(method.toUpperCase(Locale.ROOT).replace('-', '_')),
        number("weight"),
        new UnlabelledLoss.Ramp(0, number("ramp")),
        number("threshold"),
        number("decay"),
        new UnlabelledLoss.Adversarial(number("epsilon"), 0.1, 1));
  }

  /** Copies as fine-tune.unlabelled makes them of images by default. */
  private static CorruptionPlan images() {
    ImageShape shape = new ImageShape(28, 28, 1);
    return new CorruptionPlan(
        "fine-tune.unlabelled.corruption",
        TaskType.CONTRASTIVE.imageAugmentation(),
        RowFacts.ofImages(shape));
  }

  private double number(String option) {
    return Double.parseDouble(options.get(option));
  }

  private void setData(List<String> command, String key, String part) {
    set(command, key + ".path", images(part));
    set(command, key + ".labels-path", idx.resolve(part + "-labels-idx1-ubyte.gz"));
  }

  private Path images(String part) {
    return idx.resolve(part + "-images-idx3-ubyte.gz");
  }
}
