package dev.strata.executor.round;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.device.Device;
import dev.strata.executor.device.Device.Backend;
import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;

/** Where the learners of rounds take their steps. */
interface Devices {
  /** What Spark gave the calling task. */
  Devices OF_TASK =
      new Devices() {
        @Override
        public Device bind(LearnerSpec spec) {
          return TaskDevice.bind(spec.computesOnGpu(), spec::acceleratorObstacle);
        }

        @Override
        public Accelerator open(Device device) {
          return TaskDevice.open(device);
        }
      };

  /** Binds the calling thread to the device on which a learner will compute. */
  Device bind(LearnerSpec spec);

  /** A new accelerator for one learner, on a device that is one. */
  Accelerator open(Device device);

  /** A new learner on a device. */
  default Learner learner(LearnerSpec spec, Device device) {
    if (device.backend() != Backend.ACCELERATOR) {
      return spec.create();
    }
    Accelerator accelerator = open(device);
    try {
      return spec.create(accelerator);
    } catch (RuntimeException | Error e) {
      accelerator.close();
      throw e;
    }
  }
}
