package dev.strata.driver.finetune;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.surgery.LayerChoice;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.ReusedLayers;
import dev.strata.executor.surgery.SurgerySettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every combination of a search's numbers, in the order of its lists, that the model's layers
 * allow; combinations that come to the same are one. Settings of a layer by its name hold for the
 * candidates that have it.
 */
final class Candidates {
  private static final String AT = "fine-tune.search.";

  private final ReusedLayers model;
  private final FineTuneSettings base;
  private final SearchSettings search;
  private final NetworkProblems problems = new NetworkProblems();
  private final Map<String, Candidate> found = new LinkedHashMap<>();

  /** Key and number → why no combination with it is possible; empty where one is. */
  private final Map<Choice, Optional<String>> choices = new LinkedHashMap<>();

  private Candidates(ReusedLayers model, FineTuneSettings base) {
    this.model = model;
    this.base = base;
    this.search = base.search();
  }

  /** A number of one of the lists. */
  private record Choice(String key, int number) {}

  /** One number of each list; empty where the list is. */
  private record Combination(
      OptionalInt reuse,
      OptionalInt drop,
      OptionalInt fresh,
      OptionalInt frozen,
      OptionalDouble epsilon) {
    List<Choice> choices() {
      List<Choice> given = new ArrayList<>();
      reuse.ifPresent(number -> given.add(new Choice("reuse", number)));
      drop.ifPresent(number -> given.add(new Choice("drop-top", number)));
      fresh.ifPresent(number -> given.add(new Choice("reinitialize", number)));
      frozen.ifPresent(number -> given.add(new Choice("freeze", number)));
      return given;
    }
  }

  /**
   * @param key that names the model, for errors
   * @throws dev.strata.executor.failure.StrataException (configuration) where a number fits no
   *     combination
   */
  static List<Candidate> of(NetworkConfiguration model, FineTuneSettings settings, String key) {
    return new Candidates(ReusedLayers.belowOutput(model, key), settings).list();
  }

  private List<Candidate> list() {
    requireClear();
    model.with(base.surgery());
    for (OptionalInt reuse : each(search.reuse())) {
      for (OptionalInt drop : each(search.dropTop())) {
        for (OptionalInt fresh : each(search.reinitialize())) {
          for (OptionalInt frozen : each(search.freeze())) {
            for (OptionalDouble epsilon : epsilons()) {
              note(new Combination(reuse, drop, fresh, frozen, epsilon));
            }
          }
        }
      }
    }
    choices.forEach(
        (choice, reason) ->
            reason.ifPresent(why -> problems.add(AT + choice.key(), choice.number(), why)));
    problems.raise();
    return List.copyOf(found.values());
  }

  /** Settings that candidates could not follow. */
  private void requireClear() {
    boolean frozen = search.freeze().stream().anyMatch(f -> f > 0);
    boolean asBase = search.freeze().isEmpty() && !base.freeze().equals("0");
    if (base.inputDropout() > 0 && (frozen || asBase)) {
      problems.add(
          asBase ? "fine-tune.freeze" : AT + "freeze",
          asBase ? base.freeze() : search.freeze(),
          "only 0, because candidates use the cached output of frozen layers, and"
              + " fine-tune.dropout.input = "
              + base.inputDropout()
              + " changes their inputs from epoch to epoch");
    }
    LayerChoice choice = base.surgery().choice();
    boolean named = choice.count().isEmpty() && !choice.equals(LayerChoice.ALL);
    if (!search.reuse().isEmpty() && named) {
      problems.add(
          AT + "reuse",
          search.reuse(),
          "no setting, because fine-tune.reuse selects layers by name");
    }
    problems.raise();
  }

  private void note(Combination combination) {
    Optional<String> reason;
    try {
      Candidate candidate = candidate(combination);
      found.putIfAbsent(candidate.name(), candidate);
      reason = Optional.empty();
    } catch (StrataException e) {
      reason = Optional.of(e.expected().orElse(e.getMessage()));
    }
    for (Choice choice : combination.choices()) {
      if (reason.isEmpty() || !choices.containsKey(choice)) {
        choices.put(choice, reason);
      }
    }
  }

  /**
   * @throws StrataException (configuration) where the layers do not allow it
   */
  private Candidate candidate(Combination of) {
    if (of.reuse().orElse(1) > model.count()) {
      throw StrataException.configuration("the model has too few layers")
          .expected(
              "at most %d, because the model has %s"
                  .formatted(model.count(), String.join(", ", model.names())))
          .build();
    }
    LayerChoice choice =
        of.reuse().isPresent()
            ? LayerChoice.lowest(of.reuse().getAsInt())
            : base.surgery().choice();
    int drop = of.drop().orElse(base.surgery().dropTop());
    List<String> names = model.with(new SurgerySettings(choice, drop, List.of(), Map.of())).names();
    Map<String, LayerSettings> replace = new TreeMap<>(base.surgery().replace());
    replace.keySet().retainAll(names);
    SurgerySettings surgery = new SurgerySettings(choice, drop, fresh(of, names, replace), replace);
    ReusedLayers layers = model.with(surgery);
    int frozen =
        layers.frozen(
            of.frozen().isPresent() ? Integer.toString(of.frozen().getAsInt()) : base.freeze());
    FineTuneSettings settings =
        base.with(surgery, Integer.toString(frozen)).withRates(rates(names));
    return new Candidate(
        names.size(),
        surgery.reinitialize().size(),
        frozen,
        of.epsilon(),
        of.epsilon().isPresent() ? settings.withEpsilon(of.epsilon().getAsDouble()) : settings);
  }

  private List<String> fresh(
      Combination of, List<String> names, Map<String, LayerSettings> replace) {
    if (of.fresh().isEmpty()) {
      return base.surgery().reinitialize().stream().filter(names::contains).toList();
    }
    int left = names.size();
    int fresh = of.fresh().getAsInt();
    if (fresh > left) {
      throw StrataException.configuration("more layers to reinitialize than are left")
          .expected("at most " + left + ", because " + String.join(", ", names) + " are left")
          .build();
    }
    return names.subList(left - fresh, left).stream().filter(n -> !replace.containsKey(n)).toList();
  }

  /** Without the factors of layers that the candidate leaves out. */
  private LayerRates rates(List<String> names) {
    Set<String> out = new HashSet<>(model.names());
    out.addAll(model.with(SurgerySettings.of(base.surgery().choice())).names());
    out.removeAll(Set.copyOf(names));
    Map<String, Double> layers = new TreeMap<>(base.rates().layers());
    layers.keySet().removeAll(out);
    return new LayerRates(base.rates().reused(), base.rates().depth(), layers);
  }

  private List<OptionalDouble> epsilons() {
    return search.epsilon().isEmpty()
        ? List.of(OptionalDouble.empty())
        : search.epsilon().stream().map(OptionalDouble::of).toList();
  }

  private static List<OptionalInt> each(List<Integer> numbers) {
    return numbers.isEmpty()
        ? List.of(OptionalInt.empty())
        : numbers.stream().map(OptionalInt::of).toList();
  }
}
