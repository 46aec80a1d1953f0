package dev.strata.driver.preparation;

import dev.strata.driver.data.EncodingSettings;
import dev.strata.driver.source.ColumnScalings;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TimeRule;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds the settings of columns against a model's: {@code data.column-scaling}, {@code
 * data.categories} and {@code data.time}.
 */
final class ModelEncodingValidator {
  private final Preprocessing model;
  private final EncodingSettings asked;
  private final FailureList problems;

  ModelEncodingValidator(Preprocessing model, EncodingSettings asked, FailureList problems) {
    this.model = model;
    this.asked = asked;
    this.problems = problems;
  }

  /** Adds a failure (configuration) for each setting that is not the default and differs. */
  void check() {
    List<FeatureColumn> own = model.layout().features();
    List<FeatureColumn> scaled =
        new ColumnScalings(asked.scalings(), problems)
            .applied(own.stream().map(f -> f.scaled(null)).toList());
    for (int i = 0; i < own.size(); i++) {
      checkScaling(own.get(i), scaled.get(i).scaling());
      checkTime(own.get(i));
      if (own.get(i).kind() == ColumnKind.CATEGORICAL) {
        checkCategories(i);
      }
    }
  }

  private void checkScaling(FeatureColumn own, Scaling wanted) {
    Scaling has = own.scaling() == null ? model.scaling() : own.scaling();
    if (wanted != null && wanted != has) {
      problems.add(
          ModelFeatureValidator.differing(
              "data.column-scaling." + own.name(),
              ModelFeatureValidator.word(wanted),
              ModelFeatureValidator.word(has)));
    }
  }

  private void checkCategories(int index) {
    CategoryRule rule = asked.categories();
    if (!rule.equals(CategoryRule.defaults()) && !rule.fits(model.statistics().get(index))) {
      problems.add(
          ModelFeatureValidator.differing(
              "data.categories",
              "max = "
                  + rule.max()
                  + ", min-count = "
                  + rule.minCount()
                  + ", buckets = "
                  + rule.buckets(),
              model.statistics().get(index).categories().size()
                  + " categories and "
                  + model.statistics().get(index).buckets().size()
                  + " buckets of column "
                  + model.layout().features().get(index).name()));
    }
  }

  private void checkTime(FeatureColumn own) {
    if (own.time() == null || asked.time().equals(TimeRule.defaults())) {
      return;
    }
    TimeRule wanted = FeatureColumn.time(own.name(), own.kind(), asked.time()).time();
    if (!wanted.equals(own.time())) {
      problems.add(ModelFeatureValidator.differing("data.time", words(wanted), words(own.time())));
    }
  }

  private static String words(TimeRule rule) {
    return rule.parts().stream()
        .map(ModelFeatureValidator::word)
        .collect(Collectors.joining(", ", "zone = " + rule.zone() + ", parts = [", "]"));
  }
}
