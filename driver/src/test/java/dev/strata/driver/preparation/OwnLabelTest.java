package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.EncodingSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model's features with a label that the model has never seen. */
class OwnLabelTest extends CsvFixture {
  private String labelled;
  private Preprocessing model;

  @BeforeEach
  void aModelOfUnlabelledRows() {
    String unlabelled = csv("u", "x,y,c", 30, i -> i + "," + (100 - i) + "," + "rgb".charAt(i % 3));
    model =
        prepare(data().from(unlabelled).scaling(Scaling.MIN_MAX).categorical("c")).preprocessing();
    labelled =
        csv("l", "c,y,kind,x,note", 24, i -> "r," + i + "," + "ab".charAt(i % 2) + "," + i + ",n");
  }

  @Test
  void featuresAreTheModelsAndTheLabelIsFitted() {
    PreparedData data = prepared(data().from(labelled).label("kind").labelsPerClass(5));
    Preprocessing fitted = data.preprocessing();
    assertThat(fitted.statistics()).isEqualTo(model.statistics());
    assertThat(fitted.layout().features()).isEqualTo(model.layout().features());
    assertThat(fitted.scaling()).isEqualTo(Scaling.MIN_MAX);
    assertThat(fitted.classes()).containsExactly("a", "b");
    assertThat(fitted.layout().label()).isEqualTo("kind");
    assertThat(data.counts()).containsEntry("train", 10L).containsEntry("unsampled", 14L);
    for (PreparedRows.Stored row : rows(data, "train")) {
      float x = row.features().get(0);
      int original = Math.round(x * 29);
      assertThat(row.features().subList(2, 5)).containsExactly(0f, 0f, 1f);
      assertThat(row.label()).isEqualTo(original % 2);
      assertThat(row.features().get(1)).isEqualTo((float) ((original - 71) / 29.0));
    }
  }

  @Test
  void theLabelHasItsOwnMappingOrderAndWeights() {
    PreparedData data =
        prepared(
            data()
                .from(labelled)
                .label("kind")
                .mapLabel("a", "first")
                .labelClasses("b", "first")
                .classWeights(new ClassWeights(false, Map.of("first", 3.0))));
    assertThat(data.preprocessing().classes()).containsExactly("b", "first");
    assertThat(data.preprocessing().classWeights()).containsExactly(1.0, 3.0);
    assertThat(rows(data, "train"))
        .allSatisfy(row -> assertThat(row.weight()).isEqualTo(row.label() == 1 ? 3f : 1f));
  }

  @Test
  void aModelOfClassesTakesValues() {
    Preprocessing classes =
        prepare(data().from(labelled).exclude("note", "c").label("kind")).preprocessing();
    String values = csv("v", "x,y,v", 12, i -> i + "," + i + "," + (i + 0.5));
    model = classes;
    PreparedData data = prepared(data().from(values).labelValue("v"));
    assertThat(data.preprocessing().layout().labelKind()).isEqualTo(LabelKind.VALUE);
    assertThat(data.preprocessing().outputWidth()).isEqualTo(1);
    assertThat(data.preprocessing().classes()).isEmpty();
    assertThat(rows(data, "train"))
        .allSatisfy(row -> assertThat(row.value()).isEqualTo(row.features().get(0) + 0.5f));
  }

  @Test
  void preparedAgainOnlyWhereSomethingChanged() {
    TestDataSettings settings = data().from(labelled).label("kind");
    assertThat(prepared(settings).reused()).isFalse();
    assertThat(prepared(settings).reused()).isTrue();
    assertThat(prepared(settings.labelsPerClass(3)).reused()).isFalse();
  }

  @Test
  void otherFeaturesThanTheModelsAreRefusedByKey() {
    TestDataSettings ask = data().from(labelled).label("kind");
    refused(ask.scaling(Scaling.STANDARD), "data.scaling", "standard", "min-max");
    ask.scaling(Scaling.NONE);
    refused(ask.unseen(UnseenCategory.ZEROS), "data.unseen-category", "zeros", "error");
    ask.unseen(UnseenCategory.ERROR);
    MissingPolicy mean =
        new MissingPolicy(
            MissingPolicy.Numeric.MEAN,
            0,
            MissingPolicy.Categorical.ERROR,
            MissingPolicy.Label.ERROR);
    refused(ask.missing(mean), "data.missing.numeric", "mean", "error");
    ask.missing(MissingPolicy.STRICT);
    refused(ask.categorical("x"), "data.categorical", "x", "only c");
    ask.categorical("c");
    refused(
        ask.columnScaling("x", Scaling.LOG),
        "data.column-scaling.x",
        "log",
        "min-max, the model's");
    ask.encoding(EncodingSettings.defaults()).columnScaling("*", Scaling.MIN_MAX);
    refused(ask.categories(2, 1, 4), "data.categories", "max = 2", "3 categories and 0 buckets");
    ask.categories(3, 1, 4);
    refused(ask.exclude("y"), "data.exclude", "y", "none of the model's");
    ask.exclude("note");
    refused(ask.features("x", "note"), "data.features", "x", "x, y, c");
    ask.features("x", "y", "c");
    refused(ask.label("y"), "data.label", "y", "not a feature of the model");
    assertThat(prepared(ask.label("kind")).preprocessing().classes()).hasSize(2);
  }

  @Test
  void dataWithoutTheModelsColumnsOrOfAnotherWidthIsRefused() {
    String without = csv("w", "x,c,kind", 4, i -> i + ",r," + i % 2);
    StrataException absent = failed(data().from(without).label("kind"));
    assertThat(absent.kind()).isEqualTo(FailureKind.DATA);
    assertThat(absent).hasMessageContaining("no column y");
    LocalSpark.session()
        .sql("select array(id, id + 1) as v, id % 2 as kind from range(20)")
        .createOrReplaceTempView("two_wide");
    LocalSpark.session()
        .sql("select array(id, id, id) as v, id % 2 as kind from range(20)")
        .createOrReplaceTempView("three_wide");
    model = prepare(table("two_wide")).preprocessing();
    StrataException wide = failed(table("three_wide"));
    assertThat(wide.kind()).isEqualTo(FailureKind.DATA);
    assertThat(wide).hasMessageContaining("differs in width from the model's input");
    assertThat(wide.found()).hasValue("3 numbers");
    assertThat(wide.expected()).hasValueSatisfying(e -> assertThat(e).startsWith("2 numbers"));
    assertThat(prepared(table("two_wide")).preprocessing().inputWidth()).isEqualTo(2);
  }

  private static TestDataSettings table(String name) {
    return data().from(TestDataSettings.source(null, null, name, null, null)).label("kind");
  }

  private PreparedData prepared(TestDataSettings settings) {
    return new DataPreparer(LocalSpark.session())
        .prepareWithOwnLabel(settings.build(), shards() + "-own", 2, 42, model);
  }

  private StrataException failed(TestDataSettings settings) {
    StrataException thrown = catchThrowableOfType(() -> prepared(settings), StrataException.class);
    assertThat(thrown).as("the failure of the preparation").isNotNull();
    return thrown;
  }

  private void refused(TestDataSettings settings, String key, String found, String expected) {
    StrataException e = failed(settings);
    assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(e.key()).isEqualTo(Optional.of(key));
    assertThat(List.of(e.found().orElseThrow(), e.expected().orElseThrow()))
        .satisfiesExactly(
            f -> assertThat(f).contains(found), x -> assertThat(x).contains(expected));
  }
}
