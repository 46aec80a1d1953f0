package dev.strata.driver.configuration;

import static java.util.Map.entry;

import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.ScheduleSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.surgery.TransferBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the section {@code network}; names, ranges and shapes are the network builder's to check.
 */
final class NetworkSection {
  private static final String RESIDUAL = "residual";
  private static final List<String> DROPOUT = List.of("type", "rate", "name");
  private static final Map<String, List<String>> LAYER_KEYS =
      new TreeMap<>(
          Map.ofEntries(
              entry(
                  "dense",
                  List.of(
                      "type",
                      "units",
                      "activation",
                      "alpha",
                      "init",
                      "bias",
                      "l1",
                      "l2",
                      "dropout",
                      "drop-connect",
                      "max-norm",
                      "layer-norm",
                      "name")),
              entry("batch-norm", List.of("type", "decay", "epsilon", "name")),
              entry("dropout", DROPOUT),
              entry("gaussian-dropout", DROPOUT),
              entry("alpha-dropout", DROPOUT),
              entry("prelu", List.of("type", "alpha", "name")),
              entry("maxout", List.of("type", "pieces", "name")),
              entry(RESIDUAL, List.of("type", "survival", "layers", "name")),
              entry(
                  "embedding",
                  List.of("type", "units", "vectors", "deviation", "l1", "l2", "name")),
              entry(
                  "convolution",
                  List.of(
                      "type",
                      "units",
                      "kernel",
                      "padding",
                      "activation",
                      "init",
                      "bias",
                      "l1",
                      "l2",
                      "dropout",
                      "name")),
              entry("pooling", List.of("type", "function", "name")),
              entry("convolution-2d", ImageLayerSection.CONVOLUTION),
              entry("pooling-2d", ImageLayerSection.POOLING),
              entry(
                  "output",
                  List.of(
                      "type", "units", "loss", "activation", "init", "bias", "l1", "l2", "name"))));

  private NetworkSection() {}

  /** Types of layers, and their keys. */
  static Set<String> layerWords() {
    Set<String> words = new TreeSet<>(LAYER_KEYS.keySet());
    LAYER_KEYS.values().forEach(words::addAll);
    return words;
  }

  static NetworkSettings read(Section section) {
    List<LayerSettings> layers = new ArrayList<>();
    section.sections("layers").forEach(layer -> layer(layer).ifPresent(layers::add));
    OptionalInt input = section.optionalInteger("input", Range.atLeast(1));
    OptionalLong seed = section.optionalLong("seed", Range.ANY);
    return NetworkSettingsBuilder.builder()
        .layers(layers)
        .updater(updater(section.section("updater")).with(lbfgs(section.section("updater"))))
        .schedule(schedule(section.section("schedule")))
        .clipping(clipping(section.section("clipping")))
        .l1(section.number("l1", Range.ANY))
        .l2(section.number("l2", Range.ANY))
        .weightDecay(section.number("weight-decay", Range.ANY))
        .maxNorm(section.number("max-norm", Range.ANY))
        .survival(Optional.of(section.number("survival", Range.ANY)))
        .input(boxed(input))
        .image(ImageLayerSection.shape(section.section("image")))
        .dl4jJson(section.optionalText("dl4j-json"))
        .seed(seed.isPresent() ? Optional.of(seed.getAsLong()) : Optional.empty())
        .build();
  }

  static UpdaterSettings updater(Section section) {
    String type = section.text("type");
    return new UpdaterSettings(
        type,
        section.number("learning-rate", Range.ANY),
        section.number("momentum", Range.ANY),
        section.number("beta1", Range.ANY),
        section.number("beta2", Range.ANY),
        section
            .optionalNumber("epsilon", Range.ANY)
            .orElseGet(() -> UpdaterSettings.defaultEpsilon(String.valueOf(type))),
        section.number("decay", Range.ANY));
  }

  private static LbfgsSettings lbfgs(Section section) {
    return new LbfgsSettings(
        section.integer("history", Range.ANY), section.number("tolerance", Range.ANY));
  }

  static ClippingSettings clipping(Section section) {
    return new ClippingSettings(section.text("type"), section.number("threshold", Range.ANY));
  }

