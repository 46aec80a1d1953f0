package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What does not fit in a preprocessing.json is refused before anything is made of it. */
class PreprocessingRulesTest {
  private static final String FILE = "preprocessing.json";
  private static final List<String> VALUES =
      List.of(
          "null",
          "-1",
          "0",
          "1",
          "2",
          "2147483647",
          "-2147483648",
          "1e308",
          "\"NaN\"",
          "\"\"",
          "\"x\"",
          "\"CATEGORICAL\"",
          "\"TEXT\"",
          "\"IMAGE\"",
          "\"VALUE\"",
          "\"STANDARD\"",
          "\"MIN_MAX\"",
          "\"MEAN\"",
          "true",
          "[]",
          "[null]",
          "[65536,65536,65536,65536]",
          "{}");

  /** One of each kind of rows. */
  enum Sample {
    TABLE(
        List.of(
            new FeatureColumn("length", ColumnKind.NUMERIC, 1),
            new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1)),
        Scaling.STANDARD,
        null),
    IMAGES(
        List.of(
            new FeatureColumn(
                "pixels", ColumnKind.IMAGE, 4, new ImageResize(4, 4, 2, 2), List.of(2, 2))),
        Scaling.DIVIDE_BY,
        null),
    TEXTS(
        List.of(FeatureColumn.text("text", 2, TextRule.defaults())),
        Scaling.NONE,
        new Vocabulary(List.of("a", "b"), List.of(2L, 1L), 1, 3, 2, 0)),
    JOINED(
        List.of(FeatureColumn.text(List.of("title", "body"), 4, TextRule.defaults())),
        Scaling.NONE,
        new Vocabulary(List.of("a", "b"), List.of(2L, 1L), 1, 3, 4, 0, 2)),
    VECTORS(List.of(new FeatureColumn("v", ColumnKind.VECTOR, 3)), Scaling.MIN_MAX, null);

    private final List<FeatureColumn> features;
    private final Scaling scaling;
    private final Vocabulary vocabulary;

    Sample(List<FeatureColumn> features, Scaling scaling, Vocabulary vocabulary) {
      this.features = features;
      this.scaling = scaling;
      this.vocabulary = vocabulary;
    }

    Preprocessing preprocessing() {
      boolean values = this == VECTORS;
      RowLayout layout =
          new RowLayout(
              features,
              "label",
              values ? LabelKind.VALUE : LabelKind.CLASS,
              values ? 2 : 1,
              Map.of("x", "y"),
              null,
              List.of("?"),
              MissingPolicy.STRICT);
      Preprocessing made =
          PreprocessingBuilder.builder()
              .formatVersion(Preprocessing.FORMAT_VERSION)
              .layout(layout)
              .bytes(this == IMAGES)
              .scaling(scaling)
              .divideBy(255)
              .unseenCategory(UnseenCategory.ERROR)
              .statistics(features.stream().map(Sample::statistics).toList())
              .classes(values ? List.of() : List.of("a", "b"))
              .classWeights(values ? List.of() : List.of(1.0, 2.0))
              .id(List.of("id"))
              .marginals(List.of())
              .vocabulary(null)
              .build();
      return values
          ? made.withMarginals(List.of(new Marginal(0, List.of(0f, 1f), List.of(1L, 2L))))
          : vocabulary == null ? made : made.withVocabulary(vocabulary);
    }

