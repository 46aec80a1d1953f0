package dev.strata.it.support;

/** Waiting for a given time. */
public final class Pause {
  private Pause() {}

  public static void milliseconds(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
