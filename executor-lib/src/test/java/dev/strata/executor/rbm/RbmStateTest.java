package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is carried from one learner to another, as between two executors. */
class RbmStateTest {
  private static final Sparsity SPARSE = new Sparsity(0.2, 0.5, 0.8);
  private static final UpdateSettings UPDATE = TestRbms.update("momentum", 0.05);

  static List<RbmSettings> carryingState() {
    return List.of(
        TestRbms.chains("binary", 1, true),
        TestRbms.chains("gaussian", 2, true),
        new RbmSettings("gaussian", "rectified", 1, true, false, Sparsity.none(), 0.001, 0.01, 1),
        new RbmSettings("binary", "binary", 1, false, false, SPARSE, 0, 0.01, 1),
        new RbmSettings("binary", "binary", 1, true, false, SPARSE, 0, 0.01, 1));
  }

  @ParameterizedTest
  @MethodSource("carryingState")
  void learnerGoesOnInAnother(RbmSettings settings) {
    RbmLearner whole = TestRbms.small(settings, UPDATE);
    train(whole, settings, 0, 10);
    RbmLearner first = TestRbms.small(settings, UPDATE);
    train(first, settings, 0, 5);
    RbmLearner second = goOn(first, settings);
    second.localState(first.localState());
    train(second, settings, 5, 10);
    assertThat(bytes(second)).isEqualTo(bytes(whole));
    assertThat(second.localState()).isEqualTo(whole.localState());

    RbmLearner forgetful = goOn(first, settings);
    train(forgetful, settings, 5, 10);
    assertThat(bytes(forgetful)).isNotEqualTo(bytes(whole));
  }

  @ParameterizedTest
  @MethodSource("carryingState")
  void emptyStateIsTheBeginning(RbmSettings settings) {
    RbmLearner used = TestRbms.small(settings, UPDATE);
    RbmLearner fresh = TestRbms.small(settings, UPDATE);
    train(used, settings, 0, 3);
    StateVector.of(fresh.parameters()).copyTo(used.parameters());
    StateVector.of(fresh.optimizerState()).copyTo(used.optimizerState());
    used.localState(new byte[0]);
    train(used, settings, 0, 3);
    train(fresh, settings, 0, 3);
    assertThat(bytes(used)).isEqualTo(bytes(fresh));
  }

  @Test
  void chainsOfBinaryUnitsAreBits() {
    RbmSettings settings = TestRbms.chains("binary", 1, true);
    RbmLearner learner = TestRbms.small(settings, UPDATE);
    train(learner, settings, 0, 1);
    assertThat(learner.localState()).hasSize(8 + 20 * TestRbms.UNITS / 8);
  }

  /** Minibatches of another size leave the chains as they are. */
  @Test
  void shortMinibatchMovesAllChains() {
    RbmSettings settings = TestRbms.chains("binary", 1, true);
    RbmLearner learner = TestRbms.small(settings, UPDATE);
    train(learner, settings, 0, 1);
    byte[] before = learner.localState();
    TestRbms.step(learner, TestRbms.minibatch(TestRbms.rows(3, false)), 1);
    assertThat(learner.localState()).hasSameSizeAs(before).isNotEqualTo(before);
  }

  @Test
  void plainDivergenceCarriesNothing() {
    RbmSettings settings = TestRbms.chains("binary", 3, false);
    RbmLearner learner = TestRbms.small(settings, UPDATE);
    train(learner, settings, 0, 2);
    assertThat(learner.localState()).isEmpty();
    assertThatThrownBy(() -> learner.localState(new byte[5]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stateOfAnotherMachineIsRefused() {
    RbmSettings settings = TestRbms.chains("binary", 1, true);
    RbmLearner learner = TestRbms.small(settings, UPDATE);
    train(learner, settings, 0, 1);
    byte[] state = learner.localState();
    RbmLearner wider = new RbmSpec(TestRbms.INPUTS, 5, settings, UPDATE, 1).create();
    assertThatThrownBy(() -> wider.localState(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the local state");
  }

  private static RbmLearner goOn(RbmLearner learner, RbmSettings settings) {
    RbmLearner next = TestRbms.small(settings, UPDATE);
    StateVector.of(learner.parameters()).copyTo(next.parameters());
    StateVector.of(learner.optimizerState()).copyTo(next.optimizerState());
    return next;
  }

  private static void train(RbmLearner learner, RbmSettings settings, int from, int until) {
    Minibatch minibatch = TestRbms.minibatch(TestRbms.rows(20, !settings.binaryVisible()));
    learner.counters(from, 0);
    for (int step = from; step < until; step++) {
      TestRbms.step(learner, minibatch, step);
    }
  }

  private static byte[] bytes(RbmLearner learner) {
    return StateVector.of(learner.parameters()).chunks()[0];
  }
}
