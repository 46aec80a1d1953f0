package dev.strata.executor.autoencoder;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Buffers} on an accelerator.
 *
 * @param clean rows as they are, {@code [b, inputs]}
 * @param corrupted what the lowest layer gets, where that is something else
 * @param tied the same memory, put together for the gradient of tied weights: {@code [2 b, inputs]}
 *     and {@code [2 b, units]}; empty where they are not
 */
record DeviceBuffers(
    DeviceArray clean,
    DeviceArray corrupted,
    List<DeviceArray> outputs,
    List<DeviceArray> deltas,
    List<DeviceArray> tied) {
  static DeviceBuffers of(Accelerator accelerator, int rows, int inputs, List<Integer> units) {
    List<DeviceArray> outputs = new ArrayList<>();
    List<DeviceArray> deltas = new ArrayList<>();
    for (int each : units) {
      outputs.add(accelerator.allocate((long) rows * each));
      if (outputs.size() < units.size()) {
        deltas.add(accelerator.allocate((long) rows * each));
      }
    }
    long size = (long) rows * inputs;
    return new DeviceBuffers(
        accelerator.allocate(size), accelerator.allocate(size), outputs, deltas, List.of());
  }

  static DeviceBuffers ofTied(Accelerator accelerator, int rows, int inputs, int units) {
    long size = (long) rows * inputs;
    long half = (long) rows * units;
    DeviceArray ofInputs = accelerator.allocate(2 * size);
    DeviceArray ofHidden = accelerator.allocate(2 * half);
    return new DeviceBuffers(
        accelerator.allocate(size),
        ofInputs.part(0, size),
        List.of(ofHidden.part(half, 2 * half), ofInputs.part(size, 2 * size)),
        List.of(ofHidden.part(0, half)),
        List.of(ofInputs, ofHidden));
  }
}
