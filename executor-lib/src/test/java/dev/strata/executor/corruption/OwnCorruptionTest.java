package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkProblems;
import dev.strata.executor.random.RandomStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Classes that users name. */
class OwnCorruptionTest {
  private static final RowFacts FACTS = RowFacts.ofTexts(3, new long[] {0, 0, 5, 5});

  /** Adds what the options say, in every place that the facts know. */
  public static final class Adding implements Corruption {
    private final float more;
    private final int width;

    public Adding(RowFacts facts, Map<String, String> options) {
      if (!options.containsKey("more")) {
        throw new IllegalArgumentException("more is not given");
      }
      this.more = Float.parseFloat(options.get("more"));
      this.width = facts.width();
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      for (int i = 0; i < width; i++) {
        row[i] += more;
      }
      return true;
    }
  }

  /** Does nothing at all, and says otherwise. */
  public static final class Idle implements Corruption {
    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      return true;
    }
  }

  /** Cannot be made from outside. */
  public static final class Hidden implements Corruption {
    private Hidden() {}

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      return false;
    }
  }

  @Test
  void isMadeOfFactsAndOptions() {
    float[] row = {1, 2, 3};
    OwnCorruption own = own(Adding.class.getName(), Map.of("more", "2.5"));
    assertThat(problems(own)).isEmpty();
    assertThat(Rows.copy(Rows.corruption(FACTS, own), row, 1)).containsExactly(3.5f, 4.5f, 5.5f);
  }

  @Test
  void aClassThatLeavesTheRowAsItWasIsFoundOut() {
    float[] row = {1, 2, 3};
    assertThat(
            Rows.corruption(FACTS, own(Idle.class.getName(), Map.of()))
                .corrupt(row, CorruptionPlan.random(1, 1, 1, 1)))
        .isFalse();
  }

  @Test
  void classesThatCannotBeUsedAreProblemsOfTheConfiguration() {
    assertThat(problems(own("com.example.Nowhere", Map.of())))
        .contains("task.corruption[0].class: found com.example.Nowhere")
        .contains("none of this name is found");
    assertThat(problems(own("java.lang.String", Map.of()))).contains("this one does not");
    assertThat(problems(own(Hidden.class.getName(), Map.of()))).contains("public constructor");
    assertThat(problems(own(Corruption.class.getName(), Map.of()))).contains("not abstract");
    assertThatThrownBy(
            () -> own("com.example.Nowhere", Map.of()).create("task.corruption[0]", FACTS))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("com.example.Nowhere");
  }

  @Test
  void aConstructorThatFailsIsTheUsers() {
    assertThatThrownBy(
            () -> own(Adding.class.getName(), Map.of()).create("task.corruption[0]", FACTS))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("more is not given");
  }

  private static OwnCorruption own(String name, Map<String, String> options) {
    return new OwnCorruption(name, options);
  }

  private static String problems(OwnCorruption own) {
    NetworkProblems problems = new NetworkProblems();
    own.check("task.corruption[0]", problems);
    return String.join("\n", problems.list().stream().map(Object::toString).toList());
  }
}
