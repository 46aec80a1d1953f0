package dev.strata.bench;

import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.SparkVersion;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileUtil;

/**
 * One training on several versions of Spark, each in a driver of its own ({@code local[2]}), in
 * turn: speed, what a round takes besides the training, the whole command, its processor time.
 *
 * <p>Arguments {@code name=value}: {@code config} (file of a training), {@code versions} (of {@code
 * it-tests/spark/versions.txt}; the last is compared with the first), {@code epochs}, {@code every}
 * (minibatches per round), {@code repetitions}.
 */
public final class SparkVersionsBenchmark {
  private static final String SPEED = "examples/s";
  private static final String OVERHEAD = "ms per round outside training";
  private static final String SMALL = "ms of the smallest such round";
  private static final String WALL = "s of the whole command";
  private static final String PROCESSOR = "s of processor time";

  private final BenchArguments arguments;
  private final Path work;
  private final Map<String, Map<String, List<Double>>> measured = new LinkedHashMap<>();
  private final Set<String> models = new HashSet<>();

  private SparkVersionsBenchmark(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("config", "../conf/fashion-mnist.conf");
    defaults.put("versions", "3.5.9,4.2.0");
    defaults.put("epochs", "3");
    defaults.put("every", "10");
    defaults.put("repetitions", "5");
    BenchArguments arguments = new BenchArguments(given, defaults);
    Path work = Files.createTempDirectory("strata-versions");
    try {
      new SparkVersionsBenchmark(arguments, work).run();
    } finally {
      FileUtil.fullyDelete(work.toFile());
    }
  }

  private void run() throws IOException {
    List<String> versions = arguments.texts("versions");
    for (int i = 0; i < arguments.integer("repetitions"); i++) {
      for (int v = 0; v < versions.size(); v++) {
        // A version does not always come after the same one.
        String version = versions.get((v + i) % versions.size());
        Path folder = Files.createDirectories(work.resolve(version + "-" + i));
        Map<String, Double> figures = train(SparkVersion.named(version), folder);
        figures.forEach(
            (name, value) ->
                measured
                    .computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .computeIfAbsent(version, n -> new ArrayList<>())
                    .add(value));
        System.err.println(i + 1 + "  " + version + "  " + figures);
        FileUtil.fullyDelete(folder.toFile());
      }
    }
    System.out.println(table(versions));
    System.out.println(models.size() == 1 ? "one model: " + models : "models differ: " + models);
  }

  private Map<String, Double> train(SparkVersion version, Path folder) throws IOException {
    double processor = childrensSeconds();
    long begun = System.nanoTime();
    StrataCommand command =
        StrataCommand.in(
                folder,
                "train",
                "--config",
                Path.of(arguments.text("config")).toAbsolutePath().toString())
            .set("output.dir", folder.resolve("out"))
            .set("training.epochs", arguments.text("epochs"))
            .set("averaging.every", arguments.text("every"))
            .withSparkOf(version.home())
            // As on a user's machine, not as in a test of seconds.
            .environment("JAVA_TOOL_OPTIONS", "")
            .spark("--master", "local[2]", "--driver-memory", "4g");
    try (ChildProcess process = command.start()) {
      StrataCommand.requireSuccess(process);
    }
    Outputs outputs = Outputs.of(folder.resolve("out"));
    RunResult result = outputs.result();
    models.add(result.modelSha256());
    List<Double> outside =
        History.read(outputs.run()).stream().map(SparkVersionsBenchmark::outsideTraining).toList();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(SPEED, result.examplesPerSecond());
    figures.put(OVERHEAD, BenchTable.median(outside));
    figures.put(SMALL, outside.stream().min(Double::compare).orElseThrow());
    figures.put(WALL, (System.nanoTime() - begun) / 1e9);
    figures.put(PROCESSOR, childrensSeconds() - processor);
    return figures;
  }

  /** Milliseconds of a round in which its slowest worker takes no step. */
  private static double outsideTraining(HistoryEntry round) {
    Map<String, Double> seconds = round.seconds();
    return 1e3
        * (seconds.get("broadcast")
            + seconds.get("job")
            + seconds.get("average")
            - seconds.get("train"));
  }

  private String table(List<String> versions) {
    StringBuilder text = new StringBuilder("| median (least to greatest) |");
    versions.forEach(version -> text.append(' ').append(version).append(" |"));
    text.append(" last / first |\n| --- |").append(" ---: |".repeat(versions.size() + 1));
    measured.forEach(
        (name, values) -> {
          text.append("\n| ").append(name).append(" |");
          versions.forEach(version -> text.append(' ').append(cell(values.get(version))));
          double ratio =
              BenchTable.median(values.get(versions.get(versions.size() - 1)))
                  / BenchTable.median(values.get(versions.get(0)));
          text.append(String.format(Locale.ROOT, " %.3f |", ratio));
        });
    return text.toString();
  }

  private static String cell(List<Double> values) {
    return String.format(
        Locale.ROOT,
        "%,.1f (%,.1f to %,.1f) |",
        BenchTable.median(values),
        values.stream().min(Double::compare).orElseThrow(),
        values.stream().max(Double::compare).orElseThrow());
  }

  /** User and system time of all processes that have ended below this one (Linux). */
  private static double childrensSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    // Fields 16 and 17 of proc(5), in ticks of 10 ms.
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
  }
}
