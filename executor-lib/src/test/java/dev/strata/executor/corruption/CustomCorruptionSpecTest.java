package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.api.corruption.CorruptionContext;
import dev.strata.api.corruption.RowCorruption;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Classes that users name. */
class CustomCorruptionSpecTest {
  private static final RowFacts FACTS = RowFacts.ofTable(3, List.of());

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

  /** As users write them: replaces a row by what its context says, and one random number. */
  public static final class Telling implements RowCorruption {
    private final CorruptionContext context;

    public Telling(CorruptionContext context) {
      this.context = context;
    }

    @Override
    public boolean corrupt(float[] row, RandomGenerator random) {
      row[0] = context.columns().get(1).offset();
      row[1] = Float.parseFloat(context.options().get("more"));
      row[2] = random.nextInt(10);
      return true;
    }
  }

  @Test
  void usersSeeColumnsOptionsAndTheRowsRandomNumbers() {
    TableColumn first = new TableColumn("a", true, 0, 2, new float[0], new long[] {3, 4});
    TableColumn second = new TableColumn("b", false, 2, 1, new float[] {5}, new long[] {7});
    RowFacts facts = RowFacts.ofTable(3, List.of(first, second));
    CustomCorruptionSpec own = own(Telling.class.getName(), Map.of("more", "2.5"));
    assertThat(problems(own)).isEmpty();
    float[] row = {1, 0, 3};
    assertThat(own.create("task.corruption[0]", facts).corrupt(row, RandomStream.of(1, 2, 3)))
        .isTrue();
    assertThat(row).containsExactly(2, 2.5f, RandomStream.of(1, 2, 3).below(10));
    assertThat(facts.context(Map.of("more", "2.5")))
        .isEqualTo(
            new CorruptionContext(
                3,
                List.of(
                    new CorruptionContext.Column("a", true, 0, 2),
                    new CorruptionContext.Column("b", false, 2, 1)),
                List.of(),
                List.of(),
                Map.of("more", "2.5")));
  }

  @Test
  void usersSeeWordCountsAndTheShapeOfImages() {
    assertThat(RowFacts.ofTexts(4, new long[] {0, 2, 9}).context(Map.of()))
        .isEqualTo(new CorruptionContext(4, List.of(), List.of(0L, 2L, 9L), List.of(), Map.of()));
    assertThat(RowFacts.ofImages(new ImageShape(2, 3, 3)).context(Map.of()))
        .isEqualTo(new CorruptionContext(18, List.of(), List.of(), List.of(2, 3, 3), Map.of()));
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
    CustomCorruptionSpec own = own(Adding.class.getName(), Map.of("more", "2.5"));
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
        .contains("no such class found");
    assertThat(problems(own("java.lang.String", Map.of()))).contains("this class does not");
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

  /** Fails as the options say, or writes a number where it is told. */
  public static final class Careless implements Corruption {
    private final Map<String, String> options;

    public Careless(RowFacts facts, Map<String, String> options) {
      this.options = options;
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      row[Integer.parseInt(options.get("element"))] = Float.parseFloat(options.get("number"));
      return true;
    }
  }

  /** Cannot be loaded. */
  public static final class Unready implements Corruption {
    static final int NUMBER = Integer.parseInt("none");

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      return NUMBER > 0;
    }
  }

  @Test
  void aClassThatCannotBeLoadedIsToldFromOneThatIsNotThere() {
    assertThat(problems(own(Unready.class.getName(), Map.of())))
        .contains("cannot be loaded", "ExceptionInInitializerError");
  }

  @Test
  void whatFailsInTheMiddleIsTheUsers() {
    assertThat(careless(FACTS, "0", "x")).contains("NumberFormatException");
    assertThat(careless(FACTS, "7", "1")).contains("ArrayIndexOutOfBoundsException");
  }

  @Test
  void rowsThatNoNetworkCouldTakeAreTheUsers() {
    assertThat(careless(FACTS, "1", "NaN")).contains("finite numbers");
    assertThat(careless(FACTS, "2", "1e39")).contains("Infinity in element 2");
    RowFacts texts = RowFacts.ofTexts(3, new long[] {0, 0, 5, 5});
    assertThat(careless(texts, "1", "4")).contains("word ids, 1 to 3");
    assertThat(careless(texts, "1", "2.5")).contains("2.5 in element 1");
    assertThat(careless(texts, "1", "0")).contains("3.0 in element 2");
    assertThat(careless(texts, "0", "0")).contains("0.0 in element 0");
    float[] shorter = Rows.copy(careful(texts, "2", "0"), new float[] {2, 3, 3}, 1);
    assertThat(shorter).containsExactly(2, 3, 0);
  }

  private static Corruption careful(RowFacts facts, String element, String number) {
    Map<String, String> options = Map.of("element", element, "number", number);
    return Rows.corruption(facts, own(Careless.class.getName(), options));
  }

  private static String careless(RowFacts facts, String element, String number) {
    StrataException thrown =
        catchThrowableOfType(
            () -> Rows.copy(careful(facts, element, number), new float[] {2, 2, 3}, 1),
            StrataException.class);
    assertThat(thrown.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(thrown.key()).hasValue(Rows.KEY + "[0].class");
    assertThat(thrown.getMessage()).contains(Careless.class.getName());
    return thrown.getMessage();
  }

  private static CustomCorruptionSpec own(String name, Map<String, String> options) {
    return new CustomCorruptionSpec(name, options);
  }

  private static String problems(CustomCorruptionSpec own) {
    NetworkProblems problems = new NetworkProblems();
    own.check("task.corruption[0]", problems);
    return String.join("\n", problems.list().stream().map(Object::toString).toList());
  }
}
