package dev.strata.executor.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SeedExtensionTest {
  private static final List<Long> SEEN = new ArrayList<>();

  /** Run by the tests below only: its name is not that of a test. */
  @Seeded(5)
  static class Sample {
    Sample(Seed seed) {
      SEEN.add(seed.value());
    }

    @Test
    void fails(Seed seed) {
      SEEN.add(seed.value());
      assertThat(seed.random().nextInt()).isNotEqualTo(new Seed(seed.value()).random().nextInt());
    }

    @Test
    @Seeded(6)
    void passesWithItsOwn(Seed seed) {
      SEEN.add(seed.value());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void passesWithParameters(int number, Seed seed) {
      SEEN.add(seed.value());
    }
  }

  private static List<Throwable> failures() {
    SEEN.clear();
    List<Throwable> failures = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Sample.class)).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
              }
            });
    return failures;
  }

  @Test
  void aFailureNamesItsSeedAndHowToRepeatIt() {
    List<Throwable> failures = failures();
    long seed = SEEN.get(0);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).isInstanceOf(AssertionError.class);
    assertThat(failures.get(0).getSuppressed()[0])
        .hasMessage(
            "Sample#fails failed with seed %d; repeat it by -Dtest='Sample#fails' -Dstrata.seed=%d"
                .formatted(seed, seed));
  }

  @Test
  void constructorsTestsAndParametersGetTheSeed() {
    failures();
    Seed ofClass = SeedExtension.of(System.getProperty(SeedExtension.PROPERTY), 5);
    Seed ofMethod = SeedExtension.of(System.getProperty(SeedExtension.PROPERTY), 6);
    if (!"random".equals(System.getProperty(SeedExtension.PROPERTY))) {
      assertThat(SEEN).hasSize(8).containsOnly(ofClass.value(), ofMethod.value());
      assertThat(SEEN).contains(ofMethod.value());
    }
  }

  @Test
  void thePropertyReplacesTheSeed() {
    assertThat(SeedExtension.of(null, 3)).isEqualTo(new Seed(3));
    assertThat(SeedExtension.of("-12", 3)).isEqualTo(new Seed(-12));
    assertThat(SeedExtension.of("random", 3)).isNotEqualTo(SeedExtension.of("random", 3));
    assertThatThrownBy(() -> SeedExtension.of("x", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("-Dstrata.seed=x: expected a whole number, or random");
  }
}
