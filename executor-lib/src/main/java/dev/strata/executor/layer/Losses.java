package dev.strata.executor.layer;

import dev.strata.executor.failure.Names;
import java.util.function.Supplier;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;

/**
 * Losses by the names that users write. Hinge losses are left out: DL4J's take labels −1 and 1,
 * ours are 0 and 1.
 */
public enum Losses {
  CROSS_ENTROPY("cross-entropy", Activation.SOFTMAX, true, false, LossMCXENT::new),
  BINARY_CROSS_ENTROPY("binary-cross-entropy", Activation.SIGMOID, true, true, LossBinaryXENT::new),
  KL_DIVERGENCE("kl-divergence", Activation.SOFTMAX, true, false, LossKLD::new),
  MSE("mse", Activation.IDENTITY, true, true, LossMSE::new),
  MAE("mae", Activation.IDENTITY, true, true, LossMAE::new),
  L1("l1", Activation.IDENTITY, true, true, LossL1::new),
  L2("l2", Activation.IDENTITY, true, true, LossL2::new),
  COSINE_PROXIMITY("cosine-proximity", Activation.IDENTITY, true, true, LossCosineProximity::new),
  MAPE("mape", Activation.IDENTITY, false, true, LossMAPE::new),
  MSLE("msle", Activation.SOFTPLUS, false, true, LossMSLE::new),
  POISSON("poisson", Activation.SOFTPLUS, false, true, LossPoisson::new);

  /** By what users write. */
  public static final Names<Losses> NAMES = new Names<>();

  static {
    for (Losses loss : values()) {
      NAMES.with(loss.text, loss);
    }
  }

  private final String text;
  private final Activation activation;
  private final boolean forClasses;
  private final boolean forValues;
  private final Supplier<ILossFunction> function;

  Losses(
      String text,
      Activation activation,
      boolean forClasses,
      boolean forValues,
      Supplier<ILossFunction> function) {
    this.text = text;
    this.activation = activation;
    this.forClasses = forClasses;
    this.forValues = forValues;
    this.function = function;
  }

  public static Losses defaultFor(OutputTask task) {
    return task.kind() == OutputTask.Kind.CLASSES ? CROSS_ENTROPY : MSE;
  }

  /** What the loss is usually computed from. */
  public Activation activation() {
    return activation;
  }

  public boolean suits(OutputTask task) {
    return task.kind() == OutputTask.Kind.CLASSES ? forClasses : forValues;
  }

  public ILossFunction function() {
    return function.get();
  }

  public String text() {
    return text;
  }
}
