package dev.strata.executor.device;

/** What a task does if it cannot compute on the GPU that Spark gave it. */
public enum DeviceFallback {
  /** It refuses. */
  NONE,
  /** It computes on the CPU, and still holds and reports the address. */
  CPU;

  /** Spark's local property that carries the choice from the driver to the tasks of a job. */
  public static final String PROPERTY = "strata.device.fallback";

  /** Of a property's text; {@link #NONE} where there is none, as in jobs that are not Strata's. */
  static DeviceFallback of(String property) {
    return CPU.name().equalsIgnoreCase(property) ? CPU : NONE;
  }
}
