package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.TextRule.Empty;
import dev.strata.executor.preprocess.TextRule.TooLong;
import dev.strata.executor.preprocess.TextRule.Words;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Texts become ids of words. */
class TextPreparationTest extends CsvFixture {
  /** Counts: the 4, cat 2, dog 2, a, bit, ran, sat, saw 1. */
  private static final String[] TEXTS = {
    "text,mood", "The cat sat.,good", "the dog!,good", "A cat bit the dog,bad", "the saw ran,bad"
  };

  private static TextRule rule(long minCount, int maxSize, int length, TooLong tooLong) {
    return new TextRule(Words.UNICODE, true, minCount, maxSize, length, tooLong, Empty.ERROR);
  }

  private TestDataSettings texts(TextRule rule) {
    return data().from(csv("texts", TEXTS)).text("text", rule).label("mood");
  }

  @Test
  void wordsAreNumberedByTheirCountsAndThenByTheirText() {
    PreparedData data = prepare(texts(TextRule.defaults()));
    Vocabulary words = data.preprocessing().vocabulary();
    assertThat(words.words()).containsExactly("the", "cat", "dog", "a", "bit", "ran", "sat", "saw");
    assertThat(words.counts()).containsExactly(4L, 2L, 2L, 1L, 1L, 1L, 1L, 1L);
    assertThat(words.countsById()).startsWith(0, 0, 4, 2);
    assertThat(words.unknown()).isZero();
    assertThat(words.longest()).isEqualTo(5);
    assertThat(data.preprocessing().formatVersion()).isEqualTo(Preprocessing.WITHOUT_TABLE_TYPES);
    assertThat(data.manifests().get("train").arrays().get(0).type()).isEqualTo(ElementType.I32);
    assertThat(ids(data, "train"))
        .containsExactlyInAnyOrder(
            List.of(2, 3, 8, 0, 0),
            List.of(2, 4, 0, 0, 0),
            List.of(5, 3, 6, 2, 4),
            List.of(2, 9, 7, 0, 0));
  }

  @Test
  void rareWordsAreUnknownAndLongTextsAreCut() {
    PreparedData data = prepare(texts(rule(2, 2, 4, TooLong.TRUNCATE)));
    Vocabulary words = data.preprocessing().vocabulary();
    assertThat(words.words()).containsExactly("the", "cat");
    assertThat(words.unknown()).isEqualTo(7);
    assertThat(words.distinct()).isEqualTo(8);
    assertThat(words.truncated()).isEqualTo(1);
    assertThat(words.coverage()).isEqualTo(6 / 13.0);
    assertThat(ids(data, "train"))
        .contains(List.of(1, 3, 1, 2), List.of(2, 1, 1, 0), List.of(2, 1, 0, 0));
  }

  @Test
  void textsThatAreTokenisedAlreadyKeepTheirMarks() {
    TextRule plain = new TextRule(Words.WHITESPACE, false, 1, 0, 0, TooLong.ERROR, Empty.ERROR);
    PreparedData data = prepare(texts(plain));
    assertThat(data.preprocessing().vocabulary().words())
        .containsExactly("the", "cat", "A", "The", "bit", "dog", "dog!", "ran", "sat.", "saw");
  }

  @Test
  void partitionsAndOrderOfTheSourceDoNotMatter() throws IOException {
    PreparedData whole = prepare(texts(TextRule.defaults()).splitRandomly(0.25, 0));
    Path folder = Files.createDirectories(temp.resolve("parts"));
    for (int i = 4; i >= 1; i--) {
      Files.writeString(folder.resolve(i + ".csv"), TEXTS[0] + "\n" + TEXTS[i] + "\n");
    }
    Files.move(temp.resolve("shards"), temp.resolve("first"));
    PreparedData parts =
        prepare(
            data()
                .from(folder.toString())
                .text("text", TextRule.defaults())
                .label("mood")
                .splitRandomly(0.25, 0));
    assertThat(parts.preprocessing()).isEqualTo(whole.preprocessing());
    assertThat(parts.shards().get("train").manifestSha256())
        .isEqualTo(whole.shards().get("train").manifestSha256());
  }

