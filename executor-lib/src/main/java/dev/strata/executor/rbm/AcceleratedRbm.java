package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.learner.DeviceSteps;
import dev.strata.executor.learner.DeviceUpdate;
import dev.strata.executor.shard.Minibatch;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Steps of an {@link RbmLearner} on an accelerator: what {@link ContrastiveDivergence} describes,
 * and the decay of weights, from the same random numbers and but for rounding to the same
 * parameters.
 */
final class AcceleratedRbm implements DeviceSteps {
  private final RbmLearner learner;
  private final RbmSettings settings;
  private final LocalState state;
  private final DeviceUpdate update;
  private final Accelerator accelerator;
  private final DeviceMachine machine;
  private final DeviceActivity activity;
  private final DeviceStatistics statistics;
  private final Map<Integer, Rows> rows = new HashMap<>();
  private final Map<Integer, DeviceChains> chains = new HashMap<>();

  /** Where chains continue from minibatch to minibatch. */
  private Optional<DeviceChains> persistent = Optional.empty();

  /** What a minibatch needs, and its reconstruction where the chains do not have it. */
  private record Rows(DeviceArray data, DeviceArray means, DeviceArray reconstruction) {}

  AcceleratedRbm(
      RbmLearner learner,
      RbmSettings settings,
      RbmParameters host,
      LocalState state,
      DeviceUpdate update) {
    this.learner = learner;
    this.settings = settings;
    this.state = state;
    this.update = update;
    this.accelerator = update.accelerator();
    this.machine = new DeviceMachine(settings, host, update);
    this.activity =
        new DeviceActivity(accelerator, settings.sparsity(), state.activity().running());
    this.statistics = new DeviceStatistics(settings, machine);
  }

  @Override
  public void counters(long iteration, int epoch) {
    update.counters(iteration, epoch);
  }

  @Override
  public void load() {
    activity.load();
    persistent = state.chains().map(begun -> chains((int) begun.count()));
    persistent.ifPresent(
        begun -> accelerator.write(state.chains().orElseThrow().states(), begun.states()));
  }

  @Override
  public void save() {
    if (settings.sparsity().active()) {
      activity.save();
    }
    persistent.ifPresent(
        begun -> accelerator.read(begun.states(), state.chains(begun.count()).states()));
  }

  @Override
  public void step(Minibatch minibatch) {
    INDArray data = learner.checkedRows(minibatch.inputs()[0]);
    int b = (int) data.size(0);
    Rows arrays = rows.computeIfAbsent(b, this::allocate);
    accelerator.write(data, arrays.data());
    estimate(arrays, b, new DrawnNumbers(RandomNumbers.keyOfThread()));
    update.apply();
  }

  private Rows allocate(int b) {
    return new Rows(machine.visible().rows(b), machine.hidden().rows(b), machine.visible().rows(b));
  }

  private DeviceChains chains(int count) {
    return chains.computeIfAbsent(count, of -> new DeviceChains(machine, of));
  }

  private void estimate(Rows arrays, int b, DrawnNumbers random) {
    machine.weights().forward(arrays.data(), arrays.means(), b);
    DeviceChains begun = begin(arrays, b, random);
    DeviceArray reconstructed = begun.visible();
    if (settings.drawsVisible()) {
      reconstructed = arrays.reconstruction();
      machine.weights().back(arrays.means(), reconstructed, b);
      machine.visible().means(reconstructed, b);
      begun.run(settings.gibbsSteps(), random);
    } else {
      begun.reconstruct();
    }
    activity.apply(arrays.means(), b);
    statistics.subtract(arrays.data(), arrays.means(), b, begun);
    accelerator.distance(
        arrays.data(), reconstructed, b, machine.visible().width(), learner.squaredUnit());
  }

  /** Makes hidden means of inputs, and of these the states where chains start at the rows. */
  private DeviceChains begin(Rows arrays, int b, DrawnNumbers random) {
    if (persistent.isPresent()) {
      machine.hidden().means(arrays.means(), b);
      return persistent.get();
    }
    DeviceChains begun = chains(b);
    machine.hidden().draw(arrays.means(), begun.states(), b, random);
    persistent = settings.persistent() ? Optional.of(begun) : Optional.empty();
    return begun;
  }
}
