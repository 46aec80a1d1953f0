package dev.strata.executor.unlabelled;

import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Labelled rows above unlabelled ones, as one minibatch of n rows in arrays that stay. DL4J divides
 * by n: the b labelled rows weigh n / b, the u others w n / u, so that the loss is the mean of the
 * labelled rows plus w times the mean of the others.
 */
final class JointRows {
  private static final INDArray[] NONE = new INDArray[0];

  private INDArray inputs;
  private INDArray labels;
  private INDArray weights;

  /**
   * @param own labelled rows; their last input is that of the unlabelled ones
   * @param weight w
   */
  Minibatch of(Minibatch own, Targets.Guess beside, double weight) {
    INDArray above = own.inputs()[0];
    int labelled = own.rows();
    int rows = labelled + Math.toIntExact(beside.inputs().size(0));
    reserve(above, own.labels()[0], rows);
    put(inputs, above, beside.inputs(), labelled);
    put(labels, own.labels()[0], beside.labels(), labelled);
    double ofOwn = rows / (double) labelled;
    double ofBeside = weight * rows / (rows - labelled);
    INDArray top = part(weights, 0, labelled);
    INDArray bottom = part(weights, labelled, rows);
    own.weights().ifPresentOrElse(given -> top.assign(given).muli(ofOwn), () -> top.assign(ofOwn));
    if (beside.weights() == null) {
      bottom.assign(ofBeside);
    } else {
      bottom.assign(beside.weights()).muli(ofBeside);
    }
    return new Minibatch(
        rows, new INDArray[] {inputs}, new INDArray[] {labels}, NONE, Optional.of(weights));
  }

  /** The labelled rows alone. */
  static Minibatch labelled(Minibatch own) {
    return new Minibatch(
        own.rows(),
        new INDArray[] {own.inputs()[0]},
        own.labels(),
        own.masks(),
        own.weights(),
        own.rowNumbers());
  }

  /** The unlabelled rows. */
  static INDArray unlabelled(Minibatch own) {
    return own.inputs()[own.inputs().length - 1];
  }

  private static void put(INDArray all, INDArray above, INDArray below, int labelled) {
    part(all, 0, labelled).assign(above);
    part(all, labelled, all.size(0)).assign(below);
  }

  private static INDArray part(INDArray all, long from, long to) {
    return all.get(NDArrayIndex.interval(from, to));
  }

  private void reserve(INDArray input, INDArray label, int rows) {
    if (inputs == null || inputs.size(0) != rows) {
      // Detached: they must outlive any workspace that happens to be open.
      inputs = like(input, rows);
      labels = like(label, rows);
      weights = Nd4j.createUninitializedDetached(label.dataType(), 'c', rows, 1);
    }
  }

  private static INDArray like(INDArray array, int rows) {
    long[] shape = array.shape().clone();
    shape[0] = rows;
    return Nd4j.createUninitializedDetached(array.dataType(), 'c', shape);
  }
}
