package dev.strata.driver.split;

import dev.strata.driver.file.SourceRows;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowCodec;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The rows of a source partition as canonical bytes after their hash, and at the end a summary of
 * what was read.
 */
final class CanonicalRows implements Iterator<Tuple2<byte[], byte[]>> {
  private static final byte[] NOTHING = new byte[0];

  private final Iterator<Row> source;
  private final SourceRowReader reader;
  private final SplitKeyReader places;
  private final long seed;
  private long read;
  private long droppedMissing;
  private long droppedLabelMissing;
  private boolean ended;
  private Tuple2<byte[], byte[]> next;

  CanonicalRows(Iterator<Row> source, SourceRowReader reader, SplitKeyReader places, long seed) {
    this.source = new SourceRows<>(source);
    this.reader = reader;
    this.places = places;
    this.seed = seed;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      if (!source.hasNext()) {
        ended = true;
        next = new Tuple2<>(NOTHING, summary());
      } else {
        byte[] row = canonical(source.next());
        next = row == null ? null : new Tuple2<>(row, NOTHING);
      }
    }
    return next != null;
  }

  @Override
  public Tuple2<byte[], byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Tuple2<byte[], byte[]> result = next;
    next = null;
    return result;
  }

  private byte[] canonical(Row row) {
    read++;
    PlainRow plain = reader.read(row);
    switch (plain.fate()) {
      case DROPPED_MISSING -> droppedMissing++;
      case DROPPED_LABEL_MISSING -> droppedLabelMissing++;
      case USED -> {
        byte[] bytes = RowCodec.encode(plain, places.read(row));
        long hash = RowHash.of(bytes, RowCodec.PREFIX, seed);
        String group = plain.group();
        ByteBuffer.wrap(bytes).putLong(group == null ? hash : RowHash.inGroup(group, hash, seed));
        return bytes;
      }
    }
    return null;
  }

  private byte[] summary() {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(read)
        .putLong(droppedMissing)
        .putLong(droppedLabelMissing)
        .array();
  }
}
