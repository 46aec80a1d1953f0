package dev.strata.driver.wordvectors;

import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.wordvectors.PairCounts;
import dev.strata.executor.wordvectors.WindowPairs;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Word vectors that are alike where the words around them are: a truncated singular value
 * decomposition U S V' factorises the positive pointwise mutual information of all words, and a
 * word's vector is its row of U S^½, scaled to length 1 (Levy, Goldberg and Dagan 2015). Then all
 * words have equal weight. A text's vector is the mean of its words', so frequent words, which say
 * little about a text, get less weight: a / (a + p), p being the word's share of all words (Arora,
 * Liang and Ma 2017). Last, the mean over all words of the texts is subtracted, and one factor
 * makes the mean square of the elements, over the same words, 1.
 *
 * <p>A word without a near word of positive information has the vector 0, and so no part in the
 * mean: it neither helps nor harms a text.
 *
 * @param vectors {@code [words][units]} by id; of the padding and the separator 0
 * @param explained share of the squared mutual information that the singular values keep
 * @param pairs different pairs of words that stand near each other
 */
public record CoOccurrenceVectors(float[][] vectors, double explained, long pairs) {
  /** Squared length, as a share of the mean one, below which rounding alone gives a direction. */
  private static final double NOTHING = 1e-8;

  /** Counts, and the matrix and its transpose with up to two elements for each pair. */
  private static final long BYTES_OF_PAIR = 48;

  /** Share of the heap that is taken at most. */
  private static final double MOST_OF_HEAP = 0.8;

  /**
   * @param rows texts as ids of words
   * @param units elements of a vector
   * @param tasks how many count at once
   * @param seed of the decomposition's start
   * @throws StrataException (data) where there are no more words than units, or no pairs of words;
   *     (configuration) where the driver lacks memory
   */
  public static CoOccurrenceVectors of(
      JavaSparkContext spark,
      ShardSet rows,
      Vocabulary vocabulary,
      CoOccurrenceSettings settings,
      int units,
      int tasks,
      long seed) {
    int words = vocabulary.words().size();
    if (units > words) {
      throw StrataException.data("the vectors have more elements than there are words")
          .key("network.layers[0].units")
          .found(units + " units, " + words + " words")
          .expected("at most " + words + " units, or more words (data.text.min-count, max-size)")
          .build();
    }
    requireMemory(vocabulary.size(), units, 0);
    PairCounts pairs = count(spark, rows, vocabulary, settings.window(), tasks);
    requireMemory(vocabulary.size(), units, pairs.size());
    return of(pairs, vocabulary, settings, units, seed);
  }

  static CoOccurrenceVectors of(
      PairCounts pairs,
      Vocabulary vocabulary,
      CoOccurrenceSettings settings,
      int units,
      long seed) {
    SparseMatrix information = MutualInformation.of(pairs, vocabulary.size(), settings.power());
    double squares = information.squares();
    if (squares == 0) {
      throw nothing("the texts have no two words that stand near each other", pairs);
    }
    TruncatedSvd svd = TruncatedSvd.of(information, units, seed);
    float[][] vectors = new WeightedVectors(svd, vocabulary, settings.frequency()).scaled();
    if (vectors.length == 0) {
      throw nothing("all words of the texts have the same near words", pairs);
    }
    return new CoOccurrenceVectors(vectors, svd.squares() / squares, pairs.size());
  }

  private static StrataException nothing(String what, PairCounts pairs) {
    return StrataException.data("no word vectors can be computed: " + what)
        .key("data.text.column")
        .found(Counted.of(pairs.size(), "different pair") + " of words")
        .expected("texts of several words")
        .build();
  }

