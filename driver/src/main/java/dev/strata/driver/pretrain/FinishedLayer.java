package dev.strata.driver.pretrain;

import dev.strata.driver.models.PretrainedLayer;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import java.util.List;

/**
 * What a finished phase left: a layer, or the whole stack trained end to end.
 *
 * @param story how it was trained, and what came out
 * @param dataSha256 of the manifest of the run's training rows
 * @param encoder shapes, bottom to top
 * @param decoder shapes, top to bottom
 * @param encoderParameters of these layers, in their order
 * @param decoderParameters of these layers, in their order
 */
record FinishedLayer(
    PretrainedLayer story,
    String dataSha256,
    List<DenseShape> encoder,
    List<DenseShape> decoder,
    StateVector encoderParameters,
    StateVector decoderParameters) {}
