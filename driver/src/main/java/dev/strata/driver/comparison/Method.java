package dev.strata.driver.comparison;

import dev.strata.driver.simple.ModelKind;
import dev.strata.executor.layer.LayerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way to learn a label that {@code compare} tries. */
public enum Method {
  /** New weights, trained on the labelled rows. */
  SCRATCH,
  /** Denoising autoencoders (Vincent et al. 2010), layer by layer. */
  AUTOENCODER,
  /** Restricted Boltzmann machines (Hinton et al. 2006), layer by layer. */
  RBM,
  /** Contrastive learning of a row and its corrupted copy (Bahri et al. 2022, SCARF). */
  CONTRASTIVE,
  /** Which columns of a copy were corrupted, and the row (Yoon et al. 2020, VIME). */
  MASK_ESTIMATION,
  /** New weights, trained on labelled and unlabelled rows (Miyato et al. 2017). */
  SEMI_SUPERVISED,
  /** Labels that simple models, fitted on the labelled rows, give to all rows. */
  TEACHER,
  /** Spark ML's; linear regression where the label is a number. */
  LOGISTIC_REGRESSION,
  /** Spark ML's. */
  RANDOM_FOREST,
  /** Spark ML's, of two classes or numbers. */
  GRADIENT_BOOSTED_TREES;

  /** As in the configuration, such as {@code mask-estimation}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it is a network. */
  public boolean network() {
    return compareTo(LOGISTIC_REGRESSION) < 0;
  }

  /** The simple model that it is; empty for a network. */
  public Optional<ModelKind> simple() {
    return switch (this) {
      case LOGISTIC_REGRESSION -> Optional.of(ModelKind.LINEAR);
      case RANDOM_FOREST -> Optional.of(ModelKind.RANDOM_FOREST);
      case GRADIENT_BOOSTED_TREES -> Optional.of(ModelKind.GRADIENT_BOOSTING);
      default -> Optional.empty();
    };
  }

  /** Whether models of Spark ML are fitted for it. */
  public boolean fitsModels() {
    return !network() || this == TEACHER;
  }

  /** Whether its layers are trained on rows without labels first. */
  public boolean pretrains() {
    return network() && this != SCRATCH && this != SEMI_SUPERVISED;
  }

  /** Whether {@code pretrain} trains its layers; {@code pretrain-auxiliary} does otherwise. */
  public boolean layerwise() {
    return this == AUTOENCODER || this == RBM;
  }

  /**
   * What pretraining adds to the configuration.
   *
   * @param layers the hidden ones, bottom to top
   * @return each {@code key=value}
   */
  public List<String> pretraining(List<LayerSettings.Dense> layers) {
    return switch (this) {
      case AUTOENCODER, RBM -> List.of("pretrain.layers=" + stack(layers), "network.layers=[]");
      case CONTRASTIVE, MASK_ESTIMATION, TEACHER ->
          List.of("task.type=" + text(), "network.layers=" + dense(layers));
      default -> throw new IllegalArgumentException(this + " does not pretrain");
    };
  }

  private List<String> stack(List<LayerSettings.Dense> layers) {
    List<String> stack = new ArrayList<>();
    for (LayerSettings.Dense layer : layers) {
      String own =
          this == RBM
              ? "kind = rbm"
              : "activation = %s, corruption { type = %s }"
                  .formatted(
                      layer.activation().orElse("relu"),
                      stack.isEmpty() ? "swap, rate = 0.3" : "masking, rate = 0.2");
      stack.add(
          "{ name = hidden-%d, units = %d, %s }"
              .formatted(stack.size() + 1, layer.units().orElseThrow(), own));
    }
    return stack;
  }

  /** As {@code network.layers}. */
  public static List<String> dense(List<LayerSettings.Dense> layers) {
    List<String> texts = new ArrayList<>();
    for (LayerSettings.Dense layer : layers) {
      texts.add(
          "{ name = hidden-%d, type = dense, units = %d, activation = %s }"
              .formatted(
                  texts.size() + 1,
                  layer.units().orElseThrow(),
                  layer.activation().orElse("relu")));
    }
    return texts;
  }
}
