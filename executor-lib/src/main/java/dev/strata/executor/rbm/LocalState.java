package dev.strata.executor.rbm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a worker's machine carries from minibatch to minibatch besides its parameters: the hidden
 * states of persistent chains and the running means of a sparsity target. As bytes, little-endian:
 * version, number of chains, the running means (m floats, with a target only), the states chain by
 * chain, of binary units as bits, of rectified ones as floats. No bytes: the beginning.
 */
final class LocalState {
  private static final int VERSION = 1;

  private final RbmSettings settings;
  private final RbmParameters machine;
  private final ActivityTarget activity;
  private Optional<Chains> chains = Optional.empty();

  LocalState(RbmSettings settings, RbmParameters machine) {
    this.settings = settings;
    this.machine = machine;
    this.activity =
        new ActivityTarget(settings.sparsity(), machine.units(), machine.flat().dataType());
  }

  ActivityTarget activity() {
    return activity;
  }

  Optional<Chains> chains() {
    return chains;
  }

  /** Chains of this number, begun where there are others or none. */
  Chains chains(int count) {
    if (chains.isEmpty() || chains.get().count() != count) {
      chains = Optional.of(new Chains(settings, machine, count));
    }
    return chains.get();
  }

  void chains(Chains begun) {
    chains = Optional.of(begun);
  }

  private boolean isKept() {
    return settings.persistent() || activity.active();
  }

  byte[] toBytes() {
    if (!isKept()) {
      return new byte[0];
    }
    int count = chains.map(c -> (int) c.count()).orElse(0);
    ByteBuffer bytes =
        ByteBuffer.allocate(size(count))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(VERSION)
            .putInt(count);
    if (activity.active()) {
      putFloats(bytes, activity.running());
    }
    chains.ifPresent(c -> putStates(bytes, c.states()));
    return bytes.array();
  }

  private int size(int count) {
    long states = (long) count * machine.units();
    long stateBytes = settings.binaryHidden() ? (states + 7) / 8 : states * Float.BYTES;
    int running = activity.active() ? machine.units() * Float.BYTES : 0;
    return Math.toIntExact(2 * Integer.BYTES + running + stateBytes);
  }

  void fromBytes(byte[] state) {
    activity.reset();
    chains = Optional.empty();
    if (state.length == 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    int count = count(bytes);
    if (activity.active()) {
      getFloats(bytes, activity.running());
    }
    if (count > 0) {
      Chains begun = new Chains(settings, machine, count);
      getStates(bytes, begun.states());
      chains = Optional.of(begun);
    }
  }

  private int count(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (isKept() && length >= 2 * Integer.BYTES && bytes.getInt() == VERSION) {
      int count = bytes.getInt();
      if (count >= 0 && length == size(count)) {
        return count;
      }
    }
    throw new IllegalArgumentException(
        length + " bytes are not the local state of an RBM with these settings");
  }

  private void putStates(ByteBuffer bytes, INDArray states) {
    if (!settings.binaryHidden()) {
      putFloats(bytes, states);
      return;
    }
    float[] values = states.reshape(states.length()).toFloatVector();
    for (int from = 0; from < values.length; from += 8) {
      int bits = 0;
      for (int i = from; i < Math.min(from + 8, values.length); i++) {
        bits |= (values[i] != 0 ? 1 : 0) << i - from;
      }
      bytes.put((byte) bits);
    }
  }

  private void getStates(ByteBuffer bytes, INDArray states) {
    if (!settings.binaryHidden()) {
      getFloats(bytes, states);
      return;
    }
    float[] values = new float[(int) states.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.get(bytes.position() + i / 8) >> i % 8 & 1;
    }
    assign(states, values);
  }

  private static void putFloats(ByteBuffer bytes, INDArray values) {
    float[] floats = values.reshape(values.length()).toFloatVector();
    bytes.asFloatBuffer().put(floats);
    bytes.position(bytes.position() + floats.length * Float.BYTES);
  }

  private static void getFloats(ByteBuffer bytes, INDArray into) {
    float[] floats = new float[(int) into.length()];
    bytes.asFloatBuffer().get(floats);
    bytes.position(bytes.position() + floats.length * Float.BYTES);
    assign(into, floats);
  }

  private static void assign(INDArray into, float[] values) {
    into.assign(Nd4j.createFromArray(values).castTo(into.dataType()).reshape('c', into.shape()));
  }
}
