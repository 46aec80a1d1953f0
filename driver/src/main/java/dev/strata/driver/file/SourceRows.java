package dev.strata.driver.file;

import java.util.Iterator;

/**
 * The rows of a task's source partition. Whatever Spark throws while it reads or computes them is
 * the data's: it becomes a data error that names the file ({@link SparkFailures}). Used inside
 * tasks.
 *
 * @param rows of the source
 */
public record SourceRows<T>(Iterator<T> rows) implements Iterator<T> {
  @Override
  public boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      throw SparkFailures.<RuntimeException>whileReading(e);
    }
  }

  @Override
  public T next() {
    try {
      return rows.next();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      throw SparkFailures.<RuntimeException>whileReading(e);
    }
  }
}
