package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.api.corruption.CorruptionContext;
import dev.strata.api.corruption.RowCorruption;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Corruptions of texts of several columns: a word stays in its column, and separators stay. */
class JoinedTextCorruptionTest {
  private static final float S = Vocabulary.SEPARATOR;

  /** Two words, none, five words; the separator is the most frequent id by far. */
  private static final float[] ROW = {3, 4, S, S, 3, 5, 6, 7, 8, 0, 0};

  private static final RowFacts FACTS =
      RowFacts.ofJoinedTexts(ROW.length, new long[] {0, 1, 1000, 9, 8, 7, 6, 5, 4});

  /** A user's own, which knows nothing of separators. */
  public static final class Overwriting implements RowCorruption {
    @Override
    public boolean corrupt(float[] row, RandomGenerator random) {
      row[2] = 3;
      return true;
    }
  }

  /** A user's own, which replaces the word before the first separator by an unknown one. */
  public static final class Careful implements RowCorruption {
    private final float separator;

    public Careful(CorruptionContext context) {
      this.separator = context.separator();
    }

    @Override
    public boolean corrupt(float[] row, RandomGenerator random) {
      int first = 0;
      while (row[first] != separator) {
        first++;
      }
      row[first - 1] = 1;
      return true;
    }
  }

  static Stream<CorruptionSpec> wordwise() {
    return Stream.of(
        new ReplaceWord(1, 1),
        new ReplaceWord(4, 0),
        new SwapWords(1),
        new SwapWords(2),
        new ShuffleSpan(2),
        new ShuffleSpan(4),
        new DropWord(1),
        new DropWord(6));
  }

  @ParameterizedTest
  @MethodSource("wordwise")
  void separatorsStayAndEachColumnIsChangedBySomeCopy(CorruptionSpec spec) {
    Corruption corruption = Rows.corruption(FACTS, spec);
    List<List<Float>> before = columns(ROW);
    Set<Integer> changed = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      float[] copy = Rows.copy(corruption, ROW, i);
      List<List<Float>> after = columns(copy);
      assertThat(after).as(Arrays.toString(copy)).hasSize(3);
      assertThat(after.get(1)).isEmpty();
      for (int column = 0; column < 3; column++) {
        if (!after.get(column).equals(before.get(column))) {
          changed.add(column);
        }
        boolean moves = spec instanceof SwapWords || spec instanceof ShuffleSpan;
        if (moves) {
          assertThat(after.get(column)).containsExactlyInAnyOrderElementsOf(before.get(column));
        } else if (spec instanceof ReplaceWord) {
          assertThat(after.get(column)).hasSameSizeAs(before.get(column));
        } else {
          assertThat(before.get(column)).containsAll(after.get(column));
        }
      }
      assertThat(copy).isNotEqualTo(ROW);
    }
    assertThat(changed).contains(0, 2);
  }

  @Test
  void asManyWordsAreReplacedOrDroppedAsAsked() {
    Corruption replacing = Rows.corruption(FACTS, new ReplaceWord(7, 1));
    Corruption dropping = Rows.corruption(FACTS, new DropWord(3));
    for (int i = 0; i < 100; i++) {
      assertThat(Rows.differences(Rows.copy(replacing, ROW, i), ROW)).isEqualTo(7);
      // Four words and two separators.
      assertThat(Words.count(Rows.copy(dropping, ROW, i))).isEqualTo(6);
    }
  }

  /** Separators are no words: seven words cannot lose seven, nor can eight be replaced. */
  @Test
  void aRowOfTooFewWordsStays() {
    for (CorruptionSpec spec : List.of(new ReplaceWord(8, 1), new DropWord(7), new SwapWords(4))) {
      float[] copy = ROW.clone();
      assertThat(Rows.corruption(FACTS, spec).corrupt(copy, CorruptionPlan.random(1, 2, 3, 4)))
          .isFalse();
      assertThat(copy).containsExactly(ROW);
    }
    float[] single = {3, S, S, 4, 0, 0, 0, 0, 0, 0, 0};
    for (CorruptionSpec spec : List.of(new SwapWords(1), new ShuffleSpan(4))) {
      assertThat(
              Rows.corruption(FACTS, spec)
                  .corrupt(single.clone(), CorruptionPlan.random(1, 2, 3, 4)))
          .isFalse();
    }
  }

  @Test
  void aUsersOwnMustKeepTheSeparators() {
    CorruptionSpec overwriting = new CustomCorruptionSpec(Overwriting.class.getName(), Map.of());
    assertThatThrownBy(() -> Rows.copy(Rows.corruption(FACTS, overwriting), ROW, 1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(Overwriting.class.getName() + ": 1 separators, not 2")
        .hasMessageContaining("as many separators, id 2, as before");
    CorruptionSpec careful = new CustomCorruptionSpec(Careful.class.getName(), Map.of());
    assertThat(Rows.copy(Rows.corruption(FACTS, careful), ROW, 1))
        .containsExactly(3, 1, S, S, 3, 5, 6, 7, 8, 0, 0);
  }

  /** The words of each column; fails where something stands behind the padding. */
  private static List<List<Float>> columns(float[] row) {
    List<List<Float>> columns = new ArrayList<>(List.of(new ArrayList<>()));
    int end = Words.count(row);
    for (int i = 0; i < row.length; i++) {
      if (i >= end) {
        assertThat(row[i]).isZero();
      } else if (row[i] == S) {
        columns.add(new ArrayList<>());
      } else {
        columns.get(columns.size() - 1).add(row[i]);
      }
    }
    return columns;
  }
}
