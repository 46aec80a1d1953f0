package dev.strata.driver.features;

import java.io.Serializable;

/**
 * How rows come in and go out.
 *
 * @param <S> rows of the source
 * @param <T> rows with what a model computed
 */
interface RowForm<S, T> extends Serializable {
  /** Reads and joins rows of one task, for its thread. */
  RowJoin<S, T> open();
}