    private static ColumnStatistics statistics(FeatureColumn feature) {
      boolean names = feature.kind() == ColumnKind.CATEGORICAL;
      List<Double> low = Collections.nCopies(feature.numbers(), 1.0);
      List<Double> high = Collections.nCopies(feature.numbers(), 3.0);
      return new ColumnStatistics(
          0,
          low,
          high,
          low,
          high,
          names ? List.of("blue", "red") : List.of(),
          names ? List.of(1L, 2L) : List.of());
    }
  }

  private static Preprocessing read(JsonNode tree) {
    return Json.read(Json.pretty(tree), Preprocessing.class, FILE).validated(FILE);
  }

  private static JsonNode tree(Sample sample) throws IOException {
    return Json.mapper().readTree(Json.pretty(sample.preprocessing()));
  }

  private static void set(JsonNode tree, String pointer, String value) throws IOException {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = tree.at(pointer.substring(0, slash));
    String key = pointer.substring(slash + 1);
    if (parent instanceof ObjectNode object) {
      if (value == null) {
        object.remove(key);
      } else {
        object.set(key, Json.mapper().readTree(value));
      }
    } else if (value == null) {
      ((ArrayNode) parent).remove(Integer.parseInt(key));
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(key), Json.mapper().readTree(value));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TABLE | /formatVersion | 99 | newer",
        "TABLE | /formatVersion | 0 | formatVersion",
        "TABLE | /layout | null | layout",
        "TABLE | /layout/features | null | features",
        "TABLE | /layout/features | [] | layout/features",
        "TABLE | /layout/features/0 | null | features",
        "TABLE | /layout/features/0/width | 2147483647 | layout/features/0/width",
        "TABLE | /layout/features/0/kind | null | layout/features/0/kind",
        "TABLE | /layout/features/0/kind | \"CATEGORICAL\" | statistics/0",
        "TABLE | /layout/features/1/kind | \"NUMERIC\" | statistics/1",
        "TABLE | /layout/features/0/kind | \"TEXT\" | layout/features/0/text",
        "TABLE | /layout/missing | null | layout/missing",
        "TABLE | /layout/missing/categorical | null | layout/missing/categorical",
        "TABLE | /layout/labelKind | null | layout/labelKind",
        "TABLE | /layout/labelKind | \"VALUE\" | classes",
        "TABLE | /layout/labelWidth | 5 | layout/labelWidth",
        "TABLE | /layout/label | null | layout/labelWidth",
        "TABLE | /layout/labelMapping | {\"a\":null} | layout/labelMapping",
        "TABLE | /scaling | null | scaling",
        "TABLE | /statistics | [] | statistics",
        "TABLE | /statistics/0 | null | statistics",
        "TABLE | /statistics/0/mean | [] | statistics/0/mean",
        "TABLE | /statistics/0/mean | [\"NaN\"] | statistics/0/mean/0",
        "TABLE | /statistics/0/deviation | [\"Infinity\"] | statistics/0/deviation/0",
        "TABLE | /statistics/1/frequencies | [1] | statistics/1/frequencies",
        "TABLE | /statistics/1/frequencies | [1, -2] | statistics/1/frequencies",
        "TABLE | /statistics/1/categories | [] | statistics/1/categories",
        "TABLE | /classes | [] | classes",
        "TABLE | /classes | null | missing or null: classes",
        "TABLE | /classes | [\"a\", \"a\"] | classes",
        "TABLE | /classWeights | [1] | classWeights",
        "TABLE | /classWeights | [1, \"NaN\"] | classWeights/1",
        "TABLE | /bytes | true | bytes",
        "IMAGES | /divideBy | 0 | divideBy",
        "IMAGES | /divideBy | \"NaN\" | divideBy",
        "IMAGES | /layout/features/0/shape | [65536, 65536] | layout/features/0/shape",
        "IMAGES | /layout/features/0/shape | [4] | layout/features/0/shape",
        "IMAGES | /layout/features/0/resize/channels | 0 | layout/features/0/resize",
        "IMAGES | /layout/features/0/resize/fromHeight | 2147483647 | layout/features/0/resize",
        "IMAGES | /layout/features/0/resize/toHeight | 3 | layout/features/0/resize",
        "TEXTS | /layout/features/0/width | 1000000 | layout/features/0/width",
        "TEXTS | /layout/features/0/text | null | layout/features/0/text",
        "TEXTS | /layout/features/0/text/tokenizer | null | layout/features/0/text/tokenizer",
        "TEXTS | /vocabulary | null | vocabulary",
        "TEXTS | /vocabulary/counts | [1] | vocabulary/counts",
        "TEXTS | /vocabulary/words | [\"a\", \"a\"] | vocabulary/words",
        "TEXTS | /layout/features/0/joined | [\"a\", \"b\"] | vocabulary/separators",
        "TABLE | /layout/features/0/joined | [\"a\", \"b\"] | layout/features/0/joined",
        "JOINED | /vocabulary/separators | null | vocabulary/separators",
        "JOINED | /vocabulary/separators | -1 | vocabulary",
        "JOINED | /layout/features/0/joined | null | vocabulary/separators",
        "JOINED | /layout/features/0/joined | [\"a\"] | layout/features/0/joined",
        "JOINED | /layout/features/0/joined | [\"a\", \"a\"] | twice a",
        "JOINED | /layout/features/0/joined | [\"a\", null] | layout.features[0]",
        "JOINED | /layout/features/0/joined | [\"a\", \"b\", \"c\", \"d\", \"e\"] | in 4 positions",
        "VECTORS | /statistics/0/minimum | [1, 1] | statistics/0/minimum",
        "VECTORS | /statistics/0/maximum | [3, \"Infinity\", 3] | statistics/0/maximum/1",
        "VECTORS | /layout/labelWidth | 0 | layout/labelWidth",
        "VECTORS | /marginals/0/element | 3 | marginals/0/element",
        "VECTORS | /marginals/0/counts | [1] | marginals/0/counts",
        "VECTORS | /marginals/0/values | [0, \"NaN\"] | marginals/0/values",
      })
  void aFieldThatDoesNotFitIsNamed(Sample sample, String pointer, String value, String named)
      throws IOException {
    JsonNode tree = tree(sample);
    read(tree);
    set(tree, pointer, value);
    assertThatThrownBy(() -> read(tree))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file()).contains(FILE);
              assertThat(e).hasMessageContaining(named);
            });
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTakenCanBeApplied(Sample sample) throws IOException {
    List<String> pointers = new ArrayList<>();
    collect(tree(sample), "", pointers);
    List<String> values = new ArrayList<>(VALUES);
    values.add(null);
    int refused = 0;
    int taken = 0;
    for (String pointer : pointers) {
      for (String value : values) {
        JsonNode tree = tree(sample);
        set(tree, pointer, value);
        try {
          apply(read(tree));
          taken++;
        } catch (StrataException e) {
          refused++;
        } catch (RuntimeException | OutOfMemoryError e) {
          throw new AssertionError(pointer + " = " + value, e);
        }
      }
    }
    assertThat(refused).isGreaterThan(300);
    assertThat(taken).isGreaterThan(100);
  }

  private static void collect(JsonNode node, String at, List<String> pointers) {
    if (!at.isEmpty()) {
      pointers.add(at);
    }
    node.fields().forEachRemaining(f -> collect(f.getValue(), at + "/" + f.getKey(), pointers));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(node.get(i), at + "/" + i, pointers);
    }
  }

  private static void apply(Preprocessing preprocessing) {
    RowLayout layout = preprocessing.layout();
    ShardLayout.rowBytes(preprocessing);
    ShardLayout.columns(preprocessing);
    RowEncoder encoder = new RowEncoder(preprocessing);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < layout.features().size(); i++) {
      FeatureColumn feature = layout.features().get(i);
      switch (feature.kind()) {
        case CATEGORICAL -> texts.add(preprocessing.statistics().get(i).categories().get(0));
        case TEXT -> feature.sources().forEach(source -> texts.add("a"));
        default -> {}
      }
    }
    PlainRow row =
        new PlainRow(
            null,
            new double[layout.numbers()],
            texts.toArray(String[]::new),
            preprocessing.classes().isEmpty() ? null : preprocessing.classes().get(0),
            null,
            1,
            PlainRow.Fate.USED);
    encoder.features(row, new float[encoder.width()], 0);
    encoder.weight(row);
  }

  @Test
  void anImportedModelHasNoStatisticsButThoseThatScale() {
    ColumnStatistics none =
        new ColumnStatistics(0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    RowLayout layout =
        new RowLayout(
            List.of(new FeatureColumn("features", ColumnKind.VECTOR, 3)),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    for (Scaling scaling : Scaling.values()) {
      Preprocessing imported =
          PreprocessingBuilder.builder()
              .formatVersion(Preprocessing.WITHOUT_RESIZE)
              .layout(layout)
              .bytes(false)
              .scaling(scaling)
              .divideBy(255)
              .unseenCategory(UnseenCategory.ERROR)
              .statistics(List.of(none))
              .classes(List.of())
              .classWeights(List.of())
              .id(List.of())
              .marginals(List.of())
              .vocabulary(null)
              .build();
      if (scaling == Scaling.NONE || scaling == Scaling.DIVIDE_BY) {
        assertThat(imported.validated(FILE)).isSameAs(imported);
      } else {
        assertThatThrownBy(() -> imported.validated(FILE)).isInstanceOf(StrataException.class);
      }
    }
  }
}
