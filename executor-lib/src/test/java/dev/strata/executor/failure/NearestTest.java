package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("epochs", "workers", "batch-size");

  @Test
  void findsTheLeastDistance() {
    assertThat(Nearest.to("epoch", KNOWN)).contains("epochs");
    assertThat(Nearest.to("wrokers", KNOWN)).contains("workers");
    assertThat(Nearest.to("batch_size", KNOWN)).contains("batch-size");
    assertThat(Nearest.to("zzz", KNOWN)).isEmpty();
  }

  @Test
  void aSwapOfNeighboursIsOneMistake() {
    assertThat(Nearest.to("lable", List.of("table", "label"))).contains("label");
    assertThat(Nearest.to("lable", List.of("label", "tables"))).contains("label");
    assertThat(Nearest.to("wrokers", List.of("wreckers", "workers"))).contains("workers");
    assertThat(Nearest.to("trian", List.of("train", "trials"))).contains("train");
  }

  @Test
  void upperAndLowerCaseAreTheSame() {
    List<String> names = List.of("age", "workclass", "education");
    assertThat(Nearest.to("work-class", names)).contains("workclass");
    assertThat(Nearest.to("Age", names)).contains("age");
    assertThat(Nearest.to("EDUCATION", names)).contains("education");
    assertThat(Nearest.to("zzzzzzzzzzzz", names)).isEmpty();
    assertThat(Nearest.to("Age", List.of("AGE", "age", "Agf"))).contains("age");
  }

  @Test
  void aThirdOfTheWordMayDifferAndTwoLettersOfAShortOne() {
    assertThat(Nearest.to("ab", List.of("cb"))).contains("cb");
    assertThat(Nearest.to("abc", List.of("cbd"))).contains("cbd");
    assertThat(Nearest.to("w", List.of("id"))).as("no letter is the same").isEmpty();
    assertThat(Nearest.to("ab", List.of("cd"))).isEmpty();
    assertThat(Nearest.to("", List.of("ab", "abc"))).isEmpty();
    assertThat(Nearest.to("abcdefxxx", List.of("abcdef"))).contains("abcdef");
    assertThat(Nearest.to("abcdxxxx", List.of("abcd"))).isEmpty();
    assertThat(Nearest.to("abc", List.of())).isEmpty();
  }

  @Test
  void ofEquallyNearOnesThoseThatBeginWithTheWordComeFirst() {
    assertThat(Nearest.to("row", List.of("crow", "prow", "rows"))).contains("rows");
    assertThat(Nearest.to("cat", List.of("hat", "bat"))).contains("bat");
  }
}
