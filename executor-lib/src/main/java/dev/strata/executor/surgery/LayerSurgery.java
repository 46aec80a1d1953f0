package dev.strata.executor.surgery;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.layer.SequenceOrder;
import dev.strata.executor.network.LayerFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Selects layers of a model, drops the topmost, and marks which are reinitialized or replaced; then
 * every layer must fit on the one below it. The lowest takes the model's input rows.
 */
final class LayerSurgery {
  private static final String REUSE = "fine-tune.reuse";

  private final ReusedLayers model;
  private final SurgerySettings settings;
  private final NetworkProblems problems = new NetworkProblems();

  LayerSurgery(ReusedLayers model, SurgerySettings settings) {
    this.model = model;
    this.settings = settings;
  }

  List<ReusedLayer> run() {
    List<ReusedLayer> chosen = withoutTop(chosen());
    problems.raise();
    List<String> names = chosen.stream().map(ReusedLayer::name).toList();
    requireKnown("fine-tune.reinitialize", settings.reinitialize(), names);
    requireKnown("fine-tune.replace", settings.replace().keySet(), names);
    for (String name : settings.reinitialize()) {
      if (settings.replace().containsKey(name)) {
        problems.add("fine-tune.reinitialize", name, "a layer not in fine-tune.replace");
      }
    }
    problems.raise();
    List<ReusedLayer> fitted = fitted(chosen);
    problems.raise();
    return fitted;
  }

  private List<ReusedLayer> chosen() {
    LayerChoice choice = settings.choice();
    if (choice.ways() > 1) {
      problems.add(REUSE, choice.ways() + " of them", "one of count, names, pattern and map");
      return List.of();
    }
    if (choice.count().isPresent()) {
      int count = choice.count().get();
      if (count < 1 || count > model.count()) {
        problems.add(
            REUSE + ".count",
            count,
            "1 to " + model.count() + ", because the model has " + listed(model.names()));
        return List.of();
      }
      return model.all().subList(0, count);
    }
    if (choice.pattern().isPresent()) {
      return matching(choice.pattern().get());
    }
    if (!choice.map().isEmpty()) {
      return renamed(choice.map());
    }
    if (choice.names().isEmpty()) {
      return model.all();
    }
    requireKnown(REUSE + ".names", choice.names(), model.names());
    return model.that(layer -> choice.names().contains(layer.name()));
  }

