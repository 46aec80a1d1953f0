package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.RandomNumbers;

/**
 * Normal noise of mean 0 is added to every element.
 *
 * @param deviation in the units of the scaled row
 */
public record Noise(double deviation) implements CorruptionSpec {
  public static final String TYPE = "noise";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    problems.positive(at + ".deviation", deviation, Double.POSITIVE_INFINITY);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    if (facts.texts()) {
      throw StrataException.configuration("noise cannot be applied to words")
          .key(at + ".type")
          .found(TYPE)
          .expected("a corruption for text, such as replace-word")
          .build();
    }
    float[] noise = new float[FlatMemory.PIECE];
    return (row, random) -> {
      add(row, noise, new RandomNumbers(random.bits()));
      return true;
    };
  }

  private void add(float[] row, float[] noise, RandomNumbers numbers) {
    for (int from = 0; from < row.length; from += noise.length) {
      int count = Math.min(noise.length, row.length - from);
      numbers.gaussian(noise, count);
      for (int i = 0; i < count; i++) {
        row[from + i] += (float) deviation * noise[i];
      }
    }
  }
}
