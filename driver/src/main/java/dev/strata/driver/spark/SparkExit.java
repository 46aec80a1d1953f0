package dev.strata.driver.spark;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import org.apache.spark.SparkUserAppException;

/** How a main class tells spark-submit its exit code, on each version of Spark. */
public final class SparkExit {
  private SparkExit() {}

  /**
   * Throws what {@link #with} returns, undeclared.
   *
   * @throws NoClassDefFoundError where there is no such class, as on the class path of a program
   *     that spark-submit did not start
   */
  public static void leave(int code) {
    throw SparkExit.<RuntimeException>asItWasThrown(with(code));
  }

  /**
   * The exception that makes spark-submit exit with that code. Spark 4.1 gave its constructor a
   * second parameter, the cause.
   *
   * @throws IllegalStateException where this version has neither constructor
   */
  public static SparkUserAppException with(int code) {
    for (Constructor<?> constructor : SparkUserAppException.class.getConstructors()) {
      Class<?>[] parameters = constructor.getParameterTypes();
      if (parameters.length > 0
          && parameters[0] == int.class
          && Arrays.stream(parameters).skip(1).noneMatch(Class::isPrimitive)) {
        Object[] arguments = new Object[parameters.length];
        arguments[0] = code;
        try {
          return (SparkUserAppException) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
          break;
        }
      }
    }
    throw new IllegalStateException("this Spark takes no exit code; it would be " + code);
  }

  /** Scala throws checked exceptions that it does not declare. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> E asItWasThrown(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
