package dev.strata.executor.rbm;

import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.ReconstructionLoss;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What a machine makes of rows when nothing is drawn, and how well. */
final class RbmMeasures {
  /** The first three measures are squares of what the machine sees. */
  static final int SQUARES = 3;

  private final RbmSettings settings;
  private final RbmParameters machine;

  RbmMeasures(RbmSettings settings, RbmParameters machine) {
    this.settings = settings;
    this.machine = machine;
  }

  List<String> names() {
    List<String> names =
        new ArrayList<>(List.of("loss", "squared-error", "squared-input", "free-energy"));
    if (settings.binaryVisible()) {
      names.add("cross-entropy");
    }
    return names;
  }

  /** Means of hidden units, {@code [b, m]}. */
  INDArray encode(INDArray rows) {
    INDArray hidden = hiddenInput(rows);
    Units.of(settings.hidden()).means(hidden, zeros(machine.hiddenBias()));
    return hidden;
  }

  /** Means of visible units given hidden means, {@code [b, n]}. */
  INDArray reconstruct(INDArray rows) {
    INDArray visible = visibleInput(encode(rows));
    Units.of(settings.visible()).means(visible, zeros(machine.visibleBias()));
    return visible;
  }

  /** Sums over the rows in the order of {@link #names}. */
  double[] of(INDArray rows) {
    INDArray x = hiddenInput(rows);
    double freeEnergy = visibleEnergy(rows) - potential(x);
    Units.of(settings.hidden()).means(x, zeros(machine.hiddenBias()));
    INDArray z = visibleInput(x);
    // From logits: -Σ v log σ(z) + (1 - v) log(1 - σ(z)) = Σ log(1 + e^z) - v z.
    double crossEntropy = settings.binaryVisible() ? softplus(z) - dot(rows, z) : 0;
    Units.of(settings.visible()).means(z, zeros(machine.visibleBias()));
    double squaredError = ReconstructionLoss.squaredDistance(rows, z);
    double squaredInput = dot(rows, rows);
    return settings.binaryVisible()
        ? new double[] {squaredError, squaredError, squaredInput, freeEnergy, crossEntropy}
        : new double[] {squaredError, squaredError, squaredInput, freeEnergy};
  }

  private INDArray hiddenInput(INDArray rows) {
    INDArray x = machine.rows(null, rows.size(0), machine.units());
    machine.hiddenInput(rows, x);
    Nonlinearity.IDENTITY.apply(x, machine.hiddenBias());
    return x;
  }

  private INDArray visibleInput(INDArray hidden) {
    INDArray z = machine.rows(null, hidden.size(0), machine.inputs());
    machine.visibleInput(hidden, z);
    Nonlinearity.IDENTITY.apply(z, machine.visibleBias());
    return z;
  }

  /** Σ -c v' or Σ ½ ‖v - c‖². */
  private double visibleEnergy(INDArray rows) {
    if (settings.binaryVisible()) {
      return -rows.mmul(machine.visibleBias().transpose()).sumNumber().doubleValue();
    }
    INDArray distance = rows.subRowVector(machine.visibleBias());
    return dot(distance, distance) / 2;
  }

  /** What hidden units add to -F(v); its derivative with regard to x is their mean. */
  private double potential(INDArray x) {
    if (settings.binaryHidden()) {
      return softplus(x);
    }
    INDArray on = Transforms.relu(x, true);
    return dot(on, on) / 2;
  }

  /** Σ log(1 + e^x) = Σ max(0, x) - log σ(|x|). */
  private static double softplus(INDArray x) {
    INDArray logarithms = Transforms.log(Transforms.sigmoid(Transforms.abs(x, true), false), false);
    return Transforms.relu(x, true).subi(logarithms).sumNumber().doubleValue();
  }

  private static double dot(INDArray a, INDArray b) {
    return a.mul(b).sumNumber().doubleValue();
  }

  private static INDArray zeros(INDArray bias) {
    return bias.like();
  }
}