  private List<ReusedLayer> matching(String expression) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      problems.add(REUSE + ".pattern", expression, "a regular expression: " + e.getDescription());
      return List.of();
    }
    List<ReusedLayer> found = model.that(layer -> pattern.matcher(layer.name()).matches());
    if (found.isEmpty()) {
      problems.add(
          REUSE + ".pattern",
          expression,
          "an expression that matches one of " + listed(model.names()));
    }
    return found;
  }

  private List<ReusedLayer> renamed(Map<String, String> map) {
    requireKnown(REUSE + ".map", map.keySet(), model.names());
    Set<String> taken = new HashSet<>();
    List<ReusedLayer> found = new ArrayList<>();
    for (ReusedLayer layer : model.that(l -> map.containsKey(l.name()))) {
      String name = map.get(layer.name());
      if (!name.matches("[A-Za-z][A-Za-z0-9_-]*") || name.equals(LayerActivations.OUTPUT)) {
        problems.add(
            REUSE + ".map." + layer.name(), name, "a letter, then letters, digits, - and _");
      } else if (!taken.add(name)) {
        problems.add(REUSE + ".map." + layer.name(), name, "a unique name");
      }
      found.add(layer.withName(name));
    }
    return found;
  }

  private List<ReusedLayer> withoutTop(List<ReusedLayer> chosen) {
    int drop = settings.dropTop();
    if (chosen.isEmpty() || (drop >= 0 && drop < chosen.size())) {
      return chosen.subList(0, chosen.isEmpty() ? 0 : chosen.size() - drop);
    }
    problems.add(
        "fine-tune.drop-top",
        drop,
        "less than "
            + chosen.size()
            + ", because "
            + listed(chosen.stream().map(ReusedLayer::name).toList())
            + " are reused and at least one must remain");
    return chosen;
  }

  private void requireKnown(String key, Iterable<String> asked, List<String> known) {
    for (String name : asked) {
      if (!known.contains(name)) {
        problems.add(
            key, name + ReusedLayers.nearest(name, known), "one of the layers " + listed(known));
      }
    }
  }

  /**
   * The layers with reinitialized and replaced ones; the input width of each is the output width of
   * the one below.
   */
  private List<ReusedLayer> fitted(List<ReusedLayer> chosen) {
    List<ReusedLayer> fitted = new ArrayList<>();
    RowShape shape = model.all().get(0).below();
    String below = "the input";
    int indexBelow = -1;
    for (ReusedLayer layer : chosen) {
      Optional<LayerSettings> replacement =
          Optional.ofNullable(settings.replace().get(layer.name()));
      boolean fresh = settings.reinitialize().contains(layer.name());
      boolean own = replacement.isEmpty() && !fresh;
      boolean moved = layer.index() != indexBelow + 1;
      boolean joined =
          moved && (model.standsOnOther(layer) || !shape.isKnown() || !layer.below().isKnown());
      boolean onIds = indexBelow < 0 && model.onText();
      if (joined
          || (own && shape.isKnown() && !fits(layer, shape))
          || (fresh && !haveSamePlane(shape, layer.below()))
          || (fresh && model.isResidual(layer) && !fits(layer, shape))
          || (onIds && layer.index() != 0)) {
        problems.add(
            "fine-tune.reuse",
            layer.name() + " on " + below,
            "a layer with input "
                + (onIds ? "word ids" : shape.words())
                + ", not "
                + (onIds || !isVector(shape) || !isVector(layer.below())
                    ? layer.below().words()
                    : layer.below().width())
                + (model.isResidual(layer) && fresh ? "; replace " : "; reinitialize or replace ")
                + layer.name()
                + ", or reuse the layers between");
      }
      RowShape taken = joined || !shape.isKnown() ? layer.below() : shape;
      replacement.ifPresent(r -> checkReplacement(layer, r, onIds, taken));
      ReusedLayer.Origin origin =
          own
              ? ReusedLayer.Origin.KEPT
              : fresh ? ReusedLayer.Origin.REINITIALIZED : ReusedLayer.Origin.REPLACED;
      shape = above(layer, replacement, taken, own);
      fitted.add(
          new ReusedLayer(
              layer.name(),
              layer.index(),
              origin,
              taken,
              shape,
              layer.from(),
              layer.parameters(),
              replacement));
      below = layer.name();
      indexBelow = layer.index();
    }
    if (!shape.isKnown()) {
      problems.add(
          REUSE, "layer " + below + " at the top", "a layer whose output for a row is a vector");
    }
    return fitted;
  }

  private static boolean fits(ReusedLayer layer, RowShape below) {
    boolean pooled =
        layer.pools()
            && below.isSequence() == layer.below().isSequence()
            && haveSamePlane(below, layer.below());
    return below.suits(layer.below()) || pooled;
  }

  private static boolean haveSamePlane(RowShape one, RowShape other) {
    return Objects.equals(one.plane(), other.plane());
  }

  private static boolean isVector(RowShape shape) {
    return !shape.isSequence() && !shape.isImage();
  }

  private void checkReplacement(
      ReusedLayer layer, LayerSettings replacement, boolean onIds, RowShape taken) {
    String at = "fine-tune.replace." + layer.name() + ".";
    if (replacement instanceof LayerSettings.Output) {
      problems.add(at + "type", "output", "a layer below the output");
    } else if (onIds) {
      problems.add(
          at + "type",
          replacement.type(),
          "no replacement; the word vectors can only be kept or reinitialized");
    } else {
      new SequenceOrder(problems).fits(replacement, at, false, taken);
    }
  }

  private static RowShape above(
      ReusedLayer layer, Optional<LayerSettings> replacement, RowShape below, boolean own) {
    if (replacement.isPresent()) {
      return LayerFactory.above(replacement.get(), below);
    }
    if (layer.pools()) {
      return layer.pooled(below);
    }
    // Layers without weights of their own, and batch normalisation, are as wide as their input.
    boolean keepsWidth =
        !own && layer.below().equals(layer.above()) && !layer.below().equals(below);
    return keepsWidth && layer.parameters() <= 4L * layer.below().width() ? below : layer.above();
  }

  private static String listed(List<String> names) {
    return String.join(", ", names);
  }
}
