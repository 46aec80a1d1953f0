package dev.strata.driver.file;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * Files of one source that are being opened.
 *
 * @param options of the Spark reader
 * @param paths of the source
 * @param names of its columns; empty: its own
 * @param namesKey configuration key of the names
 * @param lines of each part of a file that are looked at for how the files are written, before any
 *     row is read; {@link #ALL}: all of them
 * @param notice takes a line for the user about what the files tell of themselves
 */
public record Opening(
    SparkSession spark,
    Map<String, String> options,
    List<String> paths,
    List<String> names,
    String namesKey,
    int lines,
    Consumer<String> notice) {
  public static final int ALL = Integer.MAX_VALUE;

  /** The first elements. */
  public static <T> Iterator<T> first(Iterator<T> all, int most) {
    return new Iterator<>() {
      private int taken;

      @Override
      public boolean hasNext() {
        return taken < most && all.hasNext();
      }

      @Override
      public T next() {
        if (taken == most) {
          throw new NoSuchElementException();
        }
        taken++;
        return all.next();
      }
    };
  }
}
