package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.CustomCorruptionSpec;
import dev.strata.executor.corruption.CutOut;
import dev.strata.executor.corruption.DropWord;
import dev.strata.executor.corruption.Flip;
import dev.strata.executor.corruption.MaskColumn;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.ReplaceColumn;
import dev.strata.executor.corruption.ReplaceWord;
import dev.strata.executor.corruption.Rotate;
import dev.strata.executor.corruption.Shift;
import dev.strata.executor.corruption.ShufflePatches;
import dev.strata.executor.corruption.ShuffleSpan;
import dev.strata.executor.corruption.SwapWords;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lists of corruptions as users write them. */
class CorruptionSectionTest {
  private final Problems problems = new Problems();

  @Test
  void readsEveryKindWithItsDefaults() {
    Section section =
        section(
            """
corruption = [
  { type = replace-word }, { type = replace-word, count = 2, power = 0.75 }
  { type = swap-words }, { type = drop-word }, { type = shuffle-span }
  { type = replace-column }, { type = replace-column, share = 0.3 }
  { type = mask-column, count = 2, value = -1 }
  { type = shuffle-patches, size = 7 }, { type = rotate, from = 90, to = 270, step = 90 }
  { type = cut-out, size = 3 }, { type = noise, deviation = 0.1 }
  { type = shift, pixels = 2 }, { type = flip }
  { class = java.lang.String, options { depth = 3 } }
]
""");
    assertThat(CorruptionSection.read(section, "corruption"))
        .containsExactly(
            new ReplaceWord(1, 1.0),
            new ReplaceWord(2, 0.75),
            new SwapWords(1),
            new DropWord(1),
            new ShuffleSpan(3),
            new ReplaceColumn(Amount.count(1)),
            new ReplaceColumn(Amount.share(0.3)),
            new MaskColumn(Amount.count(2), -1),
            new ShufflePatches(7),
            new Rotate(90, 270, 90),
            new CutOut(3, 1, 0),
            new Noise(0.1),
            new Shift(2),
            new Flip(0.5),
            new CustomCorruptionSpec("java.lang.String", Map.of("depth", "3")));
    assertThat(problems.lines()).isEmpty();
  }

  @Test
  void reportsAllThatIsWrongAtOnce() {
    Section section =
        section(
            """
            corruption = [
              { type = replace-words }, { count = 1 }, { type = shift }, { type = noise, size = 3 }
              { type = replace-column, count = 1, share = 0.5 }
              { type = replace-word, count = many }
              { class = com.example.Nowhere, count = 2 }
            ]
            """);
    CorruptionSection.read(section, "corruption");
    assertThat(problems.lines())
        .anySatisfy(
            l ->
                assertThat(l)
                    .contains(
                        "task.corruption[0].type", "replace-words", "did you mean replace-word?"))
        .anySatisfy(
            l -> assertThat(l).contains("not set", "task.corruption[1].type", "one of affine"))
        .anySatisfy(l -> assertThat(l).contains("not set", "task.corruption[2].pixels"))
        .anySatisfy(l -> assertThat(l).contains("unknown key", "task.corruption[3].size"))
        .anySatisfy(l -> assertThat(l).contains("not set", "task.corruption[3].deviation"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[4].share", "share"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[5].count", "many"))
        .anySatisfy(l -> assertThat(l).contains("unknown key", "task.corruption[6].count"))
        .hasSize(8);
  }

  @Test
  void checksValuesUnderTheKeysThatUsersWrote() {
    Section section =
        section(
            """
            corruption = [
              { type = no-such-thing }, { type = replace-word, count = 0, power = -1 }
              { type = replace-column, share = 1.5 }, { type = rotate, from = 20, to = 10 }
              { type = flip, probability = 0 }, { type = shuffle-span, length = 1 }
              { class = com.example.Nowhere }
            ]
            """);
    CorruptionSection.check(section, "corruption");
    assertThat(problems.lines())
        .anySatisfy(l -> assertThat(l).contains("unknown corruption", "task.corruption[0].type"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[1].count", "found: 0"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[1].power", "found: -1"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[2].share", "found: 1.5"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[3].to", "found: 10", "20"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[4].probability", "found: 0"))
        .anySatisfy(l -> assertThat(l).contains("task.corruption[5].length", "found: 1"))
        .anySatisfy(
            l ->
                assertThat(l).contains("task.corruption[6].class", "com.example.Nowhere", "--jars"))
        .hasSize(8);
  }

  private Section section(String text) {
    ConfigObject empty = ConfigFactory.empty().root();
    return new Section("task", ConfigFactory.parseString(text).root(), empty, problems);
  }
}
