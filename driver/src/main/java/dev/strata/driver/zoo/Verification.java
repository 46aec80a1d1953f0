package dev.strata.driver.zoo;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads versions as jobs would, and tells which are damaged. */
public final class Verification {
  private final Zoo zoo;
  private final Consumer<Finding> findings;

  /**
   * @param findings takes each as soon as it is found
   */
  public Verification(Zoo zoo, Consumer<Finding> findings) {
    this.zoo = zoo;
    this.findings = findings;
  }

  /** Every version and every alias of the zoo. */
  public void all() {
    for (ZooModel model : zoo.models()) {
      versions(model);
    }
  }

  /**
   * One version, or with nothing but a model's name all of its versions.
   *
   * @throws StrataException (configuration) where there is none of that name
   */
  public void of(ZooName name, String key) {
    ZooModel model = zoo.model(name.model());
    if (name.alias().isPresent()) {
      version(model, zoo.find(name, key).version());
    } else if (name.version().isPresent()) {
      int number = name.version().getAsInt();
      if (!model.marks().of(number).isThere()) {
        zoo.find(name, key);
      }
      version(model, number);
    } else {
      if (model.marks().read().isEmpty()) {
        zoo.find(name, key);
      }
      versions(model);
    }
  }

  private void versions(ZooModel model) {
    model
        .marks()
        .read()
        .forEach(
            (number, state) -> {
              if (state.isThere()) {
                version(model, number);
              } else if (state.isUnfinished()) {
                findings.accept(
                    Finding.unfinished(
                        ZooName.of(model.name(), number),
                        "being published; or left by a killed publisher, then delete it"));
              }
            });
    aliases(model);
  }

  private void aliases(ZooModel model) {
    try {
      model
          .aliases()
          .forEach(
              (alias, number) -> {
                if (!model.marks().of(number).isThere()) {
                  findings.accept(
                      Finding.damaged(
                          ZooName.of(model.name(), alias),
                          "points to version " + number + ", which does not exist"));
                }
              });
      for (String alias : model.aliasChanges().unfinished()) {
        findings.accept(
            Finding.unfinished(
                ZooName.of(model.name(), alias),
                "a change is being written; or was interrupted, then promote again (the alias still"
                    + " points to its old version)"));
      }
    } catch (StrataException e) {
      findings.accept(damaged("the aliases of zoo:" + model.name(), e));
    }
  }

  private void version(ZooModel model, int number) {
    ZooName name = ZooName.of(model.name(), number);
    try {
      Optional<ModelVersion> version = model.version(number);
      if (version.isPresent()) {
        zoo.open(version.get(), name.toString());
        findings.accept(Finding.intact(name));
      }
    } catch (StrataException e) {
      // what was deleted meanwhile is not damaged
      if (model.marks().of(number).isThere()) {
        findings.accept(damaged(name, e));
      }
    }
  }

  /** A store that does not answer, or denies access, says nothing of what it holds. */
  private static Finding damaged(Object name, StrataException e) {
    if (e.kind() != FailureKind.DATA) {
      throw e;
    }
    return Finding.damaged(name, e.getMessage());
  }
}
