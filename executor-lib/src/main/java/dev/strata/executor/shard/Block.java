package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One block of a ShardSet, mapped and checked. Arrays are named by their position in {@link
 * ShardManifest#arrays()}. Any number of threads may read it; its memory is unmapped when nothing
 * refers to it any more.
 */
public final class Block {
  private final String name;
  private final BlockSpec spec;
  private final List<BlockArray> arrays;

  /**
   * @param name for errors: the folder
   */
  Block(String name, BlockSpec spec, List<BlockArray> arrays) {
    this.name = name;
    this.spec = spec;
    this.arrays = List.copyOf(arrays);
  }

  public int index() {
    return spec.index();
  }

  public int rows() {
    return spec.rows();
  }

  /**
   * Elements of all rows as they are stored: little-endian, C order, from position 0, read-only.
   */
  public ByteBuffer raw(int arrayPosition) {
    return arrays.get(arrayPosition).raw();
  }

  /**
   * One row as float32, scaled where the array says so; a class label as its index, not expanded.
   *
   * @param into gets {@code rowLength} elements from {@code offset} on
   */
  public void read(int arrayPosition, int row, float[] into, int offset) {
    BlockArray array = arrays.get(arrayPosition);
    array.read(row, into, offset, new byte[array.scratchBytes()]);
  }

  /**
   * As above in double precision: F64 and I32 without scaling are exact, all else is widened from
   * float32.
   */
  public void read(int arrayPosition, int row, double[] into, int offset) {
    arrays.get(arrayPosition).read(row, into, offset);
  }

  /**
   * Class of a row.
   *
   * @throws StrataException (data) where it is not in {@code [0, classes)}
   */
  public int classIndex(int arrayPosition, int row) {
    BlockArray array = arrays.get(arrayPosition);
    if (!array.spec().holdsClasses()) {
      throw new IllegalArgumentException(array.spec().name() + " holds no classes");
    }
    int index = array.integer(row);
    if (index < 0 || index >= array.spec().classes()) {
      throw StrataException.data("a label is out of range")
          .file(name + "/" + spec.files().get(array.spec().name()).path())
          .row(row)
          .found("class " + index)
          .expected("0 to " + (array.spec().classes() - 1))
          .build();
    }
    return index;
  }

  BlockArray array(int arrayPosition) {
    return arrays.get(arrayPosition);
  }
}
