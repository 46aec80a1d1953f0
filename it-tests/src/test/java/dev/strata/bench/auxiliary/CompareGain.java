package dev.strata.bench.auxiliary;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.bench.Sample;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;

/**
 * Whether {@code compare} recommends the right method: all methods, at the settings and epochs that
 * it chose, are trained on all labelled rows and measured on test rows, which choose nothing. The
 * training rows without their labels are the unlabelled rows.
 *
 * <p>Arguments: a table, as {@link TableSource} names them; folder for results; then any of {@code
 * data=FOLDER}, {@code labels=100,300,1000}, {@code draws=5}, {@code classes=as-in-data} (or {@code
 * same}: the same number of rows of each class), {@code master=local[2]}, and {@code set.KEY=VALUE}
 * for {@code compare}. What a run has finished is not done again.
 */
public final class CompareGain {
  private static final String RECOMMENDED = "recommended";

  private final TableSource table;
  private final Path output;
  private final Map<String, String> options = new TreeMap<>();

  private CompareGain(String[] arguments) throws IOException {
    output = Path.of(arguments[1]).toAbsolutePath();
    String data = System.getenv("STRATA_DATA");
    options.putAll(
        Map.of(
            "data", data == null ? "." : data,
            "labels", "100,300,1000",
            "draws", "5",
            "classes", "as-in-data",
            "master", "local[2]"));
    CommandComparison.read(arguments, options);
    table = TableSource.of(arguments[0], Path.of(options.get("data")));
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: table, folder for results, key=value …");
      return;
    }
    CompareGain program = new CompareGain(arguments);
    CommandComparison.run(
        "compare-gain", program.options.get("master"), program.output, program::compare);
  }

  /**
   * Of the test rows.
   *
   * @param error share of wrong classes
   * @param rocAuc of more than two classes the mean over one against the rest
   * @param logLoss mean, in nats
   */
  record Score(double error, double rocAuc, double logLoss) {}

  /**
   * @param use the method that is recommended
   * @param seconds of {@code compare}
   */
  private record Draw(Map<String, Score> scores, String use, double seconds) {
    Score recommended() {
      return scores.get(use);
    }
  }

  private void compare(SparkSession session) throws IOException, SparkUserAppException {
    table.writeOnce(table.training(), output.resolve("training.csv"));
    table.writeOnce(table.test(), output.resolve("test.csv"));
    StringBuilder text = new StringBuilder();
    for (String labels : options.get("labels").split(",")) {
      List<Draw> draws = new ArrayList<>();
      for (int draw = 0; draw < Integer.parseInt(options.get("draws")); draw++) {
        draws.add(draw(session, Integer.parseInt(labels), draw));
        Files.writeString(
            output.resolve("table.md"), text + lines(labels, draws), StandardCharsets.UTF_8);
      }
      text.append(lines(labels, draws));
    }
    System.out.println(text);
  }

  private Draw draw(SparkSession session, int labels, int draw)
      throws IOException, SparkUserAppException {
    Path folder = Files.createDirectories(output.resolve(labels + "-" + draw));
    Path rows = folder.resolve("labelled.csv");
    table.writeOnce(table.labelled(labels, draw, options.get("classes")), rows);
    Path compared = folder.resolve("compare");
    List<String> command =
        new ArrayList<>(List.of("compare", "--config", configuration(folder, rows).toString()));
    options.forEach(
        (key, value) -> {
          if (key.startsWith("set.")) {
            set(command, key.substring("set.".length()), value);
          }
        });
    set(command, "compare.unlabelled.path", output.resolve("training.csv"));
    set(command, "seed", draw + 1);
    RunResult result = CommandComparison.finished(command, compared);
    Map<Method, String> settings = settings(compared);
    Map<String, Score> scores = new LinkedHashMap<>();
    for (Method method : settings.keySet()) {
      if (method.network()) {
        scores.put(method.text(), network(compared, folder, method));
      }
    }
    // The encoded rows of new weights are those of the simple models.
    SimpleScores simple =
        new SimpleScores(session, compared.resolve("labelled/scratch/train"), draw + 1L);
    Path test = folder.resolve("test-scratch/shards/test");
    settings.forEach(
        (method, setting) ->
            method
                .simple()
                .ifPresent(kind -> scores.put(method.text(), simple.of(kind, setting, test))));
    Path advice = compared.resolve("recommendation.json");
    String use = Json.read(Files.readString(advice), Map.class, advice).get("method").toString();
    return new Draw(scores, use, result.wallSeconds());
  }

  /** Words of each method's setting, from the table that {@code compare} prints. */
  private static Map<Method, String> settings(Path compared) throws IOException {
    Map<Method, String> settings = new EnumMap<>(Method.class);
    for (String line : Files.readAllLines(compared.resolve("comparison.txt"))) {
      String[] cells = line.strip().split(" {2,}", 3);
      for (Method method : Method.values()) {
        if (cells.length == 3 && method.text().equals(cells[0])) {
          settings.putIfAbsent(method, cells[1]);
        }
      }
    }
    return settings;
  }

  private Score network(Path compared, Path folder, Method method) throws SparkUserAppException {
    if (method == Method.TEACHER) {
      CommandComparison.finished(
          List.of("pretrain-auxiliary", "--config", compared + "/pretrain-teacher.conf"),
          compared.resolve("pretrain-teacher"));
    }
    List<String> command =
        new ArrayList<>(List.of("fine-tune", "--config", compared + "/" + method.text() + ".conf"));
    set(command, "data.test.path", output.resolve("test.csv"));
    Map<String, Double> metrics =
        CommandComparison.finished(command, folder.resolve("test-" + method.text()))
            .metrics()
            .get("test");
    return new Score(1 - metrics.get("accuracy"), metrics.get("roc-auc"), metrics.get("log-loss"));
  }

  private Path configuration(Path folder, Path rows) throws IOException {
    String text =
        table.reading() + "data { path = \"%s\", label = %s }%n".formatted(rows, table.label());
    return Files.writeString(folder.resolve("compare.conf"), text, StandardCharsets.UTF_8);
  }

  /** A line for each method, best mean error first, and one for what was recommended. */
  private static String lines(String labels, List<Draw> draws) {
    StringBuilder lines =
        new StringBuilder(
            "| labels | method | error % | to recommended | ROC AUC | to scratch | log loss | to"
                + " scratch | recommended |\n");
    lines.append("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    List<String> methods = new ArrayList<>(draws.get(0).scores().keySet());
    methods.removeIf(m -> !draws.stream().allMatch(d -> d.scores().containsKey(m)));
    methods.sort(Comparator.comparingDouble(m -> sample(draws, m, Score::error).mean()));
    methods.add(0, RECOMMENDED);
    for (String method : methods) {
      lines.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  labels,
                  method,
                  sample(draws, method, Score::error).times(100).text("%.2f"),
                  difference(draws, method, RECOMMENDED, Score::error, 100, "%+.2f"),
                  sample(draws, method, Score::rocAuc).times(100).text("%.2f"),
                  difference(draws, method, "scratch", Score::rocAuc, 100, "%+.2f"),
                  sample(draws, method, Score::logLoss).text("%.4f"),
                  difference(draws, method, "scratch", Score::logLoss, 1, "%+.4f"),
                  method.equals(RECOMMENDED)
                      ? new Sample(draws.stream().map(Draw::seconds).toList()).text("%.0f") + " s"
                      : draws.stream().filter(d -> d.use().equals(method)).count()));
    }
    return lines.append('\n').toString();
  }

  private static String difference(
      List<Draw> draws,
      String method,
      String other,
      ToDoubleFunction<Score> measure,
      double factor,
      String format) {
    return method.equals(other)
        ? ""
        : sample(draws, method, measure)
            .minus(sample(draws, other, measure))
            .times(factor)
            .text(format);
  }

  private static Sample sample(List<Draw> draws, String method, ToDoubleFunction<Score> measure) {
    return new Sample(
        draws.stream()
            .map(d -> method.equals(RECOMMENDED) ? d.recommended() : d.scores().get(method))
            .map(measure::applyAsDouble)
            .toList());
  }
}
