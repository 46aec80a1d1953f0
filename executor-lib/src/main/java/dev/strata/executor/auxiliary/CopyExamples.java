package dev.strata.executor.auxiliary;

import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes a network's minibatch of rows and their copies. For one thread. */
interface CopyExamples {
  /**
   * @param groups at least one
   * @return valid until the next call
   */
  Minibatch of(CorruptedGroups.Groups groups);

  /** All rows and copies in their order, labelled 1 for rows and 0 for copies, {@code [b, 1]}. */
  static CopyExamples labelled(int copies) {
    return new CopyExamples() {
      private INDArray labels;

      @Override
      public Minibatch of(CorruptedGroups.Groups groups) {
        int rows = groups.groups() * (1 + copies);
        if (labels == null || labels.size(0) != rows) {
          labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows, 1);
          for (int i = 0; i < rows; i++) {
            labels.putScalar(i, i % (1 + copies) == 0 ? 1 : 0);
          }
        }
        return minibatch(groups.rows(), labels);
      }
    };
  }

  /**
   * All rows and copies in their order, with labels that no loss reads: those of the shape of the
   * network's output are what the short way through dense layers takes.
   *
   * @param outputs numbers of the network's output
   */
  static CopyExamples unread(long outputs) {
    return new CopyExamples() {
      private INDArray labels;

      @Override
      public Minibatch of(CorruptedGroups.Groups groups) {
        long rows = groups.rows().size(0);
        if (labels == null || labels.size(0) != rows) {
          labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows, outputs).assign(0);
        }
        return minibatch(groups.rows(), labels);
      }
    };
  }

  /** Without masks and weights. */
  static Minibatch minibatch(INDArray inputs, INDArray labels) {
    return new Minibatch(
        Math.toIntExact(inputs.size(0)),
        new INDArray[] {inputs},
        new INDArray[] {labels},
        new INDArray[0],
        Optional.empty());
  }
}
