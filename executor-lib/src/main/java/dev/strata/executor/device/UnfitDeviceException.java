package dev.strata.executor.device;

/**
 * The reason why ND4J cannot compute on a device, for a message: what was found, what is needed.
 */
final class UnfitDeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;

  UnfitDeviceException(String found, String expected) {
    super(found);
    this.found = found;
    this.expected = expected;
  }

  String found() {
    return found;
  }

  String expected() {
    return expected;
  }
}
