package dev.strata.executor.loss;

import java.io.Serializable;

/**
 * Where a source column lies in an encoded row.
 *
 * @param offset its first element
 * @param width its elements, at least 1
 * @param oneHot whether these are 0 but for one of them, which is 1, or all of them 0
 */
public record ColumnSpan(int offset, int width, boolean oneHot) implements Serializable {}
