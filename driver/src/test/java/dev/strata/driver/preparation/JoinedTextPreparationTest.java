package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.TextRule.Empty;
import dev.strata.executor.preprocess.TextRule.TooLong;
import dev.strata.executor.preprocess.TextRule.Words;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ColumnSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** Texts of several columns become one row of ids, with a separator between two columns. */
class JoinedTextPreparationTest extends CsvFixture {
  /** Counts: the 3, cat 2, dog 2, a, bit, sat 1; of the separator 4. */
  private static final String[] TEXTS = {
    "n,title,body,mood",
    "1,The cat,sat.,good",
    "2,the dog!,,good",
    "3,,A cat bit,bad",
    "4,dog,the,bad"
  };

  private static TextRule rule(int length, TooLong tooLong, Empty empty) {
    return new TextRule(Words.UNICODE, true, 1, 0, length, tooLong, empty);
  }

  private static final TextRule DROPPING = rule(0, TooLong.TRUNCATE, Empty.DROP);

  private TestDataSettings texts(TextRule rule, String... columns) {
    return data().from(csv("texts", TEXTS)).texts(rule, columns).label("mood");
  }

  @Test
  void wordsOfAllColumnsAreCountedAndEachRowHasItsSeparator() {
    PreparedData data = prepare(texts(DROPPING, "title", "body"));
    Vocabulary words = data.preprocessing().vocabulary();
    assertThat(words.words()).containsExactly("the", "cat", "dog", "a", "bit", "sat");
    assertThat(words.countsById()).containsExactly(0, 0, 4, 3, 2, 2, 1, 1, 1);
    assertThat(words.longest()).isEqualTo(4);
    assertThat(words.coverage()).isEqualTo(1);
    assertThat(data.preprocessing().formatVersion()).isEqualTo(Preprocessing.FORMAT_VERSION);
    assertThat(data.preprocessing().layout().features())
        .extracting(FeatureColumn::sources)
        .containsExactly(List.of("title", "body"));
    assertThat(data.manifests().get("train").columns())
        .containsExactly(new ColumnSpec("title, body", "input-0", 0, 4, "text"));
    assertThat(ids(data))
        .containsExactlyInAnyOrder(
            List.of(3, 4, 2, 8), List.of(3, 5, 2, 0), List.of(2, 6, 4, 7), List.of(5, 2, 3, 0));
  }

  @Test
  void theOrderOfTheListCountsAndNotThatOfTheSource() {
    PreparedData data = prepare(texts(DROPPING, "body", "title"));
    assertThat(data.preprocessing().vocabulary().words())
        .containsExactly("the", "cat", "dog", "a", "bit", "sat");
    assertThat(ids(data))
        .containsExactlyInAnyOrder(
            List.of(8, 2, 3, 4), List.of(2, 3, 5, 0), List.of(6, 4, 7, 2), List.of(3, 2, 5, 0));
  }

  @Test
  void aListOfOneColumnIsThatColumn() {
    TestDataSettings whole = data().from(csv("texts", TEXTS)).label("mood");
    PreparedData single = prepare(whole.text("title", DROPPING));
    assertThat(single.counts()).containsEntry("dropped-missing", 1L);
    assertThat(single.preprocessing().vocabulary().separated()).isFalse();
    assertThat(single.preprocessing().layout().features())
        .containsExactly(FeatureColumn.text("title", 2, DROPPING));
    assertThat(ids(single)).containsExactlyInAnyOrder(List.of(3, 4), List.of(3, 2), List.of(2, 0));
  }

  /** Partitions, files, and order of rows and columns change nothing. */
  @Test
  void csvAndParquetGiveTheSameBytes() {
    PreparedData csv = prepare(texts(DROPPING, "title", "body"));
    String folder = temp.resolve("parquet").toString();
    LocalSpark.session()
        .read()
        .option("header", true)
        .csv(temp.resolve("texts.csv").toString())
        .select("mood", "body", "n", "title")
        .orderBy(functions.col("n").desc())
        .repartition(3)
        .write()
        .parquet(folder);
    PreparedData parquet =
        prepare(data().from(folder).texts(DROPPING, "title", "body").label("mood"));
    assertThat(parquet.preprocessing()).isEqualTo(csv.preprocessing());
    assertThat(parquet.shards().get("train").manifestSha256())
        .isEqualTo(csv.shards().get("train").manifestSha256());
  }

  @Test
  void theLongestTextsAreCutFirst() {
    String file =
        csv("long", "a,b,c", "a1 a2 a3 a4 a5 a6,b1,c1 c2 c3 c4", "a1 a2,b1 b2,c1 c2", "a1,b1,c1");
    TextRule six = rule(9, TooLong.TRUNCATE, Empty.ERROR);
    PreparedData data = prepare(data().from(file).texts(six, "a", "b", "c"));
    Vocabulary vocabulary = data.preprocessing().vocabulary();
    assertThat(vocabulary.truncated()).isEqualTo(1);
    assertThat(vocabulary.longest()).isEqualTo(13);
    assertThat(words(data))
        .containsExactlyInAnyOrder(
            "a1 a2 a3 | b1 | c1 c2 c3", "a1 a2 | b1 b2 | c1 c2", "a1 | b1 | c1");
    StrataException thrown =
        failure(data().from(file).texts(rule(9, TooLong.ERROR, Empty.ERROR), "a", "b", "c"));
    assertThat(thrown.key()).contains("data.text.length");
    assertThat(thrown).hasMessageContaining("columns a, b, c have texts with too many words");
    assertThat(thrown.found().orElseThrow())
        .startsWith("11 words and 2 separators: a1 a2 a3 a4 a5 a6 | b1 | c1");
  }

