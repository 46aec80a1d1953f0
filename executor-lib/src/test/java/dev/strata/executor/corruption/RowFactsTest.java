package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Marginal;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of rows from their preprocessing. */
class RowFactsTest {
  private static final ColumnStatistics NUMBERS =
      new ColumnStatistics(0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  @Test
  void columnsLieWhereTheEncodingPutsThem() {
    FeatureColumn age = new FeatureColumn("age", ColumnKind.NUMERIC, 1);
    FeatureColumn colour = new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1);
    FeatureColumn pair = new FeatureColumn("pair", ColumnKind.VECTOR, 2);
    ColumnStatistics colours =
        new ColumnStatistics(
            3,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of("blue", "red"),
            List.of(10L, 20L));
    Preprocessing preprocessing =
        preprocessing(
                MissingPolicy.Categorical.CATEGORY,
                List.of(NUMBERS, colours, NUMBERS),
                age,
                colour,
                pair)
            .withMarginals(
                List.of(
                    new Marginal(0, List.of(-1f, 2f), List.of(4L, 6L)),
                    new Marginal(4, List.of(0f, 1f), List.of(5L, 5L)),
                    new Marginal(5, List.of(9f), List.of(10L))));
    RowFacts facts = RowFacts.of(preprocessing);
    assertThat(facts.width()).isEqualTo(6);
    assertThat(facts.columns())
        .extracting(TableColumn::name)
        .containsExactly("age", "colour", "pair[0]", "pair[1]");
    assertThat(facts.columns()).extracting(TableColumn::offset).containsExactly(0, 1, 4, 5);
    assertThat(facts.columns()).extracting(TableColumn::distinct).containsExactly(2L, 3L, 2L, 1L);
    assertThat(facts.columns().get(1).counts()).containsExactly(10, 20, 3);
    assertThat(facts.image()).isNull();
    assertThat(facts.widths()).containsExactly(1, 3, 1, 1);
    assertThat(facts.spans())
        .containsExactly(
            new ColumnSpan(0, 1, false),
            new ColumnSpan(1, 3, true),
            new ColumnSpan(4, 1, false),
            new ColumnSpan(5, 1, false));
  }

  @Test
  void missingCategoriesCountAsTheMostFrequentWhereTheyBecomeIt() {
    ColumnStatistics colours =
        new ColumnStatistics(
            3,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of("blue", "red"),
            List.of(10L, 20L));
    RowFacts facts =
        RowFacts.of(
            preprocessing(
                MissingPolicy.Categorical.MOST_FREQUENT,
                List.of(colours),
                new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1)));
    assertThat(facts.columns().get(0).counts()).containsExactly(10, 23);
  }

  @Test
  void textsHaveTheirWordsCounts() {
    Vocabulary vocabulary = new Vocabulary(List.of("the", "cat"), List.of(7L, 3L), 5, 6, 4, 0);
    RowFacts facts =
        RowFacts.of(
            preprocessing(
                    MissingPolicy.Categorical.ERROR,
                    List.of(NUMBERS),
                    FeatureColumn.text("sentence", 9, TextRule.defaults()))
                .withVocabulary(vocabulary));
    assertThat(facts.texts()).isTrue();
    assertThat(facts.width()).isEqualTo(9);
    assertThat(facts.wordCounts()).containsExactly(0, 5, 7, 3);
    assertThat(facts.widths()).hasSize(9).containsOnly(1);
    assertThat(facts.spans()).isEmpty();
    assertThat(facts.separator()).isZero();
    assertThat(facts.firstWord()).isEqualTo(2);
  }

  @Test
  void textsOfSeveralColumnsHaveTheirSeparatorsCountBeforeTheWords() {
    Vocabulary vocabulary = new Vocabulary(List.of("the", "cat"), List.of(7L, 3L), 5, 6, 4, 0, 8);
    RowFacts facts =
        RowFacts.of(
            preprocessing(
                    MissingPolicy.Categorical.ERROR,
                    List.of(NUMBERS),
                    FeatureColumn.text(List.of("title", "body"), 9, TextRule.defaults()))
                .withVocabulary(vocabulary));
    assertThat(facts.wordCounts()).containsExactly(0, 5, 8, 7, 3);
    assertThat(facts.separator()).isEqualTo(2);
    assertThat(facts.firstWord()).isEqualTo(3);
    assertThat(facts.context(Map.of()).separator()).isEqualTo(2);
  }

  @Test
  void imagesHaveTheShapeThatTheirColumnSaysOrASquare() {
    FeatureColumn faces = new FeatureColumn("image", ColumnKind.IMAGE, 18, null, List.of(2, 3, 3));
    assertThat(RowFacts.of(preprocessing(MissingPolicy.Categorical.ERROR, List.of(NUMBERS), faces)))
        .extracting(RowFacts::image)
        .isEqualTo(new ImageShape(2, 3, 3));
    FeatureColumn square = new FeatureColumn("image", ColumnKind.IMAGE, 16);
    assertThat(
            RowFacts.of(preprocessing(MissingPolicy.Categorical.ERROR, List.of(NUMBERS), square)))
        .extracting(RowFacts::image)
        .isEqualTo(new ImageShape(4, 4, 1));
    FeatureColumn odd = new FeatureColumn("image", ColumnKind.IMAGE, 12);
    RowFacts facts =
        RowFacts.of(preprocessing(MissingPolicy.Categorical.ERROR, List.of(NUMBERS), odd));
    assertThat(facts.image()).isNull();
    assertThat(facts.seenAs(new ImageShape(3, 4, 1), "task.image-shape").image().width())
        .isEqualTo(4);
    assertThatThrownBy(() -> facts.seenAs(new ImageShape(4, 4, 1), "task.image-shape"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("task.image-shape");
    RowFacts texts = RowFacts.ofTexts(12, new long[] {0, 0, 5, 5});
    assertThatThrownBy(() -> texts.seenAs(new ImageShape(3, 4, 1), "task.image-shape"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("text rows are not images");
  }

  private static Preprocessing preprocessing(
      MissingPolicy.Categorical missing,
      List<ColumnStatistics> statistics,
      FeatureColumn... features) {
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(
            new RowLayout(
                List.of(features),
                null,
                LabelKind.CLASS,
                0,
                Map.of(),
                null,
                List.of(),
                new MissingPolicy(
                    MissingPolicy.Numeric.ERROR, 0, missing, MissingPolicy.Label.ERROR)))
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(1.0)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(statistics)
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }
}
