package dev.strata.driver.preparation;

import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitPlan;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.RowCodec;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.preprocess.WordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Counts the words of the training texts on Spark, where each word's counts come together; the
 * driver receives those that a model will know.
 */
final class WordCounting {
  /** A longer text of a source is more likely a mistake than a row. */
  private static final int LONGEST = 4096;

  private static final int MOST_WORDS = 5_000_000;

  private static final Comparator<Word> ORDER =
      Comparator.comparingLong(Word::count).reversed().thenComparing(Word::text);

  private final JavaPairRDD<Long, byte[]> planned;
  private final SplitPlan plan;
  private final FeatureColumn column;
  private final TextRule rule;

  private WordCounting(JavaPairRDD<Long, byte[]> planned, SplitPlan plan, FeatureColumn column) {
    this.planned = planned;
    this.plan = plan;
    this.column = column;
    this.rule = column.text();
  }

  /** A word and how often it occurs. */
  private record Word(String text, long count) {}

  /** What one block's texts have; the longest with its separators. */
  private record Lengths(int longest, long words, long truncated, long separators) {}

  /** The most frequent words of a partition, and how many different ones it has. */
  private record Known(List<Word> words, long distinct) {}

  /**
   * @throws StrataException (data) where there are fewer than two words, or a text is longer than
   *     anybody would have meant
   */
  static Vocabulary of(JavaPairRDD<Long, byte[]> planned, SplitPlan plan, FeatureColumn column) {
    return new WordCounting(planned, plan, column).vocabulary();
  }

  private Vocabulary vocabulary() {
    Lengths lengths = lengths();
    if (rule.length() == 0 && lengths.longest() > LONGEST) {
      throw StrataException.data(of() + " a text that is too long")
          .key("data.text.length")
          .found("a training text of " + lengths.longest() + " words")
          .expected("at most " + LONGEST + "; or set data.text.length, the number of words per row")
          .build();
    }
    Known known = known();
    if (known.words().size() < 2) {
      throw StrataException.data(of() + " a vocabulary of fewer than two words")
          .key(known.distinct() < 2 ? "data.text.column" : "data.text.min-count")
          .found(
              known.words().size()
                  + " of "
                  + known.distinct()
                  + " different words at least "
                  + rule.minCount()
                  + " times in the training texts")
          .expected("at least two words")
          .build();
    }
    List<Long> counts = known.words().stream().map(Word::count).toList();
    long counted = counts.stream().mapToLong(Long::longValue).sum();
    return new Vocabulary(
        known.words().stream().map(Word::text).toList(),
        counts,
        lengths.words() - counted,
        known.distinct(),
        lengths.longest(),
        lengths.truncated(),
        lengths.separators());
  }

  private String of() {
    return (column.joined() == null ? "column " : "columns ")
        + column.name()
        + (column.joined() == null ? " has" : " have");
  }

  private Lengths lengths() {
    SplitPlan blocks = plan;
    int positions = rule.length();
    return planned
        .mapPartitionsWithIndex(
            (block, rows) ->
                List.of(Json.line(lengths(texts(block, rows, blocks), positions))).iterator(),
            true)
        .collect()
        .stream()
        .map(json -> Json.read(json, Lengths.class, "lengths of a block's texts"))
        .reduce(
            new Lengths(0, 0, 0, 0),
            (a, b) ->
                new Lengths(
                    Math.max(a.longest(), b.longest()),
                    a.words() + b.words(),
                    a.truncated() + b.truncated(),
                    a.separators() + b.separators()));
  }

  private Known known() {
    SplitPlan blocks = plan;
    long least = rule.minCount();
    int most = rule.maxSize() > 0 ? rule.maxSize() : MOST_WORDS + 1;
    JavaPairRDD<String, Long> counts =
        planned
            .mapPartitionsWithIndex(
                (block, rows) -> counted(texts(block, rows, blocks)).iterator(), true)
            .mapToPair(pair -> pair)
            .reduceByKey(Long::sum)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Known> partitions =
          counts
              .mapPartitions(words -> List.of(Json.line(known(words, least, most))).iterator())
              .collect()
              .stream()
              .map(json -> Json.read(json, Known.class, "words of a partition"))
              .toList();
      return merged(partitions);
    } finally {
      counts.unpersist(false);
    }
  }

  private Known merged(List<Known> partitions) {
    long distinct = partitions.stream().mapToLong(Known::distinct).sum();
    List<Word> words =
        partitions.stream().flatMap(known -> known.words().stream()).sorted(ORDER).toList();
    if (rule.maxSize() > 0) {
      return new Known(words.stream().limit(rule.maxSize()).toList(), distinct);
    }
    if (words.size() > MOST_WORDS) {
      throw StrataException.data(of() + " too many different words")
          .key("data.text.max-size")
          .found(distinct + " different words")
          .expected("data.text.max-size, or a higher data.text.min-count")
          .build();
    }
    return new Known(words, distinct);
  }

  private static Known known(Iterator<Tuple2<String, Long>> words, long least, int most) {
    List<Word> kept = new ArrayList<>();
    long distinct = 0;
    while (words.hasNext()) {
      Tuple2<String, Long> word = words.next();
      distinct++;
      if (word._2 >= least) {
        kept.add(new Word(word._1, word._2));
      }
    }
    kept.sort(ORDER);
    return new Known(kept.subList(0, Math.min(most, kept.size())), distinct);
  }

  private static List<Tuple2<String, Long>> counted(Iterator<String[]> rows) {
    Map<String, Long> counts = new HashMap<>();
    while (rows.hasNext()) {
      for (String text : rows.next()) {
        StringTokenizer words = new StringTokenizer(text, " ");
        while (words.hasMoreTokens()) {
          counts.merge(words.nextToken(), 1L, Long::sum);
        }
      }
    }
    List<Tuple2<String, Long>> pairs = new ArrayList<>();
    counts.forEach((word, count) -> pairs.add(new Tuple2<>(word, count)));
    return pairs;
  }

  private static Lengths lengths(Iterator<String[]> rows, int positions) {
    int longest = 0;
    long words = 0;
    long truncated = 0;
    long separators = 0;
    while (rows.hasNext()) {
      String[] texts = rows.next();
      int count = Arrays.stream(texts).mapToInt(WordReader::count).sum();
      int between = texts.length - 1;
      longest = Math.max(longest, count + between);
      words += count;
      separators += between;
      truncated += positions > 0 && count + between > positions ? 1 : 0;
    }
    return new Lengths(longest, words, truncated, separators);
  }

  /** The canonical texts of each row of a training block; none of any other. */
  private static Iterator<String[]> texts(
      int block, Iterator<Tuple2<Long, byte[]>> rows, SplitPlan plan) {
    if (plan.partOfBlock(block) != Split.TRAIN) {
      return List.<String[]>of().iterator();
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public String[] next() {
        return RowCodec.decode(rows.next()._2).texts();
      }
    };
  }
}
