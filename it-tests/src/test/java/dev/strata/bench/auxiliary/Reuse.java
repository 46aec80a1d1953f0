package dev.strata.bench.auxiliary;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.bench.labels.Comparison;
import dev.strata.bench.labels.ComparisonData;
import dev.strata.bench.labels.ComparisonTable;
import dev.strata.bench.labels.Contender;
import dev.strata.bench.labels.LabelCount;
import dev.strata.bench.labels.TrialLog;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What layers are worth that were pretrained by an auxiliary task, where labels are few: the same
 * network from scratch and on reused layers, chosen by cross-validation inside the labels with the
 * same number of trials, measured on test rows. {@link ReuseStudy} holds what is tried; a run that
 * was interrupted goes on where it was.
 *
 * <p>Arguments: sst2 or adult; folder for results; then any of {@code conf=FOLDER}, {@code
 * methods=scratch,…}, {@code labels=100,300}, {@code master=local[2]}. The configurations read the
 * environment's STRATA_DATA.
 */
public final class Reuse {
  private final ReuseStudy study;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();
  private final Configuration hadoop = new Configuration();

  private Reuse(String[] arguments) {
    study = ReuseStudy.of(arguments[0]);
    output = Path.of(arguments[1]).toAbsolutePath();
    List<String> methods = new ArrayList<>(List.of(Contender.SCRATCH));
    methods.addAll(new TreeMap<>(study.pretraining()).keySet());
    options.put("methods", String.join(",", methods));
    options.put("labels", "");
    options.put("master", "local[2]");
    // Maven runs this in the module's folder.
    options.put("conf", Files.isDirectory(Path.of("conf")) ? "conf" : "../conf");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: sst2 or adult, folder for results, key=value …");
      return;
    }
    new Reuse(arguments).run();
  }

  private void run() throws IOException, SparkUserAppException {
    CommandComparison.run(
        "reuse",
        options.get("master"),
        output,
        session -> compare(JavaSparkContext.fromSparkContext(session.sparkContext())));
  }

  private void compare(JavaSparkContext spark) throws IOException, SparkUserAppException {
    Path prepared = prepared();
    ComparisonData data = ComparisonData.open(hadoop, prepared.resolve("shards").toString());
    if (study.asInData()) {
      data = data.drawnAsInData();
    }
    List<Contender> contenders = new ArrayList<>();
    for (String method : options.get("methods").split(",")) {
      contenders.add(contender(method, prepared));
    }
    Comparison comparison =
        new Comparison(data, contenders, new TrialLog(output.resolve("trials.jsonl")));
    for (LabelCount count : study.counts()) {
      String asked = options.get("labels");
      if (asked.isEmpty() || List.of(asked.split(",")).contains("" + count.labels())) {
        comparison.run(spark, count);
        write(comparison, contenders);
      }
    }
    System.out.println(write(comparison, contenders));
  }

  private String write(Comparison comparison, List<Contender> contenders) throws IOException {
    ComparisonTable table = new ComparisonTable();
    for (LabelCount count : study.counts()) {
      List<Comparison.Outcome> scratch = new ArrayList<>();
      for (Contender contender : contenders) {
        List<Comparison.Outcome> outcomes = comparison.outcomes(contender, count);
        if (contender.method().equals(Contender.SCRATCH)) {
          scratch.addAll(outcomes);
        }
        table.add(count, contender.method(), outcomes, scratch);
      }
    }
    Files.writeString(output.resolve("table.md"), table.text(), StandardCharsets.UTF_8);
    return table.text();
  }

  /** Labelled rows and test rows, in the encoding that the pretrained layers know. */
  private Path prepared() throws SparkUserAppException {
    Path prepared = output.resolve("data");
    if (!Files.exists(prepared.resolve("result.json"))) {
      List<String> command = command("prepare", study.configuration());
      study
          .labelled()
          .forEach(
              (key, value) -> {
                boolean file = key.endsWith(".path") && !value.equals("null");
                set(command, key, file ? System.getenv("STRATA_DATA") + "/" + value : value);
              });
      set(command, "output.dir", prepared);
      Strata.main(command.toArray(new String[0]));
    }
    return prepared;
  }

  private Contender contender(String method, Path prepared)
      throws IOException, SparkUserAppException {
    if (method.equals(Contender.SCRATCH)) {
      return LayersContender.scratch(study, words(prepared));
    }
    ReuseStudy.Pretraining pretraining = study.pretraining().get(method);
    Path run = output.resolve(method);
    if (!Files.exists(run.resolve("result.json"))) {
      List<String> command = command("pretrain-auxiliary", pretraining.configuration());
      pretraining.changed().forEach((key, value) -> set(command, key, value));
      set(command, "output.dir", run);
      Strata.main(command.toArray(new String[0]));
    }
    ModelBundle bundle = BundleReader.open(hadoop, run.toString(), method);
    requireAlike(preprocessing(prepared), bundle.preprocessing());
    return LayersContender.reusing(study, words(prepared), method, bundle);
  }

  private static int words(Path prepared) throws IOException {
    return preprocessing(prepared).vocabularySize();
  }

  private static Preprocessing preprocessing(Path prepared) throws IOException {
    Path file = prepared.resolve("shards").resolve(Preprocessing.FILE_NAME);
    return Json.read(Files.readString(file, StandardCharsets.UTF_8), Preprocessing.class, file);
  }

  /** Both were fitted on the same rows: a number of a row must mean the same to the layers. */
  private static void requireAlike(Preprocessing labelled, Preprocessing model) {
    if (!labelled.layout().features().equals(model.layout().features())
        || !Objects.equals(labelled.vocabulary(), model.vocabulary())) {
      throw new IllegalStateException("the labelled rows are encoded in another way");
    }
  }

  private List<String> command(String name, String configuration) {
    List<String> command = new ArrayList<>(List.of(name, "--config"));
    command.add(Path.of(options.get("conf"), configuration).toString());
    return command;
  }
}
