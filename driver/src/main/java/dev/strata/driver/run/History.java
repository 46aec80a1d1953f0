package dev.strata.driver.run;

import java.util.List;

/** Signatures. */
public final class History implements AutoCloseable {
  /** A run that starts: no lines. */
  public static History create(RunFolder folder) {
    throw new UnsupportedOperationException();
  }

  /** A resumed run: lines of later rounds are dropped, as those rounds are done again. */
  public static History resume(RunFolder folder, long round) {
    throw new UnsupportedOperationException();
  }

  /** Lines as they are now, for status and report; empty where there are none. */
  public static List<HistoryEntry> read(RunFolder folder) {
    throw new UnsupportedOperationException();
  }

  /** Adds a line; written with the next throttled rewrite. */
  public void add(HistoryEntry entry) {
    throw new UnsupportedOperationException();
  }

  /** Writes now; call it before each checkpoint. */
  public void flush() {
    throw new UnsupportedOperationException();
  }

  public List<HistoryEntry> entries() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    flush();
  }
}
