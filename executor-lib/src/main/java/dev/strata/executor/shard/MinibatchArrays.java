package dev.strata.executor.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The arrays of minibatches of one size, allocated once. */
final class MinibatchArrays implements AutoCloseable {
  private final List<RowSink> sinks = new ArrayList<>();
  private final Minibatch minibatch;

  /**
   * @param specs all arrays of the manifest
   * @param rows of a minibatch, at least 1
   */
  MinibatchArrays(List<ArraySpec> specs, int rows, DataType type) {
    if (rows < 1) {
      throw new IllegalArgumentException("a minibatch of " + rows + " rows");
    }
    INDArray[] weights = allocate(ArrayRole.WEIGHT, specs, rows, type);
    minibatch =
        new Minibatch(
            rows,
            allocate(ArrayRole.INPUT, specs, rows, type),
            allocate(ArrayRole.LABEL, specs, rows, type),
            allocate(ArrayRole.MASK, specs, rows, type),
            allocate(ArrayRole.LABEL_MASK, specs, rows, type),
            IntStream.range(0, weights.length).mapToObj(i -> weights[i]).findFirst(),
            LongStream.range(0, rows).toArray());
  }

  /** In the order of the inputs' and outputs' numbers, wherever the manifest has them. */
  private INDArray[] allocate(ArrayRole role, List<ArraySpec> specs, int rows, DataType type) {
    return IntStream.range(0, specs.size())
        .filter(position -> specs.get(position).role() == role)
        .boxed()
        .sorted(Comparator.comparing(position -> specs.get(position).index()))
        .map(
            position -> {
              RowSink sink = new RowSink(specs.get(position), position, rows, type);
              sinks.add(sink);
              return sink.array();
            })
        .toArray(INDArray[]::new);
  }

  List<RowSink> sinks() {
    return sinks;
  }

  Minibatch minibatch() {
    return minibatch;
  }

  @Override
  public void close() {
    sinks.forEach(RowSink::close);
  }
}
