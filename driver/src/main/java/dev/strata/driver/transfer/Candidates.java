package dev.strata.driver.transfer;

import dev.strata.executor.network.LayerChoice;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkProblems;
import dev.strata.executor.network.ReusedLayers;
import dev.strata.executor.network.SurgerySettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every combination of a search's numbers, in the order of its lists, that the model's layers
 * allow; combinations that come to the same are one.
 */
final class Candidates {
  private static final String AT = "fine-tune.search.";

  private final ReusedLayers model;
  private final FineTuneSettings base;
  private final NetworkProblems problems = new NetworkProblems();
  private final Map<String, Candidate> found = new LinkedHashMap<>();

  private Candidates(ReusedLayers model, FineTuneSettings base) {
    this.model = model;
    this.base = base;
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
    SearchSettings search = base.search();
    requireFrozenInputs(search);
    for (int reuse : orElse(search.reuse(), model.count())) {
      if (reuse > model.count()) {
        problems.add(
            AT + "reuse",
            reuse,
            "at most " + model.count() + ", as the model has " + String.join(", ", model.names()));
        continue;
      }
      for (int drop : orElse(search.dropTop(), base.surgery().dropTop())) {
        addAll(search, reuse, drop);
      }
    }
    if (found.isEmpty() && problems.none()) {
      problems.add(AT + "freeze", search.freeze(), "numbers of layers that the model has");
    }
    problems.raise();
    return List.copyOf(found.values());
  }

  private void requireFrozenInputs(SearchSettings search) {
    if (base.inputDropout() > 0 && search.freeze().stream().anyMatch(f -> f > 0)) {
      problems.add(
          AT + "freeze",
          search.freeze(),
          "0 only: candidates are trained on the output of frozen layers computed once, and"
              + " fine-tune.dropout.input = "
              + base.inputDropout()
              + " changes their inputs from epoch to epoch");
    }
  }

  private void addAll(SearchSettings search, int reuse, int drop) {
    LayerChoice choice =
        search.reuse().isEmpty() ? base.surgery().choice() : LayerChoice.lowest(reuse);
    ReusedLayers chosen = model.with(SurgerySettings.of(choice));
    int left = chosen.count() - drop;
    if (left < 1) {
      return;
    }
    List<String> names = chosen.names().subList(0, left);
    for (int fresh : orElse(search.reinitialize(), -1)) {
      if (fresh > left) {
        continue;
      }
      List<String> again =
          fresh < 0
              ? base.surgery().reinitialize().stream().filter(names::contains).toList()
              : names.subList(left - fresh, left);
      SurgerySettings surgery = new SurgerySettings(choice, drop, again, base.surgery().replace());
      int own = model.with(surgery).frozen(search.freeze().isEmpty() ? base.freeze() : "0");
      for (int frozen : orElse(search.freeze(), own)) {
        if (frozen <= left - again.size()) {
          Candidate candidate =
              new Candidate(
                  left, again.size(), frozen, base.with(surgery, Integer.toString(frozen)));
          found.putIfAbsent(candidate.name(), candidate);
        }
      }
    }
  }

  private static int[] orElse(List<Integer> numbers, int otherwise) {
    return numbers.isEmpty()
        ? IntStream.of(otherwise).toArray()
        : numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** As a table, best first. */
  static String table(List<Candidate.Tried> tried) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-6s %-6s %-7s %12s %6s %9s %9s %9s",
            "layers", "fresh", "frozen", "trained", "epoch", "error", "loss", "seconds"));
    for (Candidate.Tried one : tried) {
      Candidate candidate = one.candidate();
      lines.add(
          String.format(
              "%-6d %-6d %-7d %,12d %6d %9.4f %9.4f %9.1f%s",
              candidate.kept(),
              candidate.fresh(),
              candidate.frozen(),
              one.trained(),
              one.score().epoch(),
              one.score().error(),
              one.score().loss(),
              one.result().seconds(),
              lines.size() == 1 ? "  best" : ""));
    }
    return String.join("\n", lines) + "\n";
  }
}
