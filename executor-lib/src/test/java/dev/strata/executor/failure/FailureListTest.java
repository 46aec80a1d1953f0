package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class FailureListTest {
  private static final StrataException KEY =
      StrataException.configuration("a wrong key").key("a.b").found(3).build();
  private static final StrataException ROW =
      StrataException.data("a wrong row").file("rows.csv").row("1, 2").build();

  @Test
  void oneFailureIsThrownAsItIs() {
    FailureList list = new FailureList();
    list.throwIfAny();
    assertThat(list.attempt(() -> fail(ROW))).isEmpty();
    assertThat(list.attempt(() -> "sound")).contains("sound");
    assertThat(thrown(list)).isSameAs(ROW);
  }

  @Test
  void severalAreOneOfTheKindThatTheUserMustMendFirst() {
    FailureList list = new FailureList();
    list.check(() -> fail(ROW));
    list.add(KEY);
    list.add(ROW);
    StrataException all = thrown(list);
    assertThat(all.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(all.key()).contains("a.b");
    assertThat(all.getMessage())
        .isEqualTo(
            "2 problems:\n  a wrong row (file: rows.csv; row: 1, 2)\n"
                + "  a wrong key (key: a.b; found: 3)");
    assertThat(all.parts()).containsExactly(ROW, KEY);

    FailureList outer = new FailureList();
    outer.add(all);
    assertThat(outer.all()).containsExactly(ROW, KEY);
    assertThat(all.orFile("other.csv").parts())
        .extracting(part -> part.file().orElseThrow())
        .containsExactly("rows.csv", "other.csv");
  }

  private static String fail(StrataException failure) {
    throw failure;
  }

  private static StrataException thrown(FailureList list) {
    return catchThrowableOfType(list::throwIfAny, StrataException.class);
  }
}
