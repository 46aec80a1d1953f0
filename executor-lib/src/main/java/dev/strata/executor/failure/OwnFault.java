package dev.strata.executor.failure;

import java.util.List;
import java.util.NoSuchElementException;

/**
 * Tells faults of Strata's own code from what libraries throw over damaged files: the root cause is
 * an exception of a programming error, and the innermost method outside the JDK is Strata's.
 */
public final class OwnFault {
  private static final List<Class<?>> PROGRAMMING_ERRORS =
      List.of(
          NullPointerException.class,
          ClassCastException.class,
          IndexOutOfBoundsException.class,
          NegativeArraySizeException.class,
          NoSuchElementException.class,
          IllegalStateException.class);

  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private OwnFault() {}

  /** Whether a failure is a fault of Strata itself. */
  public static boolean is(Throwable thrown) {
    Throwable root = root(thrown);
    return PROGRAMMING_ERRORS.stream().anyMatch(type -> type.isInstance(root))
        && isThrownByStrata(root);
  }

  private static Throwable root(Throwable thrown) {
    return thrown.getCause() == null ? thrown : root(thrown.getCause());
  }

  private static boolean isThrownByStrata(Throwable root) {
    for (StackTraceElement frame : root.getStackTrace()) {
      String name = frame.getClassName();
      if (JDK.stream().noneMatch(name::startsWith)) {
        return name.startsWith("dev.strata.");
      }
    }
    return false;
  }
}
