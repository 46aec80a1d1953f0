package dev.strata.driver.features;

import dev.strata.driver.data.RowDescription;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.LayerActivations;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowEncoder;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads a batch of rows, computes it, hands its rows out, and only then reads the next: memory does
 * not grow with the partition. Every batch has the same shape, the last one filled up with whatever
 * is there: products of matrices round differently for other shapes, and a row's features must not
 * depend on the partition it happens to be in.
 */
final class FeatureRows implements Iterator<Row> {
  private final FeatureTask task;
  private final Iterator<Row> source;
  private final RowEncoder encoder;
  private final LayerActivations activations;
  private final List<Integer> positions;
  private final INDArray input;
  private final FloatBuffer inputMemory;
  private final float[] features;
  private final Object[][] ids;
  private final float[][] computed;
  private int size;
  private int next;

  FeatureRows(FeatureTask task, Iterator<Row> source) {
    this.task = task;
    this.source = source;
    this.encoder = new RowEncoder(task.preprocessing());
    this.activations =
        new LayerActivations(task.network().newModel(task.parameters().value().toFloats()));
    this.positions = task.layers().stream().map(LayerColumn::position).toList();
    this.input = Nd4j.create(DataType.FLOAT, new long[] {task.batchSize(), encoder.width()}, 'c');
    this.inputMemory = input.data().asNioFloat();
    this.features = new float[encoder.width()];
    this.ids = new Object[task.batchSize()][];
    this.computed =
        task.layers().stream()
            .map(layer -> new float[task.batchSize() * layer.width()])
            .toArray(float[][]::new);
  }

  @Override
  public boolean hasNext() {
    if (next == size) {
      read();
      if (size > 0) {
        compute();
      }
    }
    return next < size;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Object[] id = ids[next];
    Object[] values = new Object[id.length + computed.length];
    System.arraycopy(id, 0, values, 0, id.length);
    for (int i = 0; i < computed.length; i++) {
      int width = task.layers().get(i).width();
      float[] row = new float[width];
      System.arraycopy(computed[i], next * width, row, 0, width);
      values[id.length + i] = scala.Predef.wrapFloatArray(row);
    }
    ids[next++] = null;
    return RowFactory.create(values);
  }

  private void read() {
    size = 0;
    next = 0;
    while (size < ids.length && source.hasNext()) {
      Row row = source.next();
      task.read().add(1);
      PlainRow plain = task.reader().read(row);
      if (plain.fate() != PlainRow.Fate.USED) {
        task.dropped().add(1);
        continue;
      }
      encode(plain, row);
      inputMemory.put(size * features.length, features, 0, features.length);
      ids[size] = new Object[task.idPositions().length];
      for (int i = 0; i < ids[size].length; i++) {
        ids[size][i] = row.get(task.idPositions()[i]);
      }
      size++;
    }
  }

  /** The encoder knows the column and the value that it refuses, not the row that they are of. */
  private void encode(PlainRow plain, Row row) {
    try {
      encoder.features(plain, features, 0);
    } catch (StrataException e) {
      StrataException.Builder located =
          StrataException.data(e.what())
              .file(RowDescription.file())
              .row(RowDescription.of(row))
              .cause(e);
      e.key().ifPresent(located::key);
      e.found().ifPresent(located::found);
      e.expected().ifPresent(located::expected);
      throw located.build();
    }
  }

  private void compute() {
    Nd4j.getAffinityManager().tagLocation(input, Location.HOST);
    List<INDArray> outputs = activations.compute(input, positions);
    for (int i = 0; i < computed.length; i++) {
      outputs.get(i).data().asNioFloat().get(0, computed[i]);
    }
  }
}
