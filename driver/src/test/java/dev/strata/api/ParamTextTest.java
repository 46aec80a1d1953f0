package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/** What explainParams prints. */
class ParamTextTest {
  @Test
  void arraysAreShownByTheirElements() {
    StrataClassifier classifier =
        new StrataClassifier().setHiddenUnits(30, 20).setFeatureCols("age", "weight");
    assertThat(classifier.explainParams().lines())
        .anyMatch(line -> line.startsWith("hiddenUnits: ") && line.endsWith("current: [30, 20])"))
        .anyMatch(line -> line.startsWith("featureCols: ") && line.contains("[age, weight]"))
        .noneMatch(line -> line.matches(".*\\[[IDLB].*@[0-9a-f]+.*"));
    assertThat(new FrozenFeatures().setLayers("first").explainParams())
        .contains("[first]")
        .doesNotContain("@");
  }

  @Test
  void otherParamsAreShownAsBySpark() {
    LogisticRegression known = new LogisticRegression().setRegParam(0.25).setFamily("binomial");
    assertThat(known.params()).hasSizeGreaterThan(10);
    for (Param<?> param : known.params()) {
      assertThat(ParamText.explain(known, param)).isEqualTo(known.explainParam(param));
    }
  }
}
