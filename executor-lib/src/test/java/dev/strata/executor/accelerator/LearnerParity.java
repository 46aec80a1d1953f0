package dev.strata.executor.accelerator;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.shard.Minibatch;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one spec's learner twice, on the CPU and on an accelerator, from the same numbers: three
 * rounds, the last by a learner that takes up what another one has left.
 */
final class LearnerParity {
  private static final int STEPS = 7;

  private final LearnerSpec spec;
  private final IntFunction<Minibatch> minibatches;

  LearnerParity(ParityCase of) {
    this.spec = of.spec();
    this.minibatches = of.minibatches();
  }

  /**
   * The greatest difference in parameters, state and losses, of the greatest number there.
   *
   * @throws IllegalStateException where a step of the accelerator has waited, or local states have
   *     other lengths
   */
  double difference(Supplier<Accelerator> accelerators) {
    double worst = 0;
    try (Learner cpu = spec.create();
        Learner first = spec.create(accelerators.get());
        Learner other = spec.create(accelerators.get())) {
      other.parameters().assign(-3);
      for (int round = 0; round < 3; round++) {
        Learner accelerated = round < 2 ? first : other;
        if (round == 2) {
          take(first, accelerated);
        }
        worst = Math.max(worst, round(cpu, accelerated, round));
      }
    }
    return worst;
  }

  private static void take(Learner from, Learner into) {
    into.parameters().assign(from.parameters());
    if (from.optimizerState() != null) {
      into.optimizerState().assign(from.optimizerState());
    }
    into.localState(from.localState());
  }

  private double round(Learner cpu, Learner accelerated, int round) {
    int before = round * STEPS;
    cpu.counters(before, round);
    accelerated.counters(before, round);
    double expected = 0;
    double loss = 0;
    for (int step = before; step < before + STEPS; step++) {
      Minibatch minibatch = minibatches.apply(step);
      Nd4j.getRandom().setSeed(1000L + step);
      expected += cpu.step(minibatch) * minibatch.rows();
      Nd4j.getRandom().setSeed(1000L + step);
      loss += accelerated.step(minibatch) * minibatch.rows();
    }
    if (loss != 0) {
      throw new IllegalStateException("a step has returned a loss");
    }
    expected += cpu.settle();
    loss += accelerated.settle();
    if (accelerated.localState().length != cpu.localState().length) {
      throw new IllegalStateException("other local state");
    }
    double ofLoss = Math.abs(loss - expected) / Math.abs(expected);
    double ofParameters = difference(accelerated.parameters(), cpu.parameters());
    double ofState =
        cpu.optimizerState() == null
            ? 0
            : difference(accelerated.optimizerState(), cpu.optimizerState());
    return Math.max(Double.isNaN(ofLoss) ? 1 : ofLoss, Math.max(ofParameters, ofState));
  }

  private static double difference(INDArray got, INDArray expected) {
    double greatest = expected.amaxNumber().doubleValue();
    double difference = got.sub(expected).amaxNumber().doubleValue();
    return Double.isFinite(difference) ? difference / Math.max(greatest, 1e-30) : 1;
  }
}
