package dev.strata.jobs.fuzz;

import java.util.List;
import java.util.Optional;

/**
 * One damaged input and the command that reads it.
 *
 * @param mutation what was done to the sound file, for people
 * @param names one of them must stand in a refusal: the damaged file's, as a rule
 * @param command words of the command line
 * @param check looks at what a command that ended with code 0 has written
 */
public record DamagedCase(String mutation, List<String> names, List<String> command, Check check) {
  /** Finds values that were read wrong. */
  public interface Check {
    /** Nothing to compare with. */
    Check NONE = Optional::empty;

    /** What is wrong; empty where the values are right, or nothing can be said. */
    Optional<String> problem() throws Exception;
  }

  public DamagedCase {
    names = List.copyOf(names);
    command = List.copyOf(command);
  }
}
