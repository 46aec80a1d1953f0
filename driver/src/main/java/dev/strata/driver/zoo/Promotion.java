package dev.strata.driver.zoo;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import java.util.SortedMap;

/** Lets aliases stand for versions. */
public final class Promotion {
  private final Zoo zoo;

  public Promotion(Zoo zoo) {
    this.zoo = zoo;
  }

  /**
   * Lets an alias stand for a version from now on, after reading it as every job would. Writes
   * nothing where it does already.
   *
   * @return the version
   * @throws StrataException (configuration) where there is no such version, or the alias is no
   *     name; (data) where it is damaged
   */
  public ModelVersion promote(ZooName name, String alias, String key) {
    ZooName.requireAlias(alias, "--alias");
    ModelVersion version = zoo.find(name, key);
    zoo.open(version, key);
    ZooModel model = zoo.model(version.model());
    if (stands(model, alias, version.version())) {
      return version;
    }
    ZooLock.whileHeld(
        zoo.configuration(),
        zoo.folder(),
        () -> {
          // as long as it is there
          zoo.find(version.name(), key);
          model.aliasChanges().point(alias, version.version());
        });
    return version;
  }

  /** A damaged alias stands for nothing, and is to be set again. */
  private static boolean stands(ZooModel model, String alias, int version) {
    try {
      return model.aliasChanges().version(alias).filter(v -> v == version).isPresent();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Lets an alias stand for nothing from now on.
   *
   * @throws StrataException (configuration) where there is no such alias
   */
  public void remove(String modelName, String alias, String key) {
    ZooModel model = zoo.model(ZooName.requireModel(modelName, key));
    ZooLock.whileHeld(
        zoo.configuration(),
        zoo.folder(),
        () -> {
          SortedMap<String, Integer> aliases = model.aliases();
          if (!aliases.containsKey(alias)) {
            String suggestion =
                Nearest.to(alias, aliases.keySet())
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            throw StrataException.configuration("no such alias in the zoo: " + alias + suggestion)
                .key(key)
                .found(alias)
                .expected("one of " + aliases.keySet())
                .build();
          }
          model.aliasChanges().point(alias, null);
        });
  }
}
