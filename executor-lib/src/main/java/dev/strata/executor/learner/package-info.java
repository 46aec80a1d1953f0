/**
 * Learners: anything trained by local minibatch steps, shown as a flat parameter vector, an
 * optimizer state and a step. The learner of whole networks is here.
 */
package dev.strata.executor.learner;
