package dev.strata.executor.testing;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;

/** Hands out the seeds of {@link Seeded} tests and reports them with failures. */
final class SeedExtension implements ParameterResolver, TestExecutionExceptionHandler {
  static final String PROPERTY = "strata.seed";
  private static final Namespace NAMESPACE = Namespace.create(SeedExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Seed.class;
  }

  @Override
  public Seed resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return seed(context);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    String test =
        context.getRequiredTestClass().getSimpleName()
            + context.getTestMethod().map(method -> "#" + method.getName()).orElse("");
    String message =
        "%s failed with seed %s; repeat it by -Dtest='%s' -D%s=%s"
            .formatted(test, seed(context), test, PROPERTY, seed(context));
    System.err.println(message);
    failure.addSuppressed(new SeedOfFailure(message));
    throw failure;
  }

  /** One seed for a class and its tests, but where a method names its own. */
  private static Seed seed(ExtensionContext context) {
    Optional<Seeded> ofMethod =
        context.getTestMethod().flatMap(m -> AnnotationSupport.findAnnotation(m, Seeded.class));
    Optional<Seeded> ofClass =
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Seeded.class);
    long usual = ofMethod.or(() -> ofClass).map(Seeded::value).orElseThrow();
    // A class's store is seen by its methods; the seed of a method stays in its own.
    Object key =
        ofMethod.isPresent()
            ? context.getRequiredTestMethod()
            : context.getRequiredTestClass().getName();
    Store store = context.getRoot().getStore(NAMESPACE);
    return store.getOrComputeIfAbsent(
        key, k -> of(System.getProperty(PROPERTY), usual), Seed.class);
  }

  /**
   * @param asked the system property, or null
   * @param usual the seed of the annotation
   */
  static Seed of(String asked, long usual) {
    if (asked == null || asked.isBlank()) {
      return new Seed(usual);
    }
    if (asked.equals("random")) {
      return new Seed(ThreadLocalRandom.current().nextLong());
    }
    try {
      return new Seed(Long.parseLong(asked));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D%s=%s: expected a whole number, or random".formatted(PROPERTY, asked), e);
    }
  }

  /** Stands below the failure in reports; its own stack says nothing. */
  private static final class SeedOfFailure extends Exception {
    private static final long serialVersionUID = 1L;

    SeedOfFailure(String message) {
      super(message, null, false, false);
    }
  }
}
