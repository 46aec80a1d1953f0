package dev.strata.driver.features;

import org.apache.spark.sql.Row;

/**
 * Rows of one task.
 *
 * @param <S> rows of the source
 * @param <T> rows with what a model computed
 */
interface RowJoin<S, T> {
  /** The row's cells, valid until the next row is taken from the source. */
  Row cells(S row);

  /** What of the row goes along, copied where the source uses its memory again. */
  Object[] kept(S row);

  /**
   * @param kept of the row
   * @param computed in the order of {@link FeatureColumns#fields}: {@code float[]}, text or number
   */
  T joined(Object[] kept, Object[] computed);
}
