package dev.strata.executor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumsTest {
  @Test
  @Seeded(4)
  void sumsAreThoseOfDecimalsInAnyOrder(Seed seed) {
    Random random = seed.random();
    List<Float> numbers = new ArrayList<>();
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < 5000; i++) {
      float number = (float) (random.nextDouble() * Math.pow(2, random.nextInt(60) - 30));
      numbers.add(number);
      exact = exact.add(new BigDecimal(number));
    }
    double sum = sum(numbers);
    // Numbers of at least 2^-40 lose nothing; smaller ones are cut to multiples of 2^-64.
    assertThat(sum).isEqualTo(exact.round(MathContext.DECIMAL128).doubleValue());
    for (int order = 0; order < 5; order++) {
      Collections.shuffle(numbers, random);
      assertThat(sum(numbers)).isEqualTo(sum);
    }
  }

  @Test
  void tenTenthsAreNotLostInRounding() {
    ExactSums sums = new ExactSums(1);
    for (int i = 0; i < 1 << 20; i++) {
      sums.add(0, 0.1f);
    }
    assertThat(sums.get(0)).isEqualTo(0.1f * 0x1p20);
  }

  private static double sum(List<Float> numbers) {
    ExactSums one = new ExactSums(2);
    ExactSums other = new ExactSums(2);
    for (int i = 0; i < numbers.size(); i++) {
      (i % 3 == 0 ? one : other).add(1, numbers.get(i));
    }
    one.merge(other);
    assertThat(one.get(0)).isZero();
    return one.get(1);
  }
}
