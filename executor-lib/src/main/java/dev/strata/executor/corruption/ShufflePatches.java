package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;

/**
 * The image is cut into square patches, from the top left, which come in another order; what is
 * left over at the right and at the bottom stays.
 *
 * @param size of a patch, pixels
 */
public record ShufflePatches(int size) implements CorruptionSpec {
  public static final String TYPE = "shuffle-patches";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Numbers.atLeastOne(at + ".size", size, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    ImageShape shape = Images.shape(at, this, facts);
    Images.requireWithin(at + ".size", size, shape);
    int down = shape.height() / size;
    int across = shape.width() / size;
    if (down * across < 2) {
      throw StrataException.configuration("a single patch cannot be shuffled")
          .key(at + ".size")
          .found(size)
          .expected("at most half of the longer side, " + Math.max(shape.height(), shape.width()))
          .build();
    }
    return new Shuffling(shape, size, down, across);
  }

  private static final class Shuffling implements Corruption {
    private final ImageShape shape;
    private final int size;
    private final int across;
    private final int[] order;
    private final float[] before;

    Shuffling(ImageShape shape, int size, int down, int across) {
      this.shape = shape;
      this.size = size;
      this.across = across;
      this.order = new int[down * across];
      this.before = new float[shape.length()];
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      do {
        for (int i = 0; i < order.length; i++) {
          order[i] = i;
        }
        random.shuffle(order);
      } while (unmoved());
      System.arraycopy(row, 0, before, 0, before.length);
      int length = size * shape.channels();
      for (int i = 0; i < order.length; i++) {
        for (int line = 0; line < size; line++) {
          System.arraycopy(before, start(order[i], line), row, start(i, line), length);
        }
      }
      return true;
    }

    /** First element of a patch's line. */
    private int start(int patch, int line) {
      int y = patch / across * size + line;
      int x = patch % across * size;
      return (y * shape.width() + x) * shape.channels();
    }

    private boolean unmoved() {
      for (int i = 0; i < order.length; i++) {
        if (order[i] != i) {
          return false;
        }
      }
      return true;
    }
  }
}
