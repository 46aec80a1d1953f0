package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.LayerOutputs;
import dev.strata.executor.inference.MeanOutput;
import dev.strata.executor.inference.RowErrors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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
final class FeatureRows<S, T> implements Iterator<T> {
  private final FeatureTask<S, T> task;
  private final Iterator<S> source;
  private final RowJoin<S, T> rows;
  private final RowNumbers encoder;
  private final List<LayerOutputs> outputs = new ArrayList<>();
  private final RowErrors errors;
  private final INDArray input;
  private final FloatBuffer inputMemory;
  private final float[] features;
  private final Object[][] kept;
  private final List<float[]> computed = new ArrayList<>();
  private final float[][] last;
  private float[] predicted;
  private final float[] rowErrors;
  private int size;
  private int next;

  FeatureRows(FeatureTask<S, T> task, Iterator<S> source) {
    FeatureColumns columns = task.columns();
    this.task = task;
    this.source = source;
    this.rows = task.form().open();
    this.encoder = new RowNumbers(task.reader(), task.model().preprocessing());
    for (FeatureModel.Member member : task.model().members()) {
      outputs.add(LayerOutputs.of(member.newModel(), columns.positions(outputs.size())));
    }
    this.errors =
        columns.reconstructionError() ? new RowErrors(task.model().decoder().newModel()) : null;
    this.input = Nd4j.create(DataType.FLOAT, new long[] {task.batchSize(), encoder.width()}, 'c');
    this.inputMemory = input.data().asNioFloat();
    this.features = new float[encoder.width()];
    this.kept = new Object[task.batchSize()][];
    this.last = new float[columns.takesLast() ? outputs.size() : 0][];
    this.rowErrors = new float[task.batchSize()];
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
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T row = rows.joined(kept[next], values(next));
    kept[next++] = null;
    return row;
  }

  private void read() {
    size = 0;
    next = 0;
    while (size < kept.length && source.hasNext()) {
      S row = source.next();
      task.counts().read().add(1);
      if (encoded(row)) {
        inputMemory.put(size * features.length, features, 0, features.length);
        kept[size++] = rows.kept(row);
      }
    }
  }

  private boolean encoded(S row) {
    try {
      boolean used = encoder.encode(rows.cells(row), features);
      if (!used) {
        task.counts().dropped().add(1);
      }
      return used;
    } catch (StrataException e) {
      if (task.badRows() == BadRows.FAIL || e.kind() != FailureKind.DATA) {
        throw e;
      }
      task.counts().refused().add(1);
      return false;
    }
  }

  private void compute() {
    Nd4j.getAffinityManager().tagLocation(input, Location.HOST);
    int column = 0;
    for (int member = 0; member < outputs.size(); member++) {
      List<INDArray> arrays = outputs.get(member).compute(input);
      int layers = arrays.size() - (last.length > 0 ? 1 : 0);
      for (INDArray output : arrays.subList(0, layers)) {
        if (column == computed.size()) {
          computed.add(null);
        }
        computed.set(column, numbers(output, computed.get(column)));
        column++;
      }
      if (last.length > 0) {
        last[member] = numbers(arrays.get(layers), last[member]);
      }
      if (errors != null) {
        errors.compute(input, arrays.get(layers), rowErrors);
      }
    }
    predicted = last.length == 0 ? null : predicted();
  }

  private static float[] numbers(INDArray output, float[] known) {
    float[] numbers = known == null ? new float[Math.toIntExact(output.length())] : known;
    Nd4j.getAffinityManager().ensureLocation(output, Location.HOST);
    output.data().asNioFloat().get(0, numbers);
    return numbers;
  }

  private float[] predicted() {
    if (last.length == 1) {
      return last[0];
    }
    MeanOutput mean = new MeanOutput(kept.length, false);
    for (float[] output : last) {
      mean.add(output);
    }
    return mean.mean();
  }

  private Object[] values(int row) {
    FeatureColumns columns = task.columns();
    int layers = columns.layers().size();
    Object[] values = new Object[columns.width()];
    int value = 0;
    while (value < layers) {
      values[value] = of(computed.get(value), row);
      value++;
    }
    PredictionColumns prediction = columns.prediction();
    if (prediction != null) {
      float[] output = of(predicted, row);
      values[value++] = prediction.of(output);
      if (!prediction.classes().isEmpty()) {
        values[value++] = output;
      }
    }
    if (errors != null) {
      values[value] = rowErrors[row];
    }
    return values;
  }

  private float[] of(float[] batch, int row) {
    int width = batch.length / kept.length;
    return Arrays.copyOfRange(batch, row * width, (row + 1) * width);
  }
}
