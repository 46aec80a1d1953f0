package dev.strata.executor.network;

import java.util.Optional;

/**
 * One element of {@code network.layers}; components are the keys of its kind, absent ones follow a
 * stated default.
 */
public sealed interface LayerSettings {
  /**
   * Name in extracted features and messages; absent: the kind and its number, such as {@code
   * dense-1}.
   */
  Optional<String> name();

  /** The value of the key {@code type}. */
  String type();

  /** The same under another name. */
  LayerSettings withName(String other);

  /** A dense layer with its default activation and initialisation. */
  static Dense dense(int units) {
    return new Dense(
        Optional.of(units),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A dense layer with a given activation. */
  static Dense dense(int units, String activation) {
    return new Dense(
        Optional.of(units),
        Optional.of(activation),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static BatchNorm batchNorm() {
    return new BatchNorm(Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Dropout dropout(double rate) {
    return new Dropout(Optional.of(rate), Optional.empty());
  }

  /** The output layer that the task asks for. */
  static Output output() {
    return new Output(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * {@code activation(x W + b)}.
   *
   * @param units width of the output
   * @param activation absent: relu
   * @param init of the weights; absent: he-normal for activations of the relu family, else xavier
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   * @param dropout share of the layer's inputs that is dropped in training, in [0, 1); absent: 0
   */
  record Dense(
      Optional<Integer> units,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<Double> dropout,
      Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "dense";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Dense(units, activation, init, bias, l1, l2, dropout, Optional.of(other));
    }
  }

  /**
   * Batch normalisation with trained scale and shift.
   *
   * @param decay share of the running statistics that a minibatch leaves, in (0, 1); absent: 0.9
   * @param epsilon added to the variance; absent: 1e-5
   */
  record BatchNorm(Optional<Double> decay, Optional<Double> epsilon, Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "batch-norm";
    }

    @Override
    public LayerSettings withName(String other) {
      return new BatchNorm(decay, epsilon, Optional.of(other));
    }
  }

  /**
   * Dropout of its inputs in training.
   *
   * @param rate share that is dropped, in (0, 1)
   */
  record Dropout(Optional<Double> rate, Optional<String> name) implements LayerSettings {
    @Override
    public String type() {
      return "dropout";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Dropout(rate, Optional.of(other));
    }
  }

  /**
   * The last layer: {@code activation(x W + b)} under a loss.
   *
   * @param units absent: what the task needs
   * @param loss absent: cross-entropy for classes, mse for values
   * @param activation absent: what the loss goes with (softmax, sigmoid, identity …)
   * @param init as for dense layers
   * @param bias its initial value; absent: 0
   * @param l1 absent: the network's
   * @param l2 absent: the network's
   */
  record Output(
      Optional<Integer> units,
      Optional<String> loss,
      Optional<String> activation,
      Optional<String> init,
      Optional<Double> bias,
      Optional<Double> l1,
      Optional<Double> l2,
      Optional<String> name)
      implements LayerSettings {
    @Override
    public String type() {
      return "output";
    }

    @Override
    public LayerSettings withName(String other) {
      return new Output(units, loss, activation, init, bias, l1, l2, Optional.of(other));
    }
  }
}
