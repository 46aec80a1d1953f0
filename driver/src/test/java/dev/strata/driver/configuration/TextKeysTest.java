package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.strata.driver.data.TextSettings;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.TextRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys {@code data.text}: one text column, or several. */
class TextKeysTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.text.column = review | review",
        "data.text.column = [review] | review",
        "data.text.column = [title, body] | title,body",
        "data.text.column = [title, body], data.features = [body, title] | title,body",
        "data.text.column = [title, body], data.text.length = 3 | title,body",
        "data.text.column = null | ",
        "data.text.column = \"\" | ",
        "data.text.column = [] | ",
      })
  void namesOneOrSeveral(String text, String columns) {
    Optional<List<String>> expected =
        Optional.ofNullable(columns).map(names -> List.of(names.split(",")));
    assertThat(problems(text)).isEmpty();
    assertThat(
            SettingsReader.read(resolved(text), EnumSet.noneOf(Need.class))
                .data()
                .text()
                .map(TextSettings::columns))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.text.column = [title, title] | a text column twice (key: data.text.column",
        "data.text.column = [title, \"\"] | a text column without a name (key: data.text.column",
        "data.text.column = { a = title } | wrong type (key: data.text.column",
        "data.text.column = [{ a = title }] | wrong type (key: data.text.column[0]",
        "data.text { column = [a, b, c], length = 4 } | expected: 0, or at least 5, a word of each of the 3 columns",
        "data.text { column = [], length = 4 } | required key not set (key: data.text.column",
        "data { text.column = [a, b], features = [a] } | text must be the only feature, data.text.column = a, b; a network takes either words, or numbers and categories (key: data.features",
        "data { text.column = [a, b], features = [a, b, x] } | expected: [\"*\"]; or data.text.column = null",
        "data { text.column = [a, b], categorical = [x] } | text must be the only feature, data.text.column = a, b (key: data.categorical",
      })
  void whatIsWrongIsNamed(String text, String problem) {
    assertThat(problems(text)).hasSize(1).first().asString().contains(problem);
  }

  @Test
  void pretrainingNamesTheColumns() {
    assertThat(
            problems(
                "data { path = x, text.column = [a, b] }, pretrain.layers = [{ units = 3 }]",
                Need.PRETRAINING))
        .anyMatch(line -> line.contains("data.text.column") && line.contains("a, b"));
  }

  /** Fingerprints of prepared rows from before there could be several columns. */
  @Test
  void aSingleColumnIsWrittenAsBefore() {
    String rule =
        "\"rule\":{\"tokenizer\":\"UNICODE\",\"lowerCase\":true,\"minCount\":1,\"maxSize\":0,"
            + "\"length\":0,\"tooLong\":\"TRUNCATE\",\"empty\":\"ERROR\"}}";
    TextSettings single = new TextSettings(List.of("review"), TextRule.defaults());
    assertThat(Json.line(single)).isEqualTo("{\"column\":\"review\"," + rule);
    TextSettings several = new TextSettings(List.of("title", "body"), TextRule.defaults());
    assertThat(Json.line(several)).isEqualTo("{\"column\":[\"title\",\"body\"]," + rule);
    for (TextSettings settings : List.of(single, several)) {
      assertThat(Json.read(Json.line(settings), TextSettings.class, "file")).isEqualTo(settings);
    }
  }

  private static List<String> problems(String text, Need... needs) {
    Problems problems = new Problems();
    EnumSet<Need> set = EnumSet.noneOf(Need.class);
    set.addAll(List.of(needs));
    SettingsReader.read(resolved(text), set, problems);
    return problems.lines();
  }

  private static ResolvedConfiguration resolved(String text) {
    return ResolvedConfiguration.of(ConfigFactory.parseString(text));
  }
}
