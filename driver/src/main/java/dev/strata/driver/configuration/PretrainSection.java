package dev.strata.driver.configuration;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.pretrain.AutoencoderModel;
import dev.strata.driver.pretrain.LayerModel;
import dev.strata.driver.pretrain.LayerPlan;
import dev.strata.driver.pretrain.PhaseSettings;
import dev.strata.driver.pretrain.PretrainProblems;
import dev.strata.driver.pretrain.PretrainSettings;
import dev.strata.driver.pretrain.RbmModel;
import dev.strata.driver.pretrain.UnrollPlan;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.autoencoder.Sparsity;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSettingsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the section {@code pretrain}. */
final class PretrainSection {
  private static final Range COUNT = Range.atLeast(1);
  private static final List<String> KINDS = List.of(AutoencoderModel.KIND, RbmModel.KIND);

  private static final List<String> STOPPING_METRICS =
      List.of(PhaseSettings.LOSS, EvaluationMetrics.FREE_ENERGY_GAP);

  private PretrainSection() {}

  /** Layers that cannot be read are left out. */
  static PretrainSettings read(Section section) {
    Section common = section.section("layer");
    List<LayerPlan> layers = new ArrayList<>();
    int index = 0;
    for (Section layer : section.sections("layers", common)) {
      index++;
      Optional<LayerModel> model = refuseOtherTypes(layer) ? Optional.empty() : model(layer);
      OptionalInt units = layer.optionalInteger("units", Range.ANY);
      if (units.isEmpty() && !layer.has("units")) {
        layer.missing("units", "the width of the layer's output, such as 500");
      }
      String name = layer.optionalText("name").orElse("hidden-" + index);
      if (model.isPresent() && units.isPresent()) {
        layers.add(
            new LayerPlan(
                name,
                units.getAsInt(),
                model.get(),
                phase(
                    layer,
                    layer.optionalInteger("epochs", COUNT),
                    layer.section("early-stopping").choice("metric", STOPPING_METRICS))));
      }
    }
    return new PretrainSettings(
        layers, section.flag("keep-activations"), unroll(section.section("unroll")));
  }

  /** Only what has weights that an input alone can teach is pretrained. */
  private static boolean refuseOtherTypes(Section layer) {
    String key = KINDS.contains(layer.text("kind")) ? "type" : "kind";
    String found = layer.text(key);
    String reason =
        switch (found) {
          case "dense", "autoencoder", "rbm" -> null;
          case "batch-norm" -> "batch normalization has no weights to pretrain";
          case "dropout" -> "dropout has no weights";
          case "output" -> "an output layer needs labels";
          case "convolution",
              "convolution-1d",
              "convolution-2d",
              "subsampling",
              "pooling",
              "pooling-2d" ->
              "autoencoders and RBMs connect every input with every unit; their weights cannot"
                  + " become a convolution's";
          default -> "only dense layers can be pretrained";
        };
    if (reason != null) {
      layer.problem(
          "this type of layer cannot be pretrained: " + reason,
          key,
          key.equals("kind")
              ? "one of " + String.join(", ", KINDS)
              : "dense; add other layers in fine-tune, with network.layers");
    }
    return reason != null;
  }

  private static Optional<LayerModel> model(Section layer) {
    Section sparsity = layer.section("sparsity");
    double l2 = layer.number("l2", Range.ANY);
    if (layer.choice("kind", KINDS).equals(RbmModel.KIND)) {
      return Optional.of(
          new RbmModel(
              RbmSettingsBuilder.builder()
                  .visible(layer.text("visible"))
                  .hidden(layer.text("hidden"))
                  .gibbsSteps(layer.integer("gibbs-steps", Range.ANY))
                  .persistent(layer.flag("persistent"))
                  .centered(layer.flag("centered"))
                  .sparsity(
                      new RbmSettings.Sparsity(
                          sparsity.number("target", Range.ANY),
                          sparsity.number("weight", Range.ANY),
                          sparsity.number("decay", Range.ANY)))
                  .l2(l2)
                  .deviation(layer.number("deviation", Range.ANY))
                  .visibleDeviation(
                      layer
                          .optionalNumber("visible-deviation", Range.ANY)
                          .orElseGet(() -> RbmSettings.visibleDeviation(layer.text("hidden"))))
                  .build()));
    }
    return Optional.of(
        new AutoencoderModel(
            new AutoencoderSettings(
                layer.text("activation"),
                layer.text("decoder-activation"),
                layer.text("loss"),
                layer.flag("tied"),
                corruption(layer.section("corruption")),
                new Sparsity(
                    sparsity.number("target", Range.ANY), sparsity.number("weight", Range.ANY)),
                layer.number("contraction", Range.ANY),
                l2)));
  }

  private static InputNoise corruption(Section section) {
    return new InputNoise(
        section.text("type"),
        section.number("rate", Range.ANY),
        section.number("deviation", Range.ANY));
  }

  private static PhaseSettings phase(Section section, OptionalInt epochs, String metric) {
    Section stopping = section.section("early-stopping");
    return new PhaseSettings(
        new UpdateSettings(
            NetworkSection.updater(section.section("updater")),
            NetworkSection.schedule(section.section("schedule")),
            NetworkSection.clipping(section.section("clipping"))),
        epochs,
        stopping.integer("patience", Range.NOT_NEGATIVE),
        metric,
        stopping.number("min-delta", Range.NOT_NEGATIVE));
  }

  private static Optional<UnrollPlan> unroll(Section section) {
    int epochs = section.integer("epochs", Range.NOT_NEGATIVE);
    UnrollPlan plan =
        new UnrollPlan(
            section.optionalText("loss"),
            corruption(section.section("corruption")),
            section.number("l2", Range.ANY),
            phase(section, OptionalInt.of(epochs), PhaseSettings.LOSS));
    return epochs > 0 ? Optional.of(plan) : Optional.empty();
  }

  /** Layers are needed, and must make a stack that suits the data's scaling. */
  static void require(
      Section section, PretrainSettings settings, DataSettings data, Problems problems) {
    if (section.sections("layers").isEmpty()) {
      section.missing("layers", "a list such as [{ units = 500 }, { units = 250 }]");
    }
    data.text()
        .ifPresent(
            text ->
                problems.add(
                    "word ids cannot be reconstructed",
                    "data.text.column",
                    text.names(),
                    "null, or the command pretrain-auxiliary, which supports text",
                    null));
    PretrainProblems.of(settings.forInputs(data.scaling().keepsUnitRange()))
        .forEach(
            p ->
                problems.add(
                    "the stack cannot be pretrained", p.key(), p.found(), p.expected(), null));
    if (!settings.layers().isEmpty() && data.source().given() && !data.scaling().keepsUnitRange()) {
      settings
          .layers()
          .get(0)
          .model()
          .unitRange()
          .ifPresent(
              range ->
                  problems.add(
                      "the bottom layer needs inputs in [0, 1], because "
                          + range.key()
                          + " = "
                          + range.value(),
                      "data.scaling",
                      ConfigValues.word(data.scaling()),
                      "min-max, or divide-by the largest value; or "
                          + range.key()
                          + " = "
                          + range.otherwise(),
                      null));
    }
  }
}
