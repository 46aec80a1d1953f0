package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.MissingPolicy.Categorical;
import dev.strata.executor.preprocess.MissingPolicy.Label;
import dev.strata.executor.preprocess.MissingPolicy.Numeric;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.shard.ArrayRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyTest extends CsvFixture {
  @Test
  void missingNumbersTakeTheMeanOfTrainingRows() {
    PreparedData data =
        prepare(gaps(new MissingPolicy(Numeric.MEAN, 0, Categorical.MOST_FREQUENT, Label.DROP)));
    assertThat(rows(data, "train"))
        .extracting(r -> r.features())
        .containsExactlyInAnyOrder(
            List.of(2f, 1f, 0f), List.of(4f, 1f, 0f), List.of(3f, 1f, 0f), List.of(3f, 0f, 1f));
    assertThat(data.counts()).containsEntry("dropped-label-missing", 1L);
  }

  @Test
  void missingNumbersTakeTheConstantAndMissingCategoriesTheirOwn() {
    PreparedData data =
        prepare(gaps(new MissingPolicy(Numeric.CONSTANT, -7, Categorical.CATEGORY, Label.DROP)));
    assertThat(rows(data, "train"))
        .extracting(r -> r.features())
        .containsExactlyInAnyOrder(
            List.of(2f, 1f, 0f, 0f),
            List.of(4f, 1f, 0f, 0f),
            List.of(-7f, 0f, 0f, 1f),
            List.of(3f, 0f, 1f, 0f));
  }

  @Test
  void rowsWithMissingValuesAreDroppedAndCounted() {
    PreparedData data =
        prepare(gaps(new MissingPolicy(Numeric.DROP, 0, Categorical.DROP, Label.DROP)));
    assertThat(rows(data, "train")).hasSize(3);
    assertThat(data.counts())
        .containsEntry("source", 5L)
        .containsEntry("dropped-missing", 1L)
        .containsEntry("dropped-label-missing", 1L);
  }

  @Test
  void scalingIsFittedOnTrainingRowsOnly() {
    TestDataSettings settings =
        data()
            .from(csv("a", "x,c,label", "0,u,a", "2,u,b", "4,u,a", "6,u,b"))
            .test(path(csv("b", "x,c,label", "103,u,a")))
            .categorical("c")
            .label("label");
    PreparedData standard = prepare(settings.scaling(Scaling.STANDARD));
    assertThat(rows(standard, "test").get(0).features().get(0))
        .isEqualTo((float) (100 / Math.sqrt(5)));
    assertThat(rows(standard, "test").get(0).features().get(1)).isEqualTo(1f);
    PreparedData minMax = prepare(settings.scaling(Scaling.MIN_MAX));
    assertThat(rows(minMax, "train"))
        .extracting(r -> r.features().get(0))
        .containsExactlyInAnyOrder(0f, 2 / 6f, 4 / 6f, 1f);
    PreparedData divided = prepare(settings.divideBy(2));
    assertThat(rows(divided, "test").get(0).features().get(0)).isEqualTo(51.5f);
  }

  @Test
  void labelsAreMappedAndIndexedInTheGivenOrder() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,label", "1,>50K.", "2,<=50K", "3,>50K", "4,<=50K."))
                .label("label")
                .mapLabel(">50K.", ">50K")
                .mapLabel("<=50K.", "<=50K")
                .labelClasses(">50K", "<=50K", "unknown"));
    assertThat(data.manifests().get("train").classes()).containsExactly(">50K", "<=50K", "unknown");
    assertThat(rows(data, "train"))
        .allSatisfy(r -> assertThat(r.label()).isEqualTo(r.features().get(0) % 2 == 1 ? 0 : 1));
  }

  @Test
  void numericClassesAreSortedAsNumbers() {
    PreparedData data =
        prepare(data().from(csv("t", "x,label", 24, i -> i + "," + i % 12 + ".0")).label("label"));
    assertThat(data.preprocessing().classes())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
  }

  @Test
  void valuesAreRegressionLabels() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,y", 30, i -> i + "," + i * 0.5))
                .labelValue("y")
                .splitRandomly(0.1, 0));
    assertThat(rows(data, "train"))
        .hasSize(27)
        .allSatisfy(r -> assertThat(r.value()).isEqualTo(r.features().get(0) / 2));
    assertThat(data.preprocessing().outputWidth()).isEqualTo(1);
    assertThat(data.manifests().get("train").classes()).isEmpty();
  }

  @Test
  void weightsOfRowsAndClassesAreMultiplied() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "x,w,label", "1,2,a", "2,3,b"))
                .label("label")
                .weight("w")
                .classWeights(new ClassWeights(false, Map.of("b", 10.0))));
    assertThat(rows(data, "train"))
        .allSatisfy(r -> assertThat(r.weight()).isEqualTo(r.features().get(0) == 1 ? 2f : 30f));
    PreparedData balanced =
        prepare(
            data()
                .from(csv("u", "x,label", "1,a", "2,a", "3,a", "4,b"))
                .label("label")
                .classWeights(new ClassWeights(true, Map.of())));
    assertThat(rows(balanced, "train"))
        .allSatisfy(r -> assertThat(r.weight()).isEqualTo(r.label() == 1 ? 2f : (float) (4 / 6.0)));
  }

  @Test
  void withoutLabelsAndWeightsThereAreNoSuchArrays() {
    PreparedData data = prepare(data().from(csv("t", "x,y", "1,2", "3,4")).features("y"));
    assertThat(data.manifests().get("train").count(ArrayRole.LABEL)).isZero();
    assertThat(data.manifests().get("train").count(ArrayRole.WEIGHT)).isZero();
    assertThat(rows(data, "train")).extracting(r -> r.features().get(0)).contains(2f, 4f);
  }

  @Test
  void identifiersAreNoFeaturesAndPatternsChooseColumns() {
    PreparedData data =
        prepare(
            data()
                .from(csv("t", "id,p1,p2,q1,label", "k1,1,2,3,a", "k2,4,5,6,b"))
                .label("label")
                .id("id")
                .features("q1", "p*")
                .exclude("p2"));
    assertThat(data.manifests().get("train").columns())
        .extracting(c -> c.name() + "@" + c.offset())
        .containsExactly("q1@0", "p1@1");
    assertThat(data.preprocessing().id()).containsExactly("id");
  }

  @Test
  void aModelsPreprocessingIsAppliedUnchanged() {
    PreparedData trained =
        prepare(
            data()
                .from(csv("a", "x,c,label", "0,u,a", "2,v,b", "4,u,a"))
                .categorical("c")
                .label("label")
                .unseen(UnseenCategory.ZEROS)
                .scaling(Scaling.STANDARD));
    PreparedData applied =
        prepare(
            data().test(path(csv("b", "label,c,x", "b,u,2", "b,new,2", "b,v,8"))).label("label"),
            Optional.of(trained.preprocessing()));
    assertThat(applied.manifests()).containsOnlyKeys("test");
    assertThat(applied.preprocessing().classes()).containsExactly("a", "b");
    assertThat(rows(applied, "test"))
        .allSatisfy(r -> assertThat(r.label()).isEqualTo(1))
        .extracting(r -> r.features())
        .containsExactlyInAnyOrder(
            List.of(0f, 1f, 0f),
            List.of(0f, 0f, 0f),
            List.of((float) (6 / Math.sqrt(8.0 / 3)), 0f, 1f));
    assertThatThrownBy(
            () ->
                prepare(
                    data().test(path(csv("c", "label,c,x", "z,u,2"))).label("label"),
                    Optional.of(trained.preprocessing())))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("label z in 1 row")
        .hasMessageContaining("a, b");
  }

  /** One row lacks both features, one its label. */
  private TestDataSettings gaps(MissingPolicy policy) {
    return data()
        .from(csv("gaps", "x,c,label", "2,u,a", "4,u,b", ",?,a", "3,v,b", "9,u,"))
        .missingValues("?")
        .categorical("c")
        .label("label")
        .missing(policy);
  }
}
