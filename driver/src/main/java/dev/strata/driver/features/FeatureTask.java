package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.file.SourceRows;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.device.TaskDevice;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * Rows of a source partition → rows of features, a batch at a time.
 *
 * @param form of the rows on both sides
 * @param batchSize rows computed at once
 * @param badRows {@code QUARANTINE} leaves them out and counts them
 */
record FeatureTask<S, T>(
    FeatureModel model,
    SourceRowReader reader,
    RowForm<S, T> form,
    FeatureColumns columns,
    int batchSize,
    BadRows badRows,
    FeatureCounts counts)
    implements MapPartitionsFunction<S, T>, FlatMapFunction<Iterator<S>, T> {
  @Override
  public Iterator<T> call(Iterator<S> rows) {
    Iterator<S> source = new SourceRows<>(rows);
    if (!source.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskDevice.bind();
    return new FeatureRows<>(this, source);
  }
}
