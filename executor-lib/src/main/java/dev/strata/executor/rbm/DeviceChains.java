package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;

/** {@link Chains} on an accelerator. */
final class DeviceChains {
  private final DeviceMachine machine;
  private final int count;
  private final DeviceArray states;
  private final DeviceArray visible;
  private final DeviceArray hidden;

  DeviceChains(DeviceMachine machine, int count) {
    this.machine = machine;
    this.count = count;
    states = machine.hidden().rows(count);
    visible = machine.visible().rows(count);
    hidden = machine.hidden().rows(count);
  }

  int count() {
    return count;
  }

  DeviceArray states() {
    return states;
  }

  DeviceArray visible() {
    return visible;
  }

  DeviceArray hidden() {
    return hidden;
  }

  /** One step with means in the place of visible states; the hidden states stay as they are. */
  void reconstruct() {
    machine.weights().back(states, visible, count);
    machine.visible().means(visible, count);
    machine.weights().forward(visible, hidden, count);
    machine.hidden().means(hidden, count);
  }

  /** Full steps, everything drawn. */
  void run(int steps, DrawnNumbers random) {
    for (int step = 0; step < steps; step++) {
      machine.weights().back(states, visible, count);
      DeviceArray drawn = visible;
      machine.visible().draw(visible, drawn, count, random);
      machine.weights().forward(visible, hidden, count);
      machine.hidden().draw(hidden, states, count, random);
    }
  }
}