  @Test
  void onlyTrainingTextsMakeTheVocabularyAndAModelKeepsIt() {
    String other =
        csv("other", "text,mood", "The zebra sat,good", "a cat and nothing else at all,bad");
    PreparedData data =
        prepare(texts(TextRule.defaults()).validation(TestDataSettings.path(other)));
    assertThat(data.preprocessing().vocabulary().words()).doesNotContain("zebra");
    assertThat(ids(data, "validation"))
        .containsExactlyInAnyOrder(List.of(2, 1, 8, 0, 0), List.of(5, 3, 1, 1, 1));
    PreparedData given =
        prepare(
            data().from(other).text("text", TextRule.defaults()).label("mood"),
            Optional.of(data.preprocessing()));
    assertThat(given.preprocessing().vocabulary()).isEqualTo(data.preprocessing().vocabulary());
    assertThat(ids(given, "train")).isEqualTo(ids(data, "validation"));
  }

  @Test
  void aTextWithoutWordsIsNamedOrLeftOutAndCounted() {
    String file = csv("empty", "text,mood", "good one,good", " ... ,bad", "bad one,bad", ",good");
    StrataException thrown =
        failure(data().from(file).text("text", TextRule.defaults()).label("mood"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown.key()).contains("data.text.empty");
    assertThat(thrown.row().orElseThrow()).containsAnyOf("...", "null");
    assertThat(thrown.file().orElseThrow()).contains("empty.csv");
    TextRule drop = new TextRule(Words.UNICODE, true, 1, 0, 0, TooLong.TRUNCATE, Empty.DROP);
    PreparedData data = prepare(data().from(file).text("text", drop).label("mood"));
    assertThat(data.counts()).containsEntry("dropped-missing", 2L).containsEntry("train", 2L);
  }

  @Test
  void aVocabularyOfOneWordIsRefused() {
    String file = csv("one", "text", "word", "word word");
    StrataException thrown = failure(data().from(file).text("text", TextRule.defaults()));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown).hasMessageContaining("fewer than two words");
    assertThat(thrown.found())
        .contains("1 of 1 different words at least 1 times in the training texts");
    StrataException rare = failure(texts(rule(3, 0, 0, TooLong.TRUNCATE)));
    assertThat(rare.key()).contains("data.text.min-count");
  }

  @Test
  void aLongTextIsRefusedWhereTheRuleSaysSo() {
    StrataException thrown = failure(texts(rule(1, 0, 4, TooLong.ERROR)));
    assertThat(thrown.key()).contains("data.text.length");
    assertThat(thrown.found()).contains("5 words: a cat bit the dog");
  }

  @Test
  void columnsOfTheWrongKindAreRefused() {
    StrataException absent =
        failure(data().from(csv("texts", TEXTS)).text("txt", TextRule.defaults()));
    assertThat(absent).hasMessageContaining("did you mean text?");
    StrataException label =
        failure(data().from(csv("texts", TEXTS)).text("text", TextRule.defaults()).label("text"));
    assertThat(label.key()).contains("data.text.column");
  }

  @Test
  void numbersAreWrittenAsEver() throws IOException {
    PreparedData data = prepare(data().from(csv("numbers", "x,y", "1,2", "3,4")));
    assertThat(data.preprocessing().formatVersion()).isEqualTo(Preprocessing.WITHOUT_RESIZE);
    assertThat(data.preprocessing().layout().features())
        .extracting(f -> f.kind())
        .containsOnly(ColumnKind.NUMERIC);
    assertThat(Files.readString(Path.of(shards(), "preprocessing.json")))
        .doesNotContain("vocabulary")
        .doesNotContain("text");
  }

  private static List<List<Integer>> ids(PreparedData data, String part) {
    return rows(data, part).stream()
        .map(row -> row.features().stream().map(Float::intValue).collect(Collectors.toList()))
        .toList();
  }
}
