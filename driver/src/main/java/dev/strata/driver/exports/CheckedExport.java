package dev.strata.driver.exports;

import java.util.List;

/**
 * How an exported file was compared with its model.
 *
 * @param rows that both computed
 * @param difference greatest difference of any output, as a share of its largest number where that
 *     is above 1
 * @param by programs that read the file
 */
public record CheckedExport(int rows, double difference, List<String> by) {}
