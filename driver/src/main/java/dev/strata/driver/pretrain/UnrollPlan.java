package dev.strata.driver.pretrain;

import dev.strata.executor.autoencoder.InputNoise;
import java.util.Optional;

/**
 * The last phase: the stack unrolled into a deep autoencoder and trained end to end (Hinton and
 * Salakhutdinov 2006).
 *
 * @param loss absent: that of the lowest layer
 * @param corruption of the input in training
 * @param l2 factor of half the weights' squares in the loss
 * @param phase how it is trained
 */
public record UnrollPlan(
    Optional<String> loss, InputNoise corruption, double l2, PhaseSettings phase) {}
