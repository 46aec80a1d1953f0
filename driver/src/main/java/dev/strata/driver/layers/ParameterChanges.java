package dev.strata.driver.layers;

import dev.strata.driver.run.LayerEntry.Change;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * How far a round moved the parameters of each layer: norms in float64 over the flat vectors, in a
 * fixed order, so that they are the same on every machine. Running statistics do not count.
 */
public final class ParameterChanges {
  /** A divisor of the elements of a chunk of a state vector. */
  private static final int PART = 1 << 13;

  private final Map<String, List<Span>> layers;

  private record Span(long from, long to) {}

  private ParameterChanges(Map<String, List<Span>> layers) {
    this.layers = layers;
  }

  /**
   * @param nameOf what an element belongs to, as {@code Learner.nameOf} gives it: elements of one
   *     name follow one another
   */
  public static ParameterChanges of(ParameterLayout layout, LongFunction<String> nameOf) {
    Map<String, List<Span>> layers = new LinkedHashMap<>();
    long from = 0;
    while (from < layout.parameters()) {
      String name = nameOf.apply(from);
      long to = end(from, layout.parameters(), name, nameOf);
      if (!isStatistics(from, layout)) {
        layers.computeIfAbsent(layer(name), key -> new ArrayList<>()).add(new Span(from, to));
      }
      from = to;
    }
    return new ParameterChanges(layers);
  }

  /** Where the name's elements end: steps that double, then halve. */
  private static long end(long from, long all, String name, LongFunction<String> nameOf) {
    long low = from;
    long step = 1;
    while (low + step < all && nameOf.apply(low + step).equals(name)) {
      low += step;
      step *= 2;
    }
    long high = Math.min(low + step, all);
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (nameOf.apply(middle).equals(name)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + 1;
  }

  private static boolean isStatistics(long at, ParameterLayout layout) {
    for (PooledStatistics segment : layout.statistics()) {
      if (isWithin(at, segment.mean(), segment) || isWithin(at, segment.variance(), segment)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWithin(long at, long from, PooledStatistics segment) {
    return at >= from && at < from + segment.length();
  }

  /** {@code layer hidden-1, W} is of hidden-1, {@code encoder, W} of encoder. */
  private static String layer(String name) {
    int end = name.lastIndexOf(", ");
    String layer = end < 0 ? name : name.substring(0, end);
    return layer.startsWith("layer ") ? layer.substring("layer ".length()) : layer;
  }

  /** Names of the layers that have parameters, bottom to top. */
  public List<String> names() {
    return List.copyOf(layers.keySet());
  }

  /**
   * @param from parameters that the round started from
   * @param mean of the workers' parameters after it
   * @param steps minibatches of the round, at least 1
   * @return name of each layer → its change, bottom to top
   */
  public Map<String, Change> between(StateVector from, StateVector mean, long steps) {
    Map<String, Change> changes = new LinkedHashMap<>();
    layers.forEach(
        (name, spans) -> {
          double[] squares = new double[2];
          for (Span span : spans) {
            double[] own = squares(span, from, mean);
            squares[0] += own[0];
            squares[1] += own[1];
          }
          double norm = Math.sqrt(squares[0]);
          double change = Math.sqrt(squares[1]);
          changes.put(name, new Change(norm, change, norm == 0 ? 0 : change / norm / steps));
        });
    return changes;
  }

  /** Sums of the squares of the mean, and of its distance from where it started. */
  private static double[] squares(Span span, StateVector from, StateVector mean) {
    int first = Math.toIntExact(span.from() / PART);
    int last = Math.toIntExact((span.to() - 1) / PART);
    double[][] parts =
        IntStream.rangeClosed(first, last)
            .parallel()
            .mapToObj(part -> part(part, span, from, mean))
            .toArray(double[][]::new);
    double[] sums = new double[2];
    for (double[] part : parts) {
      sums[0] += part[0];
      sums[1] += part[1];
    }
    return sums;
  }

  private static double[] part(int part, Span span, StateVector from, StateVector mean) {
    long begin = Math.max(span.from(), (long) part * PART);
    int size = (int) (Math.min(span.to(), (part + 1L) * PART) - begin);
    float[] x = new float[size];
    float[] m = new float[size];
    from.read(begin, x, size);
    mean.read(begin, m, size);
    double[] sums = new double[2];
    for (int i = 0; i < size; i++) {
      double way = (double) m[i] - x[i];
      sums[0] += (double) m[i] * m[i];
      sums[1] += way * way;
    }
    return sums;
  }
}
