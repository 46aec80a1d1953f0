package dev.strata.driver.run;

import java.util.Set;

/**
 * Keys of a configuration that may differ from those of an unfinished run.
 *
 * @param mayChange always
 * @param defaults keys that have their default value: where the run does not know them, it was
 *     begun with a version of Strata that did not have them yet, and did what the default says
 */
public record ResumeRule(Set<String> mayChange, Set<String> defaults) {
  public ResumeRule {
    mayChange = Set.copyOf(mayChange);
    defaults = Set.copyOf(defaults);
  }

  /** No key but these. */
  public static ResumeRule only(String... mayChange) {
    return new ResumeRule(Set.of(mayChange), Set.of());
  }

  boolean allows(String key, boolean known) {
    return mayChange.contains(key) || !known && defaults.contains(key);
  }
}
