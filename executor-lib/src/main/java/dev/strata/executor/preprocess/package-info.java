/**
 * Preprocessing: how cells become numbers, fitted once and applied alike in training and scoring.
 */
package dev.strata.executor.preprocess;
