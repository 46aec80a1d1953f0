package dev.strata.executor.inference;

import dev.strata.executor.device.Device;
import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.deeplearning4j.nn.api.Model;

/**
 * A network for inference that one task has to itself until it closes it. Building a network costs
 * more than loading parameters into one, so that a few stay in the JVM; nothing but speed depends
 * on that.
 */
public final class PooledModel implements AutoCloseable {
  /** Named cache: free networks, newest first. */
  private static final Deque<Idle> IDLE = new ArrayDeque<>();

  private static final int MOST_IDLE = 2 * Runtime.getRuntime().availableProcessors();

  private final NetworkConfiguration network;
  private final Model model;
  private final Device device;

  private PooledModel(NetworkConfiguration network, Model model, Device device) {
    this.network = network;
    this.model = model;
    this.device = device;
  }

  private record Idle(NetworkConfiguration network, Model model, Device device) {}

  /** A network with these parameters. */
  public static PooledModel of(NetworkConfiguration network, StateVector parameters) {
    Device device = TaskDevice.bind();
    Model known = take(network, device);
    Model model = known == null ? network.newModel() : known;
    parameters.copyTo(model.params());
    return new PooledModel(network, model, device);
  }

  public Model model() {
    return model;
  }

  /** Gives the network back; it must not be used any more. */
  @Override
  public void close() {
    synchronized (IDLE) {
      IDLE.addFirst(new Idle(network, model, device));
      while (IDLE.size() > MOST_IDLE) {
        IDLE.removeLast();
      }
    }
  }

  private static Model take(NetworkConfiguration network, Device device) {
    synchronized (IDLE) {
      for (Iterator<Idle> idle = IDLE.iterator(); idle.hasNext(); ) {
        Idle candidate = idle.next();
        if (candidate.device().equals(device) && candidate.network().equals(network)) {
          idle.remove();
          return candidate.model();
        }
      }
      return null;
    }
  }
}