  @Test
  void aMissingTextFollowsTheRuleByColumn() {
    String file =
        csv("gaps", "title,body", "one two,three", ",four five", "?,  ", "six,...", "seven,?");
    TestDataSettings strict = data().from(file).missingValues("?");
    StrataException thrown = failure(strict.texts(TextRule.defaults(), "title", "body"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown.parts())
        .extracting(StrataException::what)
        .containsExactlyInAnyOrder(
            "column title has a text without words", "column body has a text without words");
    assertThat(thrown.parts())
        .allSatisfy(
            one -> {
              assertThat(one.key()).contains("data.text.empty");
              assertThat(one.file().orElseThrow()).contains("gaps.csv");
              assertThat(one.expected().orElseThrow())
                  .contains("drop, which drops only rows without words in all");
            });
    PreparedData data = prepare(strict.texts(DROPPING, "title", "body"));
    assertThat(data.counts()).containsEntry("dropped-missing", 1L).containsEntry("train", 4L);
    assertThat(words(data))
        .containsExactlyInAnyOrder("one two | three", " | four five", "six | ", "seven | ");
  }

  @Test
  void eachWrongColumnIsNamed() {
    StrataException thrown = failure(texts(TextRule.defaults(), "titel", "n", "mood", "bod"));
    assertThat(thrown.parts()).hasSize(2);
    assertThat(thrown)
        .hasMessageContaining("titel (did you mean title?), bod (did you mean body?)")
        .hasMessageContaining("the text column is also the label");
    LocalSpark.session()
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(csv("texts", TEXTS))
        .write()
        .parquet(temp.resolve("typed").toString());
    StrataException typed =
        failure(data().from(temp.resolve("typed").toString()).texts(DROPPING, "title", "n"));
    assertThat(typed).hasMessageContaining("column n has no text");
    assertThat(typed.key()).contains("data.text.column");
  }

  @Test
  void aModelKeepsItsColumnsInItsOrder() {
    PreparedData trained = prepare(texts(DROPPING, "title", "body"));
    Optional<Preprocessing> model = Optional.of(trained.preprocessing());
    String other = csv("other", "mood,body,title", "good,zebra sat,The", "bad,,nothing dog");
    TestDataSettings rows = data().from(other).label("mood");
    PreparedData given = prepare(rows, model);
    assertThat(given.preprocessing().vocabulary()).isEqualTo(trained.preprocessing().vocabulary());
    // Four positions, the length of the longest training text.
    assertThat(ids(given)).containsExactlyInAnyOrder(List.of(3, 2, 1, 8), List.of(1, 5, 2, 0));
    assertThat(ids(prepare(rows.texts(TextRule.defaults(), "title", "body"), model))).hasSize(2);
    for (String[] columns : List.of(new String[] {"body", "title"}, new String[] {"title"})) {
      StrataException thrown =
          catchThrowableOfType(
              () ->
                  ModelFeatureValidator.requireSameSettings(
                      model.get(), rows.texts(TextRule.defaults(), columns).build()),
              StrataException.class);
      assertThat(thrown.key()).contains("data.text.column");
      assertThat(thrown.expected().orElseThrow()).startsWith("title, body, the model's value");
    }
    String lacking = csv("lacking", "mood,title", "good,The", "bad,dog");
    StrataException thrown =
        catchThrowableOfType(
            () -> prepare(data().from(lacking).label("mood"), model), StrataException.class);
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown).hasMessageContaining("no column body");
  }

  @Test
  void columnsThatAreNoTextsAreReported() {
    List<String> notices = new ArrayList<>();
    new DataPreparer(LocalSpark.session(), done -> {}, notices::add)
        .prepare(texts(DROPPING, "title", "body").build(), shards(), 2, 42, Optional.empty());
    assertThat(notices)
        .contains("Columns not used, because data.text.column makes text the only feature: n.");
    notices.clear();
    new DataPreparer(LocalSpark.session(), done -> {}, notices::add)
        .prepare(
            texts(DROPPING, "title", "body").exclude("n").build(),
            shards(),
            2,
            42,
            Optional.empty());
    assertThat(notices).noneMatch(line -> line.contains("not used"));
  }

  private static List<List<Integer>> ids(PreparedData data) {
    return rows(data, "train").stream()
        .map(row -> row.features().stream().map(Float::intValue).toList())
        .toList();
  }

  /** The words of each row; {@code |} separates. */
  private static List<String> words(PreparedData data) {
    List<String> names = data.preprocessing().vocabulary().wordsById();
    return ids(data).stream()
        .map(
            row ->
                String.join(" ", row.stream().filter(id -> id > 0).map(names::get).toList())
                    .replace("<separator>", "|"))
        .map(row -> row.startsWith("|") ? " " + row : row.endsWith("|") ? row + " " : row)
        .toList();
  }
}
