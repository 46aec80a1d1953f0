package dev.strata.bench;

import dev.strata.bench.Race.Settings;
import dev.strata.executor.device.BlasThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Seconds of training until an MLP 784-500-250-10 with Adam, trained by two workers on {@code
 * local[2]}, classifies a share of the test images rightly: Strata's averaging against DL4J
 * Spark's. Each chooses its settings by one run of each of them with a seed of its own, on the test
 * images, as the target is; the other seeds are run in turn. An epoch of each setting comes before,
 * as warm-up. Time in which a network is tested does not count, nor does DL4J's export of
 * minibatches. Set {@code OMP_NUM_THREADS=1} in the environment: DL4J's tasks would take more
 * threads than cores.
 *
 * <p>Arguments {@code name=value}: {@code data} (folder of IDX files named like Fashion-MNIST's),
 * {@code target}, {@code epochs} (after which a run is given up), {@code seeds} (their number), and
 * lists: {@code who} (strata, dl4j), {@code batch} (of a worker), {@code every}, {@code rate}.
 */
public final class TimeToAccuracy {
  private static final int WORKERS = 2;

  private final BenchArguments arguments;
  private final Path work;

  private TimeToAccuracy(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("data", "");
    defaults.put("target", "0.88");
    defaults.put("epochs", "20");
    defaults.put("seeds", "3");
    defaults.put("who", "strata,dl4j");
    defaults.put("batch", "64,128");
    defaults.put("every", "10,40");
    defaults.put("rate", "0.001,0.002");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    new TimeToAccuracy(arguments, Files.createTempDirectory("strata-race")).run();
  }

  private void run() throws IOException {
    Path data = Path.of(arguments.text("data"));
    try (BenchSession session = new BenchSession("time-to-accuracy", WORKERS, work, false)) {
      BenchData train = BenchData.images(work.resolve("train"), data, "train");
      BenchData test = BenchData.images(work.resolve("test"), data, "t10k");
      Map<String, Race> racers = new LinkedHashMap<>();
      for (String who : arguments.texts("who")) {
        racers.put(
            who,
            switch (who) {
              case "strata" -> new StrataRace(session.spark(), train, WORKERS);
              case "dl4j" -> new Dl4jRace(session.spark(), train, WORKERS, work);
              default -> throw new IllegalArgumentException(who);
            });
      }
      race(racers, test);
    }
  }

  private void race(Map<String, Race> racers, BenchData test) {
    double target = arguments.number("target");
    Finish finish = new Finish(test, target, arguments.integer("epochs"));
    Map<String, Settings> chosen = new LinkedHashMap<>();
    racers.forEach(
        (who, racer) -> {
          settings().forEach(one -> racer.run(one, 0, new Finish(test, target, 1)));
          chosen.put(who, fastest(who, racer, finish));
        });
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (long seed : LongStream.rangeClosed(1, arguments.integer("seeds")).toArray()) {
      racers.forEach(
          (who, racer) -> {
            double took = racer.run(chosen.get(who), seed, finish);
            print(who, chosen.get(who), seed, took);
            seconds.computeIfAbsent(who, w -> new ArrayList<>()).add(took);
          });
    }
    seconds.forEach(
        (who, all) -> {
          List<Double> reached = all.stream().filter(Double::isFinite).sorted().toList();
          String times =
              reached.isEmpty()
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      ",\"median_s\":%.2f,\"min\":%.2f,\"max\":%.2f",
                      BenchTable.median(reached),
                      reached.get(0),
                      reached.get(reached.size() - 1));
          System.out.printf(
              Locale.ROOT,
              "{\"who\":\"%s\",\"target\":%.3f,\"reached\":%d,\"of\":%d%s}%n",
              who,
              target,
              reached.size(),
              all.size(),
              times);
        });
  }

  private Settings fastest(String who, Race racer, Finish finish) {
    Settings best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Settings settings : settings()) {
      double took = racer.run(settings, 0, finish);
      print(who, settings, 0, took);
      if (took < least) {
        least = took;
        best = settings;
      }
    }
    if (best == null) {
      throw new IllegalStateException(who + " does not reach the target in so many epochs");
    }
    return best;
  }

  private List<Settings> settings() {
    List<Settings> all = new ArrayList<>();
    for (int batch : arguments.integers("batch")) {
      for (int every : arguments.integers("every")) {
        for (String rate : arguments.texts("rate")) {
          all.add(new Settings(batch, every, Double.parseDouble(rate)));
        }
      }
    }
    return all;
  }

  private static void print(String who, Settings settings, long seed, double seconds) {
    System.err.printf(Locale.ROOT, "%-8s %s seed %d: %.2f s%n", who, settings, seed, seconds);
  }
}
