package dev.strata.bench;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkUserAppException;

/**
 * What the outer step is worth over many seeds: a small network trained by a few workers, averaged
 * after every so many minibatches, with and without the outer step; the seed sets weights and
 * order. Mean, median and worst seed, and the differences to the run without it seed by seed.
 *
 * <p>Arguments {@code name=value}: {@code task} ({@code sentences}: a classifier of the first
 * {@code rows} sentences of SST-2's train.tsv, the others and dev.tsv being its validation rows;
 * {@code images}: an autoencoder of the first {@code rows} IDX images, the next 2,000 being its
 * validation images), {@code data} (the task's folder), {@code results} (a file of lines, one a
 * epoch of a run: what is in it already is not run again), {@code rows}, {@code epochs}, {@code
 * units}, {@code batch} (global), {@code choose-by}: the metric whose mean over the seeds chooses
 * rate and number of epochs for each setting; and lists: {@code metric} (a table each), and what to
 * compare: {@code learning-rate}, {@code workers}, {@code every}, {@code outer} (as of {@link
 * AveragingComparison}), {@code cuts} ({@code even}, {@code whole-first}: before it was mended);
 * {@code seeds} (from 1).
 */
public final class OuterStepComparison {
  private OuterStepComparison() {}

  public static void main(String[] given) throws IOException, SparkUserAppException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("task", "sentences");
    defaults.put("data", "");
    defaults.put("results", "outer-step.jsonl");
    defaults.put("cuts", "even");
    defaults.put("metric", "validation-error,test-error");
    defaults.put("choose-by", "validation-loss");
    defaults.put("rows", "5452");
    defaults.put("epochs", "8");
    defaults.put("units", "32");
    defaults.put("batch", "64");
    defaults.put("learning-rate", "0.001");
    defaults.put("workers", "2");
    defaults.put("every", "40");
    defaults.put("outer", "none,nesterov");
    defaults.put("seeds", "20");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    Path work = Files.createTempDirectory("strata-outer-step");
    Path file = Path.of(arguments.text("results"));
    List<OuterStepResult> done = new ArrayList<>(read(file));
    // One task at a time: a run is a matter of seconds, and others may need the machine.
    try (BenchSession session = new BenchSession("outer-step", 1, work)) {
      OuterStepTask task = OuterStepTask.of(arguments, session.spark(), work);
      for (OuterStepResult wanted : wanted(arguments)) {
        if (done.stream().noneMatch(wanted::isSameRun)) {
          long begun = System.nanoTime();
          List<Map<String, Double>> epochs = task.run(wanted);
          double seconds = (System.nanoTime() - begun) / 1e9;
          List<OuterStepResult> found = new ArrayList<>();
          for (int epoch = 1; epoch <= epochs.size(); epoch++) {
            found.add(wanted.measured(epoch, epochs.get(epoch - 1), seconds));
          }
          done.addAll(found);
          Files.writeString(
              file,
              found.stream().map(result -> Json.line(result) + "\n").collect(Collectors.joining()),
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        }
      }
    }
    OuterStepTable table = new OuterStepTable(done);
    String chosenBy = arguments.text("choose-by");
    for (String metric : arguments.texts("metric")) {
      System.out.println(table.ofLast(metric, arguments.integer("epochs")));
      System.out.println(table.ofChosen(metric, chosenBy));
    }
  }

  private static List<OuterStepResult> read(Path file) throws IOException {
    List<OuterStepResult> found = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        found.add(Json.read(line, OuterStepResult.class, file));
      }
    }
    return found;
  }

  /** Seed by seed, so that an unfinished comparison has whole pairs. */
  private static List<OuterStepResult> wanted(BenchArguments arguments) {
    Map<String, String> learner = new TreeMap<>();
    for (String name : List.of("task", "rows", "units")) {
      learner.put(name, arguments.text(name));
    }
    List<OuterStepResult> wanted = new ArrayList<>();
    for (long seed = 1; seed <= arguments.integer("seeds"); seed++) {
      for (int workers : arguments.integers("workers")) {
        for (int every : arguments.integers("every")) {
          for (String outer : arguments.texts("outer")) {
            for (String cut : arguments.texts("cuts")) {
              for (String rate : arguments.texts("learning-rate")) {
                wanted.add(
                    new OuterStepResult(
                        cut,
                        workers,
                        arguments.integer("batch") / workers,
                        every,
                        outer,
                        seed,
                        learner,
                        Double.parseDouble(rate),
                        arguments.integer("epochs"),
                        Map.of(),
                        0));
              }
            }
          }
        }
      }
    }
    return wanted;
  }
}