  private static void requireMemory(long words, int units, long pairs) {
    long bytes = TruncatedSvd.bytes(words, units) + BYTES_OF_PAIR * pairs;
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > MOST_OF_HEAP * heap) {
      throw StrataException.configuration("the driver lacks memory for the word vectors")
          .key("data.text.max-size")
          .found(
              "%d MiB for %d words, %d units and %d pairs of words; a heap of %d MiB"
                  .formatted(bytes >> 20, words, units, pairs, heap >> 20))
          .expected(
              "more spark.driver.memory, a lower data.text.max-size, a higher"
                  + " data.text.min-count, or fewer network.layers[0].units")
          .build();
    }
  }

  private static PairCounts count(
      JavaSparkContext spark, ShardSet rows, Vocabulary vocabulary, int window, int tasks) {
    int slices = ManifestFile.read(spark.hadoopConfiguration(), rows).slices(tasks);
    WindowPairs task =
        new WindowPairs(rows, vocabulary.size(), vocabulary.separated(), window, slices);
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    List<Integer> numbers = IntStream.range(0, slices).boxed().toList();
    // Tasks add up the last two as well: the driver receives one result, whatever their number.
    return spark
        .parallelize(numbers, slices)
        .treeAggregate(
            PairCounts.NONE,
            (sum, slice) -> sum.plus(task.count(hadoop.value(), slice)),
            PairCounts::plus,
            2,
            true);
  }

  /** Vectors on their way from the decomposition to what a network takes. */
  private static final class WeightedVectors {
    private final TruncatedSvd svd;
    private final double[] shares;
    private final double frequency;
    private final int units;
    private final double[][] vectors;

    WeightedVectors(TruncatedSvd svd, Vocabulary vocabulary, double frequency) {
      this.svd = svd;
      this.shares = shares(vocabulary);
      this.frequency = frequency;
      this.units = svd.values().length;
      this.vectors = new double[shares.length][];
    }

    /** Empty where all are the same. */
    float[][] scaled() {
      double[] lengths = lengths();
      double least =
          NOTHING * DoubleStream.of(lengths).filter(length -> length > 0).average().orElse(0);
      double[] mean = new double[units];
      double all = 0;
      double before = 0;
      for (int word = 0; word < vectors.length; word++) {
        if (lengths[word] > least) {
          double weight = frequency / (frequency + shares[word]);
          vectors[word] = new double[units];
          all += shares[word];
          before += shares[word] * weight * weight;
          for (int i = 0; i < units; i++) {
            vectors[word][i] = weight * direction(word, i) / Math.sqrt(lengths[word]);
            mean[i] += shares[word] * vectors[word][i];
          }
        }
      }
      double square = 0;
      for (int word = 0; word < vectors.length; word++) {
        for (int i = 0; vectors[word] != null && i < units; i++) {
          vectors[word][i] -= mean[i] / all;
          square += shares[word] * vectors[word][i] * vectors[word][i];
        }
      }
      return square > NOTHING * before ? floats(Math.sqrt(all * units / square)) : new float[0][];
    }

    private double direction(int word, int unit) {
      return svd.left()[word][unit] * Math.sqrt(svd.values()[unit]);
    }

    /** Squared lengths of the words' rows. */
    private double[] lengths() {
      double[] lengths = new double[vectors.length];
      for (int word = 0; word < lengths.length; word++) {
        for (int i = 0; i < units; i++) {
          lengths[word] += direction(word, i) * direction(word, i);
        }
      }
      return lengths;
    }

    private float[][] floats(double factor) {
      float[][] floats = new float[vectors.length][units];
      for (int word = 0; word < vectors.length; word++) {
        for (int i = 0; vectors[word] != null && i < units; i++) {
          floats[word][i] = (float) (factor * vectors[word][i]);
        }
      }
      return floats;
    }

    /** Of each id among all words of the texts; padding and separator are none. */
    private static double[] shares(Vocabulary vocabulary) {
      long[] counts = vocabulary.countsById();
      if (vocabulary.separated()) {
        counts[Vocabulary.SEPARATOR] = 0;
      }
      double all = LongStream.of(counts).sum();
      return LongStream.of(counts).mapToDouble(count -> count / all).toArray();
    }
  }
}
