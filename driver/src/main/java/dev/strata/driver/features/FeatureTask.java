package dev.strata.driver.features;

import dev.strata.driver.data.SourceRowReader;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Rows of a source partition → rows of features, a batch at a time.
 *
 * @param idPositions of the columns that are carried through
 * @param batchSize rows computed at once
 * @param read counts the rows of the source
 * @param dropped counts those left out for missing values
 */
record FeatureTask(
    NetworkConfiguration network,
    Broadcast<StateVector> parameters,
    Preprocessing preprocessing,
    SourceRowReader reader,
    int[] idPositions,
    List<LayerColumn> layers,
    int batchSize,
    LongAccumulator read,
    LongAccumulator dropped)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    BlasThreads.single();
    return new FeatureRows(this, rows);
  }
}
