package dev.strata.executor.corruption;

import dev.strata.api.corruption.CorruptionContext;
import dev.strata.api.corruption.RowCorruption;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A {@link RowCorruption} that users wrote, found by name among the classes that Spark gives to
 * driver and executors. Classes written before that interface existed implement {@link Corruption},
 * with a constructor of ({@link RowFacts}, {@code Map<String, String>}); they go on to work.
 *
 * @param className in full
 * @param options handed to its constructor, where it takes them
 */
public record CustomCorruptionSpec(String className, Map<String, String> options)
    implements CorruptionSpec {
  public static final String TYPE = "class";

  private static final String EXPECTED =
      "a public class on the class path (spark-submit --jars) that implements "
          + RowCorruption.class.getName();

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
    if (!RowCorruption.class.isAssignableFrom(found) && !Corruption.class.isAssignableFrom(found)) {
      problems.add(at + ".class", className, EXPECTED + "; this class does not");
    } else if (constructor(found).isEmpty()) {
      problems.add(
          at + ".class",
          className,
          EXPECTED + ", is not abstract, and has a public constructor (CorruptionContext) or ()");
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
          switch (constructor.getParameterCount()) {
            case 0 -> constructor.newInstance();
            case 1 -> constructor.newInstance(facts.context(options));
            default -> constructor.newInstance(facts, options);
          };
      Corruption own = made instanceof RowCorruption user ? user::corrupt : (Corruption) made;
      return new CheckedCorruption(at, className, own, facts);
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
    return Optional.<Constructor<?>>empty()
        .or(() -> constructor(type, CorruptionContext.class))
        .or(() -> constructor(type, RowFacts.class, Map.class))
        .or(() -> constructor(type, new Class<?>[0]));
  }

  private static Optional<Constructor<?>> constructor(Class<?> type, Class<?>... parameters) {
    try {
      return Optional.of(type.getConstructor(parameters));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }
}
