package dev.strata.executor.inference;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output of a minibatch.
 *
 * @param output {@code [b, classes]} or {@code [b, width]}
 * @param losses loss of each row, without regularisation and without weights
 * @param spread how far the passes differ; null of a single network's own output
 */
record Prediction(INDArray output, double[] losses, OutputSpread spread) {}
