package dev.strata.executor.shard;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows as a learner takes them, in arrays that the reader reuses: valid until the next minibatch is
 * read.
 *
 * @param rows number of rows b, at least 1
 * @param inputs one array an input, {@code [b, rowShape…]}
 * @param labels one array an output, {@code [b, classes]} (one-hot) or {@code [b, width]}; empty
 *     when unlabelled
 * @param masks one array an input or empty
 * @param weights {@code [b, 1]}: multiplies each row's loss; absent where all are 1
 */
public record Minibatch(
    int rows, INDArray[] inputs, INDArray[] labels, INDArray[] masks, Optional<INDArray> weights) {}
