package dev.strata.executor.preprocess;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the values of each number of encoded rows, block by block. A number with more than 1,000
 * values (fewer in rows of more than 1,000 numbers) keeps the values of a sample of this number of
 * rows instead; the counts are exact otherwise.
 */
public final class MarginalCounts {
  /** Values of one number, and rows of a sample. */
  private static final int MOST = 1000;

  /** Values of all numbers together, so that wide rows keep their preprocessing small. */
  private static final int MOST_IN_ALL = 1_000_000;

  private static final int FEWEST = 20;

  private final RowEncoder encoder;
  private final int[] elements;
  private final int most;
  private final List<Map<Float, Long>> all = new ArrayList<>();
  private final List<Map<Float, Long>> sample = new ArrayList<>();
  private final float[] features;

  public MarginalCounts(Preprocessing preprocessing) {
    this.encoder = new RowEncoder(preprocessing);
    this.elements = elements(preprocessing);
    this.most = most(elements.length);
    this.features = new float[encoder.width()];
    for (int i = 0; i < elements.length; i++) {
      all.add(new HashMap<>());
      sample.add(new HashMap<>());
    }
  }

  /**
   * Counts of one block in the form sent to the driver.
   *
   * @param all of each number the values' counts; null where there are too many
   * @param sample of each number the counts among the rows of the sample
   */
  public record State(List<TreeMap<Float, Long>> all, List<TreeMap<Float, Long>> sample) {}

  private static int most(int numbers) {
    return Math.max(FEWEST, Math.min(MOST, MOST_IN_ALL / Math.max(1, numbers)));
  }

  /** Rows of the sample in all blocks together. */
  public int sampleRows() {
    return most;
  }

  /**
   * @param sampled whether the row belongs to the sample
   */
  public void add(PlainRow row, boolean sampled) {
    if (elements.length == 0) {
      return;
    }
    encoder.features(row, features, 0);
    for (int i = 0; i < elements.length; i++) {
      // Adding zero makes the negative zero positive: they are one value.
      float value = features[elements[i]] + 0f;
      count(i, value, 1);
      if (sampled) {
        sample.get(i).merge(value, 1L, Long::sum);
      }
    }
  }

  /** Adds the rows of a later block. */
  public void merge(State later) {
    for (int i = 0; i < elements.length; i++) {
      int number = i;
      if (later.all().get(i) == null) {
        all.set(i, null);
      } else {
        later.all().get(i).forEach((value, rows) -> count(number, value, rows));
      }
      later
          .sample()
          .get(i)
          .forEach((value, rows) -> sample.get(number).merge(value, rows, Long::sum));
    }
  }

  public State state() {
    return new State(
        all.stream().map(m -> m == null ? null : new TreeMap<>(m)).toList(),
        sample.stream().map(TreeMap::new).toList());
  }

  /** One for each number, in the order of the encoded row. */
  public List<Marginal> marginals() {
    List<Marginal> marginals = new ArrayList<>();
    for (int i = 0; i < elements.length; i++) {
      TreeMap<Float, Long> counts = new TreeMap<>(all.get(i) == null ? sample.get(i) : all.get(i));
      marginals.add(
          new Marginal(elements[i], List.copyOf(counts.keySet()), List.copyOf(counts.values())));
    }
    return marginals;
  }

  private void count(int number, float value, long rows) {
    Map<Float, Long> counts = all.get(number);
    if (counts == null) {
      return;
    }
    counts.merge(value, rows, Long::sum);
    if (counts.size() > most) {
      all.set(number, null);
    }
  }

  /** Elements that are numbers of their own: categories are counted by the statistics. */
  private static int[] elements(Preprocessing preprocessing) {
    List<Integer> found = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < preprocessing.layout().features().size(); i++) {
      int width = preprocessing.encodedWidth(i);
      switch (preprocessing.layout().features().get(i).kind()) {
        case NUMERIC, BOOLEAN, VECTOR, DATE, TIMESTAMP -> {
          for (int j = 0; j < width; j++) {
            found.add(offset + j);
          }
        }
        default -> {}
      }
      offset += width;
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }
}
