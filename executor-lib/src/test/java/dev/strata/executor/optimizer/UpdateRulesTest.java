package dev.strata.executor.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateRulesTest {
  private static final UpdaterSettings MOMENTUM = UpdaterSettings.of("momentum", 0.1);

  @Test
  void momentumIsForLearnersOnly() {
    NetworkProblems learner = new NetworkProblems();
    UpdateRules.check(
        "pretrain.layer", MOMENTUM, ScheduleSettings.none(), ClippingSettings.none(), learner);
    assertThat(learner.list()).isEmpty();

    NetworkSettings network =
        NetworkSettings.of(List.of(LayerSettings.dense(3), LayerSettings.output()), MOMENTUM);
    assertThat(NetworkBuilder.check(network, OutputTask.classes(2)).list())
        .extracting(NetworkProblems.Problem::key)
        .containsExactly("network.updater.type");
  }

  @Test
  void everyProblemHasTheKeyOfItsSection() {
    NetworkProblems problems = new NetworkProblems();
    UpdateRules.check(
        "pretrain.layers[2]",
        new UpdaterSettings("sgd", -1, 2, 0.9, 0.999, 1e-8, 0.95),
        new ScheduleSettings("cycle", "week", 0, 0, 0, 0, 0, Map.of()),
        new ClippingSettings("hard", 0),
        problems);
    assertThat(problems.list())
        .extracting(NetworkProblems.Problem::key)
        .contains(
            "pretrain.layers[2].updater.learning-rate",
            "pretrain.layers[2].updater.momentum",
            "pretrain.layers[2].schedule.unit",
            "pretrain.layers[2].schedule.gamma",
            "pretrain.layers[2].clipping.type")
        .allMatch(key -> key.startsWith("pretrain.layers[2]."));
  }

  @Test
  void momentumFollowsItsSchedule() {
    ScheduleSettings falling =
        new ScheduleSettings("map", "epoch", 1, 1, 1, 1, 1, Map.of(0, 0.1, 3, 0.02));
    Momentum momentum = (Momentum) UpdateRules.updater(MOMENTUM, falling);
    assertThat(momentum.getLearningRate(100, 2)).isEqualTo(0.1);
    assertThat(momentum.clone().getLearningRate(100, 3)).isEqualTo(0.02);
  }
}
