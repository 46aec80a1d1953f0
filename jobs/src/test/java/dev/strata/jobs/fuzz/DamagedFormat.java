package dev.strata.jobs.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A kind of input file that the test damages. */
public interface DamagedFormat {
  /** In messages and for replaying. */
  String name();

  /**
   * Writes one damaged input.
   *
   * @param random all of the case follows from it
   * @param folder an empty one for the input and for the command's output
   */
  DamagedCase next(Random random, Path folder) throws IOException;
}
