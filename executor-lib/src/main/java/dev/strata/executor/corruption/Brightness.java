package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;

/**
 * All elements of the row are multiplied by one factor, uniform in [1 − change, 1 + change]:
 * torchvision's {@code ColorJitter(brightness)} without its clipping.
 *
 * @param change in (0, 1]
 */
public record Brightness(double change) implements CorruptionSpec {
  public static final String TYPE = "brightness";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    if (!(change > 0 && change <= 1)) {
      problems.add(at + ".change", change, "in (0, 1]");
    }
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    if (facts.texts()) {
      throw StrataException.configuration("brightness cannot be applied to words")
          .key(at + ".type")
          .found(TYPE)
          .expected("a corruption for text, such as replace-word")
          .build();
    }
    return (row, random) -> {
      float factor = (float) (1 + change * (2 * random.uniform() - 1));
      for (int i = 0; i < row.length; i++) {
        row[i] *= factor;
      }
      return true;
    };
  }
}
