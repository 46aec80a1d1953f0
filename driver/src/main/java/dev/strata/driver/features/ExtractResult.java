package dev.strata.driver.features;

import java.util.List;

/**
 * What was extracted.
 *
 * @param folder of the Parquet files
 * @param id columns carried through, the first ones of the table
 * @param layers the others, in order
 * @param sourceRows rows that the source has
 * @param droppedRows rows that the model's policy for missing values left out
 */
public record ExtractResult(
    String folder, List<String> id, List<LayerColumn> layers, long sourceRows, long droppedRows) {
  public ExtractResult {
    id = List.copyOf(id);
    layers = List.copyOf(layers);
  }

  /** Rows of the table. */
  public long rows() {
    return sourceRows - droppedRows;
  }
}
