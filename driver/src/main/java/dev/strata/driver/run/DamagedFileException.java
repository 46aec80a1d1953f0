package dev.strata.driver.run;

import org.apache.hadoop.fs.Path;

/**
 * A file does not hold what was written: the caller decides whether there is another one to take.
 */
public final class DamagedFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param found what is wrong
   * @param expected what was written
   */
  public DamagedFileException(Path file, String found, String expected) {
    super("file: " + file + "; found: " + found + "; expected: " + expected);
  }
}
