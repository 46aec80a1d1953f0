package dev.strata.driver.configuration;

import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.FineTuneSettingsBuilder;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.finetune.SearchSettingsBuilder;
import dev.strata.driver.finetune.Unfreeze;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.surgery.LayerChoice;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.SurgerySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Reads the section {@code fine-tune}. Whether names and numbers fit the model is seen when the
 * model is read.
 */
final class FineTuneSection {
  private static final Range COUNT = Range.atLeast(1);

  private FineTuneSection() {}

  static FineTuneSettings read(Section section) {
    Section dropout = section.section("dropout");
    FineTuneSettings settings =
        FineTuneSettingsBuilder.builder()
            .surgery(surgery(section))
            .reuseOutput(section.flag("reuse-output"))
            .freeze(section.text("freeze"))
            .thaw(thaw(section))
            .rates(rates(section.section("learning-rate")))
            .inputDropout(dropout.number("input", Range.share(0, 1)))
            .hiddenDropout(dropout.number("hidden", Range.share(0, 1)))
            .cacheFrozen(section.flag("cache-frozen"))
            .keepActivations(section.flag("keep-activations"))
            .search(search(section.section("search")))
            .unlabelled(UnlabelledSection.read(section.section(UnlabelledSection.NAME)))
            .resize(resize(section.section("resize")))
            .build();
    if (settings.search().asked() && !settings.thaw().isEmpty()) {
      section.problem(
          "fine-tune.search does not support gradual unfreezing", "thaw", "no fine-tune.thaw");
    }
    checkSearch(settings.search(), section.section("search"));
    if (!settings.search().epsilon().isEmpty() && !settings.unlabelled().movesRows()) {
      section
          .section("search")
          .problem(
              "only virtual-adversarial changes rows by a length",
              "epsilon",
              "[], or fine-tune.unlabelled with a source and method = virtual-adversarial");
    }
    if (settings.reuseOutput()
        && !(settings.search().reuse().isEmpty() && settings.search().dropTop().isEmpty())) {
      section.problem(
          "the output layer can be reused on all layers alone",
          "reuse-output",
          "false, because fine-tune.search tries other layers below it");
    }
    return settings;
  }

  private static void checkSearch(SearchSettings search, Section section) {
    if (search.folds() == 1) {
      section.problem("cross-validation needs at least two folds", "folds", "0, or at least 2");
    }
    if (search.repeats() > 1 && search.folds() == 0) {
      section.problem(
          "only cross-validation can be repeated", "repeats", "1, or fine-tune.search.folds");
    }
    if (search.asked()) {
      return;
    }
    for (String of : List.of("folds", "repeats", "epochs", "metric")) {
      if (!section.isDefault(of)) {
        section.problem(
            "fine-tune.search has no candidates", of, "no setting, or a list of numbers");
      }
    }
  }

  private static SurgerySettings surgery(Section section) {
    return new SurgerySettings(
        choice(section.section("reuse")),
        section.integer("drop-top", Range.NOT_NEGATIVE),
        section.texts("reinitialize"),
        replacements(section.section("replace")));
  }

  private static LayerChoice choice(Section section) {
    OptionalInt count = section.optionalInteger("count", COUNT);
    return new LayerChoice(
        count.isPresent() ? Optional.of(count.getAsInt()) : Optional.empty(),
        section.texts("names"),
        section.optionalText("pattern"),
        section.textMap("map"));
  }

  private static Map<String, LayerSettings> replacements(Section section) {
    Map<String, LayerSettings> layers = new TreeMap<>();
    for (String name : section.names()) {
      NetworkSection.layer(section.section(name)).ifPresent(layer -> layers.put(name, layer));
    }
    return layers;
  }

  private static List<Unfreeze> thaw(Section section) {
    List<Unfreeze> thaws = new ArrayList<>();
    for (Section one : section.sections("thaw")) {
      one.allowOnly(List.of("epoch", "layers"));
      OptionalInt epoch = one.optionalInteger("epoch", COUNT);
      OptionalInt layers = one.optionalInteger("layers", COUNT);
      if (!one.has("epoch")) {
        one.missing("epoch", "the number of epochs after which layers are unfrozen");
      }
      epoch.ifPresent(at -> thaws.add(new Unfreeze(at, layers.orElse(1))));
    }
    return thaws;
  }

  private static LayerRates rates(Section section) {
    return new LayerRates(
        section.number("reused", Range.POSITIVE),
        section.number("depth", Range.POSITIVE),
        section.numberMap("layers", Range.POSITIVE));
  }

  private static Optional<ImageResize> resize(Section section) {
    boolean asked = section.choice("type", List.of("none", "bilinear")).equals("bilinear");
    List<Integer> from = section.integers("from", COUNT);
    List<Integer> to = section.integers("to", COUNT);
    if (!asked) {
      return Optional.empty();
    }
    if (from.size() != 2) {
      section.problem("two numbers required", "from", "height and width of the new images");
    }
    if (to.size() != 2) {
      section.problem("two numbers required", "to", "height and width of the model's images");
    }
    return from.size() == 2 && to.size() == 2
        ? Optional.of(new ImageResize(from.get(0), from.get(1), to.get(0), to.get(1)))
        : Optional.empty();
  }

  private static SearchSettings search(Section section) {
    return SearchSettingsBuilder.builder()
        .reuse(section.integers("reuse", COUNT))
        .dropTop(section.integers("drop-top", Range.NOT_NEGATIVE))
        .reinitialize(section.integers("reinitialize", Range.NOT_NEGATIVE))
        .freeze(section.integers("freeze", Range.NOT_NEGATIVE))
        .epsilon(section.numbers("epsilon", Range.POSITIVE))
        .epochs(section.optionalInteger("epochs", COUNT))
        .metric(section.choice("metric", SearchSettings.Metric.class))
        .folds(section.integer("folds", Range.NOT_NEGATIVE))
        .repeats(section.integer("repeats", COUNT))
        .build();
  }
}
