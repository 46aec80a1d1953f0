package dev.strata.executor.auxiliary;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.shard.Minibatch;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The copies alone, labelled by the mask, 1 for each column in which the copy differs from its row,
 * and then by the row, {@code [b, columns + width]}: whatever corrupted the row, a value that was
 * replaced by an equal one was not changed.
 */
final class MaskedRows implements CopyExamples {
  private final List<ColumnSpan> columns;
  private INDArray inputs;
  private INDArray labels;

  MaskedRows(List<ColumnSpan> columns) {
    this.columns = columns;
  }

  @Override
  public Minibatch of(CorruptedGroups.Groups groups) {
    int rows = groups.groups();
    int width = Math.toIntExact(groups.rows().length() / (2L * rows));
    if (inputs == null || inputs.size(0) != rows) {
      inputs = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows, width);
      labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows, columns.size() + width);
    }
    FloatBuffer source = FlatMemory.floats(groups.rows());
    FloatBuffer copies = FlatMemory.floats(inputs);
    FloatBuffer expected = FlatMemory.floats(labels);
    float[] row = new float[width];
    float[] copy = new float[width];
    float[] mask = new float[columns.size()];
    for (int i = 0; i < rows; i++) {
      source.get(2 * i * width, row);
      source.get((2 * i + 1) * width, copy);
      for (int c = 0; c < mask.length; c++) {
        mask[c] = changed(columns.get(c), row, copy) ? 1 : 0;
      }
      copies.put(i * width, copy);
      expected.put(i * (mask.length + width), mask);
      expected.put(i * (mask.length + width) + mask.length, row);
    }
    return CopyExamples.minibatch(inputs, labels);
  }

  private static boolean changed(ColumnSpan column, float[] row, float[] copy) {
    for (int i = column.offset(); i < column.offset() + column.width(); i++) {
      if (row[i] != copy[i]) {
        return true;
      }
    }
    return false;
  }
}
