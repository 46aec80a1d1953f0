package dev.strata.executor.auxiliary;

import java.io.Serializable;

/**
 * Embeddings of the rows of a block.
 *
 * @param block its index
 * @param groups of the rows
 * @param values of the rows, one after the other
 */
public record BlockEmbeddings(int block, int[] groups, float[] values) implements Serializable {}
