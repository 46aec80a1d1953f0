package dev.strata.bench.techniques;

import dev.strata.bench.CommandComparison;
import dev.strata.bench.labels.TrialLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Techniques beside each other on MNIST-like images, each with the same rows and number of epochs:
 * optimizers and regularization on one network of two hidden layers; activations and
 * initializations, with batch normalization and without, on one of many; the same layers in
 * residual blocks, with stochastic depth and without. Learning rates and strengths are chosen by
 * validation rows. A run that was interrupted goes on.
 *
 * <p>Arguments: folder of the IDX files (train-images-idx3-ubyte.gz …); folder for results; then
 * any of {@code parts=optimizers,regularization,depth,residual}, {@code rows=6000}, {@code
 * epochs=10}, {@code seeds=3}, {@code workers=2}, {@code batch-size=32}, {@code rate=0.001} of Adam
 * in the regularization and depth parts, {@code depth=20}, {@code depth-units=64}, {@code
 * depth-epochs=2}, {@code depth-batch-size=128}, {@code activations=sigmoid,tanh,…}, {@code
 * inits=zero,…}, {@code residual-activations=relu}, {@code residual-inits=normal,xavier,he-normal},
 * {@code master=local[2]}. Each part's table is written to {@code PART.md}.
 */
public final class TechniqueTables {
  private static final String EPOCHS = "epochs";

  private final Path idx;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();

  private TechniqueTables(String[] arguments) {
    idx = Path.of(arguments[0]).toAbsolutePath();
    output = Path.of(arguments[1]).toAbsolutePath();
    options.put("parts", "optimizers,regularization,depth,residual");
    options.putAll(Map.of("rows", "6000", EPOCHS, "10", "seeds", "3", "rate", "0.001"));
    options.putAll(Map.of("workers", "2", "batch-size", "32", "master", "local[2]"));
    options.putAll(Map.of("depth", "20", "depth-units", "64", "depth-epochs", "2"));
    options.put("depth-batch-size", "128");
    options.put("activations", "sigmoid,tanh,relu,leaky-relu,elu,selu,gelu");
    options.put("inits", "zero,normal,xavier,he-normal,lsuv");
    options.put("residual-activations", "relu");
    options.put("residual-inits", "normal,xavier,he-normal");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: folder of IDX files, folder for results, key=value …");
      return;
    }
    TechniqueTables program = new TechniqueTables(arguments);
    CommandComparison.run(
        "technique-tables",
        program.options.get("master"),
        program.output,
        session -> program.compare(JavaSparkContext.fromSparkContext(session.sparkContext())));
  }

  private void compare(JavaSparkContext spark) throws IOException, SparkUserAppException {
    for (String part : options.get("parts").split(",")) {
      String table = table(spark, part);
      Files.writeString(output.resolve(part + ".md"), table, StandardCharsets.UTF_8);
      System.out.println(table);
    }
  }

  private String table(JavaSparkContext spark, String part) throws SparkUserAppException {
    TechniqueRuns runs = new TechniqueRuns(idx, output, options);
    Map<String, String> shared = new TreeMap<>(TechniqueLists.network());
    switch (part) {
      case "optimizers":
        return new TechniqueComparison(runs, part, shared, number("seeds"))
            .table(TechniqueLists.optimizers(number(EPOCHS)), TechniqueLists.ADAM);
      case "regularization":
        shared.put(TechniqueLists.RATE, options.get("rate"));
        return new TechniqueComparison(runs, part, shared, number("seeds"))
            .table(TechniqueLists.regularizations(number(EPOCHS)), TechniqueLists.PLAIN);
      case "depth":
        Map<DeepNetworks.Kind, List<String>> trained = new EnumMap<>(DeepNetworks.Kind.class);
        trained.put(DeepNetworks.Kind.PLAIN, list("inits"));
        // Which takes DL4J's slower way.
        String normalized = options.containsKey("batch-norm-inits") ? "batch-norm-inits" : "inits";
        trained.put(DeepNetworks.Kind.NORMALIZED, list(normalized));
        return deep(runs).tables(spark, list("activations"), list("inits"), trained, depth());
      case "residual":
        List<String> inits = list("residual-inits");
        Map<DeepNetworks.Kind, List<String>> blocks = new EnumMap<>(DeepNetworks.Kind.class);
        blocks.put(DeepNetworks.Kind.PLAIN, inits);
        blocks.put(DeepNetworks.Kind.RESIDUAL, inits);
        blocks.put(DeepNetworks.Kind.STOCHASTIC, inits);
        return deep(runs).tables(spark, list("residual-activations"), inits, blocks, depth());
      default:
        throw new IllegalArgumentException(
            part + " is none of optimizers, regularization, depth, residual");
    }
  }

  private DeepNetworks deep(TechniqueRuns runs) throws SparkUserAppException {
    return new DeepNetworks(
        runs.rows(1).toString(),
        new DeepNetworks.Shape(
            number("depth"),
            number("depth-units"),
            options.get("rate"),
            number("depth-epochs"),
            number("depth-batch-size")));
  }

  private TrialLog depth() {
    return new TrialLog(output.resolve("depth.jsonl"));
  }

  private List<String> list(String option) {
    return List.of(options.get(option).split(","));
  }

  private int number(String option) {
    return Integer.parseInt(options.get(option));
  }
}
