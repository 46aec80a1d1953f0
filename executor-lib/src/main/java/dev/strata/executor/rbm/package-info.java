/** Restricted Boltzmann machines trained by contrastive divergence, as learners. */
package dev.strata.executor.rbm;
