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
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Vectors of words that are alike where the words around them are: the positive pointwise mutual
 * information of all words is factorised by a truncated singular value decomposition U S V', and a
 * word's vector is its row of U S^½ at length 1 (Levy, Goldberg and Dagan 2015). So far all words
 * weigh the same. A text's vector is the mean of its words', so frequent words, which say little of
 * a text, get less weight: a / (a + p), p being the word's share of all words (Arora, Liang and Ma
 * 2017). Then the mean over all words of the texts is subtracted, and one factor makes the mean
 * square of the elements, over the same words, 1.
 *
 * @param vectors {@code [words][units]} by id; of the padding and the separator 0
 * @param explained share of the squared mutual information that the singular values keep
 * @param pairs different pairs of words that stand near each other
 */
public record CoOccurrenceVectors(float[][] vectors, double explained, long pairs) {
  /** Mean square of vectors that differ by rounding alone. */
  private static final double SAME = 1e-20;

  /**
   * @param rows texts as ids of words
   * @param units elements of a vector
   * @param tasks how many count at once
   * @param seed of the decomposition's start
   * @throws StrataException (data) where there are no more words than units, or no pairs of them
   */
  public static CoOccurrenceVectors of(
      JavaSparkContext spark,
      ShardSet rows,
      Vocabulary vocabulary,
      CoOccurrenceSettings settings,
      int units,
      int tasks,
      long seed) {
    int words = vocabulary.size();
    if (units >= words) {
      throw StrataException.data("the vectors have more elements than there are words")
          .key("network.layers[0].units")
          .found(units + " units, " + words + " words")
          .expected("fewer units than words, or a lower data.text.min-count")
          .build();
    }
    return of(
        count(spark, rows, vocabulary, settings.window(), tasks),
        vocabulary,
        settings,
        units,
        seed);
  }

  static CoOccurrenceVectors of(
      PairCounts pairs,
      Vocabulary vocabulary,
      CoOccurrenceSettings settings,
      int units,
      long seed) {
    SparseMatrix information = MutualInformation.of(pairs, vocabulary.size(), settings.power());
    double squares = information.squares();
    if (squares > 0) {
      TruncatedSvd svd = TruncatedSvd.of(information, units, seed);
      Optional<float[][]> vectors = vectors(svd, vocabulary, settings.frequency());
      if (vectors.isPresent()) {
        return new CoOccurrenceVectors(vectors.get(), svd.squares() / squares, pairs.size());
      }
    }
    throw StrataException.data("the words near a word do not tell it from others")
        .key("data.text.column")
        .found(Counted.of(pairs.size(), "different pair") + " of words")
        .expected("texts of several words")
        .build();
  }

  private static PairCounts count(
      JavaSparkContext spark, ShardSet rows, Vocabulary vocabulary, int window, int tasks) {
    int blocks = ManifestFile.read(spark.hadoopConfiguration(), rows).blocks().size();
    int slices = Math.max(1, Math.min(tasks, blocks));
    WindowPairs task =
        new WindowPairs(rows, vocabulary.size(), vocabulary.separated(), window, slices);
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    List<Integer> numbers = IntStream.range(0, slices).boxed().toList();
    return spark
        .parallelize(numbers, slices)
        .map(slice -> task.count(hadoop.value(), slice))
        .treeReduce(PairCounts::plus);
  }

  /** Empty where all are the same. */
  private static Optional<float[][]> vectors(
      TruncatedSvd svd, Vocabulary vocabulary, double frequency) {
    double[] shares = shares(vocabulary);
    int units = svd.values().length;
    double[][] vectors = new double[shares.length][units];
    double[] mean = new double[units];
    for (int word = Vocabulary.UNKNOWN; word < vectors.length; word++) {
      double length = 0;
      for (int i = 0; i < units; i++) {
        vectors[word][i] = svd.left()[word][i] * Math.sqrt(svd.values()[i]);
        length += vectors[word][i] * vectors[word][i];
      }
      double weight =
          length == 0 ? 0 : frequency / (frequency + shares[word]) / Math.sqrt(length);
      for (int i = 0; i < units; i++) {
        vectors[word][i] *= weight;
        mean[i] += shares[word] * vectors[word][i];
      }
    }
    double square = 0;
    for (int word = Vocabulary.UNKNOWN; word < vectors.length; word++) {
      for (int i = 0; i < units; i++) {
        vectors[word][i] -= mean[i];
        square += shares[word] * vectors[word][i] * vectors[word][i] / units;
      }
    }
    return square < SAME
        ? Optional.empty()
        : Optional.of(scaled(vectors, 1 / Math.sqrt(square), vocabulary));
  }

  private static float[][] scaled(double[][] vectors, double factor, Vocabulary vocabulary) {
    float[][] scaled = new float[vectors.length][vectors[0].length];
    for (int word = Vocabulary.UNKNOWN; word < vectors.length; word++) {
      boolean separator = vocabulary.separated() && word == Vocabulary.SEPARATOR;
      for (int i = 0; i < scaled[word].length && !separator; i++) {
        scaled[word][i] = (float) (factor * vectors[word][i]);
      }
    }
    return scaled;
  }

  /** Of each id among all words of the texts; padding and separator are none. */
  private static double[] shares(Vocabulary vocabulary) {
    long[] counts = vocabulary.countsById();
    if (vocabulary.separated()) {
      counts[Vocabulary.SEPARATOR] = 0;
    }
    double all = 0;
    for (long count : counts) {
      all += count;
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = counts[i] / all;
    }
    return shares;
  }
}