  static ScheduleSettings schedule(Section section) {
    return ScheduleSettingsBuilder.builder()
        .type(section.text("type"))
        .unit(section.text("unit"))
        .gamma(section.number("gamma", Range.ANY))
        .step(section.number("step", Range.ANY))
        .power(section.number("power", Range.ANY))
        .length(section.integer("length", Range.ANY))
        .peak(section.number("peak", Range.ANY))
        .values(times(section))
        .warmUp(section.integer("warm-up", Range.ANY))
        .floor(section.number("floor", Range.ANY))
        .growth(section.number("growth", Range.ANY))
        .build();
  }

  private static Map<Integer, Double> times(Section section) {
    Map<Integer, Double> rates = new TreeMap<>();
    section
        .numberMap("values", Range.ANY)
        .forEach(
            (time, rate) -> {
              try {
                rates.put(Integer.valueOf(time), rate);
              } catch (NumberFormatException e) {
                section.problem(
                    "a time of the schedule is not an integer", "values", "found " + time);
              }
            });
    return rates;
  }

  /** One layer; empty where it cannot be read. */
  static Optional<LayerSettings> layer(Section section) {
    if (!section.has("type")) {
      section.missing("type", "one of " + String.join(", ", LAYER_KEYS.keySet()));
      return Optional.empty();
    }
    Optional<String> type = section.optionalText("type");
    if (type.isEmpty()) {
      return Optional.empty();
    }
    List<String> keys = LAYER_KEYS.get(type.get());
    if (keys == null) {
      section.problem(
          "unknown layer type" + ConfigValues.suggestion(type.get(), LAYER_KEYS.keySet()),
          "type",
          "one of " + String.join(", ", LAYER_KEYS.keySet()));
      return Optional.empty();
    }
    section.allowOnly(keys);
    return type.get().equals(RESIDUAL)
        ? residual(section)
        : Optional.of(layer(type.get(), section));
  }

  private static Optional<LayerSettings> residual(Section section) {
    List<LayerSettings> layers = new ArrayList<>();
    List<Section> given = section.sections("layers");
    given.forEach(layer -> layer(layer).ifPresent(layers::add));
    Optional<Double> survival = section.optionalNumber("survival", Range.ANY);
    Optional<String> name = section.optionalText("name");
    return layers.size() == given.size()
        ? Optional.of(new LayerSettings.Residual(layers, survival, name))
        : Optional.empty();
  }

  private static LayerSettings layer(String type, Section s) {
    return switch (type) {
      case "dense" ->
          LayerSettingsDenseBuilder.builder()
              .units(boxed(s.optionalInteger("units", Range.ANY)))
              .activation(s.optionalText("activation"))
              .alpha(s.optionalNumber("alpha", Range.ANY))
              .init(s.optionalText("init"))
              .bias(s.optionalNumber("bias", Range.ANY))
              .l1(s.optionalNumber("l1", Range.ANY))
              .l2(s.optionalNumber("l2", Range.ANY))
              .dropout(s.optionalNumber("dropout", Range.ANY))
              .dropConnect(s.optionalNumber("drop-connect", Range.ANY))
              .maxNorm(s.optionalNumber("max-norm", Range.ANY))
              .layerNorm(s.optionalFlag("layer-norm"))
              .name(s.optionalText("name"))
              .build();
      case "batch-norm" ->
          new LayerSettings.BatchNorm(
              s.optionalNumber("decay", Range.ANY),
              s.optionalNumber("epsilon", Range.ANY),
              s.optionalText("name"));
      case "dropout" -> dropout(LayerSettings.Dropout.Kind.PLAIN, s);
      case "gaussian-dropout" -> dropout(LayerSettings.Dropout.Kind.GAUSSIAN, s);
      case "alpha-dropout" -> dropout(LayerSettings.Dropout.Kind.ALPHA, s);
      case "maxout" ->
          new LayerSettings.Maxout(
              boxed(s.optionalInteger("pieces", Range.ANY)), s.optionalText("name"));
      case "prelu" ->
          new LayerSettings.Prelu(s.optionalNumber("alpha", Range.ANY), s.optionalText("name"));
      case "embedding" ->
          new LayerSettings.Embedding(
              boxed(s.optionalInteger("units", Range.ANY)),
              s.optionalText("vectors"),
              s.optionalNumber("deviation", Range.ANY),
              s.optionalNumber("l1", Range.ANY),
              s.optionalNumber("l2", Range.ANY),
              s.optionalText("name"));
      case "convolution" ->
          LayerSettingsConvolutionBuilder.builder()
              .units(boxed(s.optionalInteger("units", Range.ANY)))
              .kernel(boxed(s.optionalInteger("kernel", Range.ANY)))
              .padding(s.optionalText("padding"))
              .activation(s.optionalText("activation"))
              .init(s.optionalText("init"))
              .bias(s.optionalNumber("bias", Range.ANY))
              .l1(s.optionalNumber("l1", Range.ANY))
              .l2(s.optionalNumber("l2", Range.ANY))
              .dropout(s.optionalNumber("dropout", Range.ANY))
              .name(s.optionalText("name"))
              .build();
      case "convolution-2d" -> ImageLayerSection.convolution(s);
      case "pooling-2d" -> ImageLayerSection.pooling(s);
      case "pooling" ->
          new LayerSettings.Pooling(s.optionalText("function"), s.optionalText("name"));
      default ->
          new LayerSettings.Output(
              boxed(s.optionalInteger("units", Range.ANY)),
              s.optionalText("loss"),
              s.optionalText("activation"),
              s.optionalText("init"),
              s.optionalNumber("bias", Range.ANY),
              s.optionalNumber("l1", Range.ANY),
              s.optionalNumber("l2", Range.ANY),
              s.optionalText("name"));
    };
  }

