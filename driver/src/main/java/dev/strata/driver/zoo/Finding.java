package dev.strata.driver.zoo;

import java.util.Optional;

/**
 * Result of the verification of one version or alias.
 *
 * @param name such as {@code zoo:encoder@3}
 * @param state what is so
 * @param message the problem or a note; absent if intact
 */
public record Finding(String name, State state, Optional<String> message) {
  /** State of the version or alias. */
  public enum State {
    /** Every file is as it was published, and can be read. */
    INTACT,
    /** A number, or a change of an alias, of somebody who has not finished: at work, or dead. */
    UNFINISHED,
    /** A job that uses it is refused. */
    DAMAGED
  }

  static Finding intact(Object name) {
    return new Finding(name.toString(), State.INTACT, Optional.empty());
  }

  static Finding unfinished(Object name, String message) {
    return new Finding(name.toString(), State.UNFINISHED, Optional.of(message));
  }

  static Finding damaged(Object name, String message) {
    return new Finding(name.toString(), State.DAMAGED, Optional.of(message));
  }
}
