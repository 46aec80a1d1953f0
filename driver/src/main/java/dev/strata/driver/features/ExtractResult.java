package dev.strata.driver.features;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * Result of an extraction.
 *
 * @param folder of the Parquet files
 * @param id columns carried through, the first ones of the table
 * @param layers the next ones, in order
 * @param schema of the table
 * @param sourceRows rows that the source has
 * @param droppedRows rows that the model's policy for missing values left out
 * @param quarantinedRows rows that the model cannot take
 * @param quarantine folder of those; there is none where there are no such rows
 * @param otherModel modelSha256 of the first partition that stays; absent where none stays, or this
 *     model's do
 */
@RecordBuilder
public record ExtractResult(
    String folder,
    List<String> id,
    List<LayerColumn> layers,
    StructType schema,
    long sourceRows,
    long droppedRows,
    long quarantinedRows,
    String quarantine,
    Optional<String> otherModel) {
  public ExtractResult {
    id = List.copyOf(id);
    layers = List.copyOf(layers);
  }

  /** Rows of the table. */
  public long rows() {
    return sourceRows - droppedRows - quarantinedRows;
  }

  ExtractResult beside(Optional<String> model) {
    return ExtractResultBuilder.builder(this).otherModel(model).build();
  }
}