  private static LayerSettings dropout(LayerSettings.Dropout.Kind kind, Section s) {
    return new LayerSettings.Dropout(
        kind, s.optionalNumber("rate", Range.ANY), s.optionalText("name"));
  }

  /**
   * Something must be trained: layers, or a file of stock DL4J JSON. Layers are checked as far as
   * they can be without the data; the shapes that follow from the data are checked when they are
   * known.
   */
  static void require(
      Section section, NetworkSettings network, LabelKind label, Problems problems) {
    if (network.dl4jJson().isPresent()) {
      return;
    }
    int given = section.sections("layers").size();
    if (given == 0) {
      section.missing(
          "layers", "a list such as [{ type = dense, units = 100 }, { type = output }]");
    } else if (given == network.layers().size()) {
      add(NetworkBuilder.check(network, task(network, label)), problems);
    }
  }

  /** What is put on a model: layers, or nothing for one output layer; no file. */
  static void requireTop(
      Section section, NetworkSettings network, LabelKind label, Problems problems) {
    if (network.dl4jJson().isPresent()) {
      section.problem(
          "a file describes a whole network, not the layers on top of a model",
          "dl4j-json",
          "null; use network.layers, or neither");
    } else if (section.sections("layers").size() == network.layers().size()) {
      NetworkSettings top = TransferBuilder.withOutput(network);
      add(NetworkBuilder.checkTop(top, task(top, label)), problems);
    }
  }

  /** Of jobs whose network has no rows before it is trained. */
  static void refuseUnitVariance(
      Section section, NetworkSettings network, FineTuneSettings tuning) {
    boolean meant =
        network.layers().stream().anyMatch(UnitVariance::isMeant)
            || tuning.surgery().replace().values().stream().anyMatch(UnitVariance::isMeant);
    if (meant) {
      section.problem(
          "lsuv initializes networks of train and tune alone",
          "layers",
          "init = he-normal or another one");
    }
  }

  private static void add(NetworkProblems found, Problems problems) {
    found
        .list()
        .forEach(
            p ->
                problems.add(
                    "the network cannot be built", p.key(), p.found(), p.expected(), null));
  }

  private static OutputTask task(NetworkSettings network, LabelKind label) {
    LayerSettings last = network.layers().get(network.layers().size() - 1);
    boolean told = last instanceof LayerSettings.Output output && output.units().isPresent();
    return label == LabelKind.CLASS
        ? OutputTask.classes(told ? 0 : 2)
        : OutputTask.values(told ? 0 : 1);
  }

  private static Optional<Integer> boxed(OptionalInt value) {
    return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
  }
}
