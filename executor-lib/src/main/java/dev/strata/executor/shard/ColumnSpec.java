package dev.strata.executor.shard;

/**
 * Position of a source column: elements {@code [offset, offset + width)} of a row of {@code array}.
 *
 * @param kind {@code numeric}, {@code categorical}, {@code boolean}, {@code vector} or {@code
 *     image}
 */
public record ColumnSpec(String name, String array, int offset, int width, String kind) {}
