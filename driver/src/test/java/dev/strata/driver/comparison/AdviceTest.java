package dev.strata.driver.comparison;

import static dev.strata.driver.comparison.FoldedScoresTest.errors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.finetune.SearchSettings.Metric;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final FoldedScores CONSTANT = errors(0.5, 0.5, 0.5, 0.5);

  private static MethodScores of(Method method, double... errors) {
    return new MethodScores(method, "so", errors(errors), 1);
  }

  private static Advice advice(MethodScores... tried) {
    return Advice.of(List.of(tried), CONSTANT, Metric.ERROR, true);
  }

  private static MethodScores lost(Method method, double... losses) {
    List<TrialScore> scores =
        DoubleStream.of(losses).mapToObj(l -> new TrialScore(1, l, 0)).toList();
    return new MethodScores(method, "so", new FoldedScores(scores, losses.length), 1);
  }

  private static Advice byLoss(MethodScores... tried) {
    FoldedScores constant = lost(Method.SCRATCH, 0.5, 0.5, 0.5, 0.5).scores();
    return Advice.of(List.of(tried), constant, Metric.LOSS, true);
  }

  @Test
  void aTeacherThatRowsCannotTellFromASimpleModelIsUsed() {
    MethodScores teacher = lost(Method.TEACHER, 0.19, 0.24, 0.17, 0.21);
    MethodScores forest = lost(Method.RANDOM_FOREST, 0.2, 0.2, 0.2, 0.2);
    MethodScores other = lost(Method.RBM, 0.18, 0.24, 0.17, 0.2);
    Advice advice = byLoss(other, teacher, forest);
    assertThat(advice.use().method()).isEqualTo(Method.TEACHER);
    assertThat(advice.gained()).isFalse();
    assertThat(advice.sentence())
        .isEqualTo(
            "Use teacher (so): loss 0.2025, 0.0025 ± 0.0228 above random-forest. These rows do not"
                + " show which of the two is better; on tables with thousands of test rows the"
                + " teacher's network was (docs/compare.md). random-forest (so) costs less.");
    // Of values, and of errors, there is no such experience.
    List<MethodScores> all = List.of(other, teacher, forest);
    FoldedScores constant = lost(Method.SCRATCH, 0.5, 0.5, 0.5, 0.5).scores();
    assertThat(Advice.of(all, constant, Metric.LOSS, false).use()).isEqualTo(forest);
    assertThat(
            advice(
                    of(Method.TEACHER, 0.19, 0.24, 0.17, 0.21),
                    of(Method.RANDOM_FOREST, 0.2, 0.2, 0.2, 0.2))
                .use()
                .method())
        .isEqualTo(Method.RANDOM_FOREST);
  }

  @Test
  void aTeacherThatIsClearlyWorseIsNotUsed() {
    MethodScores forest = lost(Method.RANDOM_FOREST, 0.2, 0.2, 0.2, 0.2);
    MethodScores even = lost(Method.TEACHER, 0.19, 0.24, 0.17, 0.21);
    assertThat(byLoss(lost(Method.TEACHER, 0.29, 0.26, 0.25, 0.28), forest).use())
        .isEqualTo(forest);
    assertThat(byLoss(lost(Method.TEACHER, 0.2, 0.2, 0.2, 0.2), forest).use()).isEqualTo(forest);
    MethodScores better = lost(Method.CONTRASTIVE, 0.1, 0.1, 0.1, 0.1);
    assertThat(byLoss(even, better, forest).use()).isEqualTo(better);
    // Without a simple model there is none to be preferred to.
    MethodScores scratch = lost(Method.SCRATCH, 0.2, 0.2, 0.2, 0.2);
    assertThat(byLoss(even, scratch).use()).isEqualTo(scratch);
  }

  @Test
  void aTeacherThatIsClearlyBetterGainsBesideAnUnevenNetwork() {
    MethodScores uneven = lost(Method.RBM, 0.05, 0.3, 0.05, 0.3);
    MethodScores teacher = lost(Method.TEACHER, 0.18, 0.18, 0.18, 0.18);
    Advice advice = byLoss(uneven, teacher, lost(Method.RANDOM_FOREST, 0.2, 0.2, 0.2, 0.2));
    assertThat(advice.use()).isEqualTo(teacher);
    assertThat(advice.gained()).isTrue();
    assertThat(advice.sentence())
        .isEqualTo("Use teacher (so): loss 0.1800, 0.0200 ± 0.0000 below random-forest.");
  }

  @Test
  void aNetworkThatIsClearlyBetterIsUsed() {
    Advice advice =
        advice(
            of(Method.CONTRASTIVE, 0.1, 0.12, 0.1, 0.1),
            of(Method.SCRATCH, 0.3, 0.3, 0.3, 0.3),
            of(Method.RANDOM_FOREST, 0.2, 0.2, 0.2, 0.2));
    assertThat(advice.use().method()).isEqualTo(Method.CONTRASTIVE);
    assertThat(advice.gained()).isTrue();
    assertThat(advice.sentence())
        .isEqualTo("Use contrastive (so): error 0.1050, 0.0950 ± 0.0076 below random-forest.");
  }

  @Test
  void whereNothingIsGainedTheSimpleModelIsUsed() {
    Advice advice =
        advice(
            of(Method.RBM, 0.19, 0.24, 0.17, 0.18),
            of(Method.LOGISTIC_REGRESSION, 0.2, 0.2, 0.2, 0.2));
    assertThat(advice.use().method()).isEqualTo(Method.LOGISTIC_REGRESSION);
    assertThat(advice.gained()).isFalse();
    assertThat(advice.sentence())
        .startsWith(
            "Use logistic-regression (so): nothing is gained over it; the best network, rbm,")
        .contains("below logistic-regression");
  }

  @Test
  void aPerfectRegressionCannotBeBeaten() {
    Advice advice = advice(of(Method.RBM, 0, 0, 0, 0), of(Method.LOGISTIC_REGRESSION, 0, 0, 0, 0));
    assertThat(advice.use().method()).isEqualTo(Method.LOGISTIC_REGRESSION);
    assertThat(advice.sentence()).contains("nothing is gained over it");
  }

  @Test
  void labelsThatNothingPredictsAreSaidToBeSo() {
    Advice advice =
        advice(
            of(Method.SCRATCH, 0.52, 0.47, 0.5, 0.49),
            of(Method.RANDOM_FOREST, 0.5, 0.55, 0.45, 0.5));
    assertThat(advice.gained()).isFalse();
    assertThat(advice.sentence()).startsWith("Nothing predicts the label");
  }

  @Test
  void withoutSimpleModelsPretrainingIsHeldAgainstNewWeights() {
    Advice worse =
        advice(of(Method.SCRATCH, 0.2, 0.2, 0.2, 0.2), of(Method.RBM, 0.3, 0.3, 0.3, 0.3));
    assertThat(worse.use().method()).isEqualTo(Method.SCRATCH);
    assertThat(worse.sentence()).contains("the best pretraining, rbm, has error 0.1000");
    Advice beside =
        advice(
            of(Method.SCRATCH, 0.2, 0.2, 0.2, 0.2), of(Method.SEMI_SUPERVISED, 0.3, 0.3, 0.3, 0.3));
    assertThat(beside.sentence()).contains("the best other network, semi-supervised, has error");
    Advice alone = advice(of(Method.RBM, 0.3, 0.3, 0.3, 0.3));
    assertThat(alone.sentence()).isEqualTo("Use rbm (so).");
    Advice forest = advice(of(Method.RANDOM_FOREST, 0.3, 0.3, 0.3, 0.3));
    assertThat(forest.sentence()).isEqualTo("Use random-forest (so).");
  }
}
