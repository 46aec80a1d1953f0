package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;

/** The numbers of an accelerator's rules; AcceleratedLearnerTest compares whole steps. */
class DeviceRuleTest {
  /** ND4J's power in float32 may differ from Java's in the last bit. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 30, 100, 1000, 20_000, 1_000_000})
  void adamsRateIsThatOfTheCpu(int iteration) {
    for (double beta2 : new double[] {0.9, 0.99, 0.999, 0.9999}) {
      Adam adam = new Adam(0.0123, 0.9, beta2, 1e-8);
      float rate = AdamRate.of(adam, iteration, 0);

      float[] numbers = DeviceRule.numbers(adam, iteration, 0);

      assertThat(numbers[0]).isCloseTo(rate, within(2 * Math.ulp(rate)));
      assertThat(numbers).hasSize(4).endsWith(0.9f, (float) beta2, 1e-8f);
      assertThat(DeviceRule.numbers(new AMSGrad(0.0123, 0.9, beta2, 1e-8), iteration, 0))
          .isEqualTo(numbers);
    }
  }

  /** Where ND4J takes epsilon in the rate's place ({@link UnboundedRate}). */
  @Test
  void ratesOfNothingAndBeyondFloatsStayWhatTheyAre() {
    assertThat(DeviceRule.numbers(new Adam(0, 0.9, 0.999, 1e-8), 3, 0)[0]).isZero();
    assertThat(DeviceRule.numbers(new AdaMax(0, 0.9, 0.999, 1e-8), 3, 0)[0]).isZero();
    assertThat(DeviceRule.numbers(new Adam(1e40, 0.9, 0.999, 1e-8), 3, 0)[0]).isInfinite();
    assertThat(DeviceRule.numbers(new NoOp(), 3, 0)).containsExactly(1);
  }
}
