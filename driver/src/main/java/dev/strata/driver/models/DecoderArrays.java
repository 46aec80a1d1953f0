package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.NpyHeader;
import dev.strata.executor.shard.NpyReader;
import dev.strata.executor.shard.NpyWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A decoder's arrays as C-order {@code .npy}, which any tool reads; in the flat vector W lies in
 * Fortran order.
 */
final class DecoderArrays {
  private DecoderArrays() {}

  /**
   * Writes W, {@code [inputs, units]}.
   *
   * @param at position of the layer in the flat vector
   */
  static void writeWeights(StateVector flat, long at, DenseShape shape, OutputStream out)
      throws IOException {
    write(
        new NpyHeader(ElementType.F32, shape.inputs(), List.of(shape.units())),
        out,
        (row, unit) -> flat.get(at + (long) unit * shape.inputs() + row),
        shape.units());
  }

  /** Writes b, {@code [units]}. */
  static void writeBias(StateVector flat, long at, DenseShape shape, OutputStream out)
      throws IOException {
    long begin = at + (long) shape.inputs() * shape.units();
    write(
        new NpyHeader(ElementType.F32, shape.units(), List.of()),
        out,
        (row, unit) -> flat.get(begin + row),
        1);
  }

  private static void write(NpyHeader header, OutputStream out, Elements elements, int width)
      throws IOException {
    NpyWriter writer = new NpyWriter(new Unclosed(out), header);
    for (int row = 0; row < header.rows(); row++) {
      ByteBuffer into = writer.row();
      for (int unit = 0; unit < width; unit++) {
        into.putFloat(elements.at(row, unit));
      }
      writer.endRow();
    }
    writer.close("");
  }

  /**
   * Reads a layer into its place in the flat vector.
   *
   * @param weights bytes of the file of W
   * @param bias bytes of the file of b
   * @param names of both files, for errors
   * @throws StrataException (data) where an array is of another type or shape
   */
  static void read(
      byte[] weights, byte[] bias, DenseShape shape, List<?> names, StateVector flat, long at) {
    ByteBuffer w = data(weights, shape.inputs(), List.of(shape.units()), names.get(0));
    for (int row = 0; row < shape.inputs(); row++) {
      for (int unit = 0; unit < shape.units(); unit++) {
        flat.set(at + (long) unit * shape.inputs() + row, w.getFloat());
      }
    }
    ByteBuffer b = data(bias, shape.units(), List.of(), names.get(1));
    long begin = at + (long) shape.inputs() * shape.units();
    for (int unit = 0; unit < shape.units(); unit++) {
      flat.set(begin + unit, b.getFloat());
    }
  }

  private static ByteBuffer data(byte[] file, int rows, List<Integer> rowShape, Object name) {
    NpyReader array = NpyReader.read(ByteBuffer.wrap(file), name);
    NpyHeader expected = new NpyHeader(ElementType.F32, rows, rowShape);
    if (!array.header().equals(expected)) {
      throw StrataException.data("an array of the decoder has another shape")
          .file(name)
          .found(array.header())
          .expected(expected)
          .build();
    }
    return array.data();
  }

  /** An element of a matrix. */
  private interface Elements {
    float at(int row, int unit);
  }

  /** The bundle's writer closes its own stream. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
