package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Corruptions one after the other. */
class CorruptionPlanTest {
  private static final RowFacts TWO_WORDS = RowFacts.ofTexts(3, new long[] {0, 0, 5, 5});

  @Test
  void stepsAreTakenInOrder() {
    RowFacts texts = RowFacts.ofTexts(5, new long[] {0, 0, 5, 5, 5, 5});
    Corruption both = Rows.corruption(texts, new DropWord(2), new ReplaceWord(1, 1));
    float[] text = {2, 3, 4, 5, 0};
    for (int i = 0; i < 100; i++) {
      assertThat(Words.count(Rows.copy(both, text, i))).isEqualTo(2);
    }
    // Three words cannot lose two and then two more.
    float[] three = {2, 3, 4, 0, 0};
    Corruption twice = Rows.corruption(texts, new DropWord(2), new DropWord(2));
    assertThat(Words.count(Rows.copy(twice, three, 1))).isEqualTo(1);
  }

  @Test
  void stepsThatUndoEachOtherAreTakenAgainUntilTheRowIsAnother() {
    RowFacts texts = RowFacts.ofTexts(3, new long[] {0, 0, 5, 5, 5});
    Corruption twice = Rows.corruption(texts, new ReplaceWord(1, 1), new ReplaceWord(1, 1));
    float[] text = {2, 3, 0};
    for (int i = 0; i < 1000; i++) {
      float[] copy = text.clone();
      assertThat(twice.corrupt(copy, CorruptionPlan.random(1, i, 0, 0))).isTrue();
      assertThat(copy).isNotEqualTo(text);
    }
  }

  @Test
  void stepsThatAlwaysUndoEachOtherLeaveNothingToChoose() {
    float[] single = {2, 0, 0};
    Corruption twice = Rows.corruption(TWO_WORDS, new ReplaceWord(1, 1), new ReplaceWord(1, 1));
    assertThat(twice.corrupt(single, CorruptionPlan.random(1, 1, 0, 0))).isFalse();
    assertThat(single).containsExactly(2, 0, 0);
    RowFacts images = RowFacts.ofImages(new ImageShape(2, 2, 1));
    float[] even = {3, 3, 3, 3};
    assertThat(
            Rows.corruption(images, new Flip(1)).corrupt(even, CorruptionPlan.random(1, 1, 0, 0)))
        .isFalse();
  }

  @Test
  void rowsDoNotDependOnThoseBefore() {
    RowFacts texts = RowFacts.ofTexts(6, new long[] {0, 0, 5, 5, 5, 5});
    CorruptionSpec[] steps = {new SwapWords(1), new ReplaceWord(1, 0.75), new ShuffleSpan(3)};
    Corruption used = Rows.corruption(texts, steps);
    float[] text = {2, 3, 4, 5, 2, 0};
    for (int i = 0; i < 50; i++) {
      Rows.copy(used, new float[] {3, 2, 0, 0, 0, 0}, 1000 + i);
      assertThat(Rows.copy(used, text, i))
          .containsExactly(Rows.copy(Rows.corruption(texts, steps), text, i));
    }
  }

  @Test
  void anAugmentationMayLeaveTheRowAsItIs() {
    RowFacts images = RowFacts.ofImages(new ImageShape(2, 2, 1));
    Corruption none = new CorruptionPlan("task.augmentation", List.of(), images).augmentation();
    float[] image = {1, 2, 3, 4};
    assertThat(none.corrupt(image, CorruptionPlan.random(1, 1, 1, 1))).isFalse();
    assertThat(image).containsExactly(1, 2, 3, 4);
  }

  @Test
  void badSamplesNeedACorruption() {
    CorruptionPlan empty = new CorruptionPlan(Rows.KEY, List.of(), TWO_WORDS);
    assertThatThrownBy(empty::corruption)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("task.corruption");
  }

  @Test
  void travelsToTasks() throws Exception {
    CorruptionPlan plan =
        new CorruptionPlan(
            Rows.KEY,
            List.of(new ReplaceWord(1, 1), new CustomCorruptionSpec("x.Y", Map.of("a", "b"))),
            TWO_WORDS);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(plan);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      CorruptionPlan read = (CorruptionPlan) in.readObject();
      assertThat(read.steps()).isEqualTo(plan.steps());
      assertThat(read.facts().wordCounts()).containsExactly(0, 0, 5, 5);
    }
  }
}
