/**
 * Layers: their settings, activations, losses, initial weights, and the shapes of rows between
 * them.
 */
package dev.strata.executor.layer;
