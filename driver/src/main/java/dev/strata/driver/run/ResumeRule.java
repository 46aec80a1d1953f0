package dev.strata.driver.run;

import java.util.Set;

/**
 * Keys of a configuration that may differ from those of an unfinished run.
 *
 * @param mayChange always
 * @param defaults keys whose value, mostly the default, says what Strata did before it had them:
 *     where the run does not know them, it was begun with such a version
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
