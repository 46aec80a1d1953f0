package dev.strata.jobs.config;

import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.ReplaceWord;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of corruptions. */
final class CorruptionSection {
  private CorruptionSection() {}

  static List<CorruptionSpec> read(Section section, String name) {
    List<CorruptionSpec> specs = new ArrayList<>();
    for (Section one : section.sections(name)) {
      if (one.optionalText("type").filter(ReplaceWord.TYPE::equals).isEmpty()) {
        one.problem("unknown corruption", "type", ReplaceWord.TYPE);
        continue;
      }
      one.allowOnly(List.of("type", "count", "power"));
      specs.add(
          new ReplaceWord(
              one.optionalInteger("count", Range.ANY).orElse(1),
              one.optionalNumber("power", Range.ANY).orElse(1.0)));
    }
    return specs;
  }
}
