package dev.strata.bench.auxiliary;

import dev.strata.bench.CommandComparison;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.auxiliary.BlockSums;
import dev.strata.executor.auxiliary.ScoreObjective;
import dev.strata.executor.auxiliary.SliceMeasuring;
import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.ReplaceWord;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;

/**
 * Sentences against the same with one word replaced: a network trained by max-margin, one by
 * good-or-bad, and a Kneser–Ney bigram model, all from train.tsv, on the same pairs of dev.tsv. The
 * number of epochs is the configuration's: dev.tsv chooses nothing. Runs that are done already are
 * kept.
 *
 * <p>Arguments: folder for results; folder of the configurations (conf); then any of {@code
 * copies=10} (of each sentence), {@code master=local[2]}, {@code set.KEY=VALUE} of both runs. The
 * configurations read the environment's STRATA_DATA.
 */
public final class SentenceRanking {
  private static final long SEED = 20_000;

  private final Path output;
  private final Path configurations;
  private final Map<String, String> options = new TreeMap<>();
  private final Configuration hadoop = new Configuration();

  private SentenceRanking(String[] arguments) {
    output = Path.of(arguments[0]).toAbsolutePath();
    configurations = Path.of(arguments[1]);
    options.put("copies", "10");
    options.put("master", "local[2]");
    CommandComparison.read(arguments, options);
  }

  public static void main(String[] arguments) throws IOException, SparkUserAppException {
    if (arguments.length < 2) {
      System.err.println("arguments: folder for results, folder of configurations, key=value …");
      return;
    }
    new SentenceRanking(arguments).run();
  }

  private void run() throws IOException, SparkUserAppException {
    CommandComparison.run("sentence-ranking", options.get("master"), output, session -> compare());
  }

  private void compare() throws IOException, SparkUserAppException {
    StringBuilder table = new StringBuilder("| model | pairs | ranked rightly | told apart |\n");
    table.append("| --- | ---: | ---: | ---: |\n");
    table.append(bigram(trained("max-margin")));
    for (String task : List.of("max-margin", "good-or-bad")) {
      table.append(network(task, trained(task)));
    }
    Files.writeString(output.resolve("ranking.md"), table, StandardCharsets.UTF_8);
    System.out.println(table);
  }

  private Path trained(String task) throws SparkUserAppException {
    Path run = output.resolve(task);
    CommandComparison.pretrained(
        "pretrain-auxiliary",
        run,
        configurations.resolve("sst2-" + task + ".conf"),
        Map.of("training.early-stopping.patience", 0),
        options);
    return run;
  }

  private String network(String task, Path run) {
    ModelBundle bundle = BundleReader.open(hadoop, run.toString(), task);
    SliceMeasuring measuring =
        new SliceMeasuring(
            bundle.model().network(),
            new ScoreObjective.GoodOrBad(Integer.parseInt(options.get("copies"))),
            plan(bundle),
            SEED,
            part(run, "validation"),
            256,
            1);
    List<BlockSums> blocks = measuring.run(hadoop, bundle.model().parameters(), 0);
    Map<String, Double> metrics = BlockSums.metrics(measuring.objective(), blocks);
    double pairs = (double) BlockSums.rows(blocks) * measuring.objective().copies();
    return line(task, pairs, metrics.get("ranking-accuracy"), metrics.get("accuracy"));
  }

  private String bigram(Path run) {
    ModelBundle bundle = BundleReader.open(hadoop, run.toString(), "max-margin");
    List<int[]> sentences =
        SentenceRows.of(hadoop, part(run, "train")).stream().map(SentenceRows::words).toList();
    // Of the numbers, all but the padding are words.
    KneserNeyBigram model =
        new KneserNeyBigram(sentences, bundle.preprocessing().vocabularySize() - 1);
    Corruption corruption = plan(bundle).corruption();
    int copies = Integer.parseInt(options.get("copies"));
    List<float[]> rows = SentenceRows.of(hadoop, part(run, "validation"));
    double ranked = 0;
    long pairs = 0;
    for (int row = 0; row < rows.size(); row++) {
      double good = model.logProbability(SentenceRows.words(rows.get(row)));
      for (int copy = 0; copy < copies; copy++) {
        float[] changed = rows.get(row).clone();
        if (corruption.corrupt(changed, CorruptionPlan.random(SEED, row, 0, copy))) {
          double bad = model.logProbability(SentenceRows.words(changed));
          ranked += good > bad ? 1 : good == bad ? 0.5 : 0;
          pairs++;
        }
      }
    }
    return line("Kneser–Ney bigrams", pairs, ranked / pairs, Double.NaN);
  }

  /** One word replaced by words as often as they stand in the training sentences. */
  private static CorruptionPlan plan(ModelBundle bundle) {
    return new CorruptionPlan(
        "task.corruption", List.of(new ReplaceWord(1, 1.0)), RowFacts.of(bundle.preprocessing()));
  }

  private ShardSet part(Path run, String name) {
    return ManifestFile.open(hadoop, run.resolve("shards").resolve(name).toString());
  }

  private static String line(String model, double pairs, double ranked, double apart) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.1f %% | %s |%n",
        model,
        pairs,
        100 * ranked,
        Double.isNaN(apart) ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * apart));
  }
}
