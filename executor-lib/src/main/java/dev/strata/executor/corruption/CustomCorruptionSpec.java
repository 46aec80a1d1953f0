package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A {@link Corruption} that users wrote, found by name among the classes that Spark gives to driver
 * and executors.
 *
 * @param className in full
 * @param options handed to its constructor, where it takes them
 */
public record CustomCorruptionSpec(String className, Map<String, String> options)
    implements CorruptionSpec {
  public static final String TYPE = "class";

  private static final String EXPECTED =
      "a public class on the class path (spark-submit --jars) that implements "
          + Corruption.class.getName();

  public CustomCorruptionSpec {
    options = new TreeMap<>(options);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public boolean needsMarginals() {
    return true;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    Class<?> found;
    try {
      found = load();
    } catch (ClassNotFoundException e) {
      problems.add(at + ".class", className, EXPECTED + "; no such class found");
      return;
    } catch (LinkageError e) {
      problems.add(at + ".class", className, EXPECTED + "; this class cannot be loaded: " + e);
      return;
    }
    if (!Corruption.class.isAssignableFrom(found)) {
      problems.add(at + ".class", className, EXPECTED + "; this class does not");
    } else if (constructor(found).isEmpty()) {
      problems.add(
          at + ".class",
          className,
          EXPECTED + ", is not abstract, and has a public constructor (RowFacts, Map) or ()");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    NetworkProblems problems = new NetworkProblems();
    check(at, problems);
    if (!problems.none()) {
      NetworkProblems.Problem first = problems.list().get(0);
      throw StrataException.configuration("cannot use the corruption class")
          .key(first.key())
          .found(first.found())
          .expected(first.expected())
          .build();
    }
    try {
      Constructor<?> constructor = constructor(load()).orElseThrow();
      Object made =
          constructor.getParameterCount() == 0
              ? constructor.newInstance()
              : constructor.newInstance(facts, options);
      return new CheckedCorruption(at, className, (Corruption) made, facts);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof StrataException ours) {
        throw ours;
      }
      throw failed(at, cause);
    } catch (ReflectiveOperationException e) {
      throw failed(at, e);
    }
  }

  private StrataException failed(String at, Throwable cause) {
    return StrataException.configuration("the constructor of the corruption class failed")
        .key(at + ".class")
        .found(className + ": " + cause)
        .cause(cause)
        .build();
  }

  private Class<?> load() throws ClassNotFoundException {
    ClassLoader own = CustomCorruptionSpec.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return Class.forName(className, true, context == null ? own : context);
  }

  private static Optional<Constructor<?>> constructor(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers()) || !Modifier.isPublic(type.getModifiers())) {
      return Optional.empty();
    }
    try {
      return Optional.of(type.getConstructor(RowFacts.class, Map.class));
    } catch (NoSuchMethodException e) {
      return plain(type);
    }
  }

  private static Optional<Constructor<?>> plain(Class<?> type) {
    try {
      return Optional.of(type.getConstructor());
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }
}
