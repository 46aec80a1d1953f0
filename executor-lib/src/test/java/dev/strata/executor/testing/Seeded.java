package dev.strata.executor.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A randomised test: gives a {@link Seed} to the test's parameters or to the constructor of its
 * class. A failure prints the seed and how to repeat it.
 *
 * <p>{@code -Dstrata.seed=N} replaces the seed of every such test, {@code -Dstrata.seed=random}
 * draws another one for each.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SeedExtension.class)
public @interface Seeded {
  /** The seed that is used by default, so that builds repeat each other. */
  long value() default 1;
}
