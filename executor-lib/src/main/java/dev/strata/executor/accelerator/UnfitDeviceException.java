package dev.strata.executor.accelerator;

/**
 * The reason why Strata or ND4J cannot compute on a device, for a message: what was found, what is
 * needed.
 */
public final class UnfitDeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;

  public UnfitDeviceException(String found, String expected) {
    super(found);
    this.found = found;
    this.expected = expected;
  }

  /** What is there instead. */
  public String found() {
    return found;
  }

  /** What is needed. */
  public String expected() {
    return expected;
  }
}
