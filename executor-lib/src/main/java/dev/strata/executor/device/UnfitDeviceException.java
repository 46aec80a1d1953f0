package dev.strata.executor.device;

/** The reason why a device cannot compute, for a message: what was found, what is needed. */
public final class UnfitDeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;

  /** Phrases that stand after "found:" and "expected:". */
  public UnfitDeviceException(String found, String expected) {
    super(found);
    this.found = found;
    this.expected = expected;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }
}
