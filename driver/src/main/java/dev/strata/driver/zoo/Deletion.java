package dev.strata.driver.zoo;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Removes versions that nothing needs. */
public final class Deletion {
  private final Zoo zoo;

  public Deletion(Zoo zoo) {
    this.zoo = zoo;
  }

  /**
   * @param name with the number of a version, one that was never finished included
   * @throws StrataException (configuration) where there is no such version, or an alias or another
   *     model needs it
   */
  public void delete(ZooName name, String key) {
    int number =
        name.version()
            .orElseThrow(
                () ->
                    StrataException.configuration("deleting a version needs its number")
                        .key(key)
                        .found(name)
                        .expected("such as zoo:" + name.model() + "@3")
                        .build());
    ZooModel model = zoo.model(name.model());
    ZooLock.whileHeld(
        zoo.configuration(),
        zoo.folder(),
        () -> {
          VersionState state = model.marks().read().get(number);
          if (state == null || state.deleted() && !exists(model.folder(number))) {
            // names what there is
            zoo.find(name, key);
          } else if (state.isThere()) {
            refuseNeeded(model, number, key);
          }
          model.marks().delete(number);
        });
    remove(model.folder(number));
  }

  private void refuseNeeded(ZooModel model, int number, String key) {
    ZooName name = ZooName.of(model.name(), number);
    List<String> needs = new ArrayList<>();
    model.aliasChanges().of(number).forEach(alias -> needs.add("alias " + alias));
    intact(model, number).ifPresent(version -> children(version).forEach(needs::add));
    if (!needs.isEmpty()) {
      throw StrataException.configuration("the version is in use")
          .key(key)
          .found(name + ": " + String.join("; ", needs))
          .expected("delete these, or promote the aliases elsewhere, first")
          .build();
    }
  }

  /** Empty if its files are damaged: no training can continue from it then. */
  private static Optional<ModelVersion> intact(ZooModel model, int number) {
    try {
      return model.version(number);
    } catch (StrataException e) {
      if (e.kind() == FailureKind.DATA) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What was trained from this model, where no other version holds the same. */
  private List<String> children(ModelVersion version) {
    boolean elsewhere =
        zoo.withModel(version.modelSha256()).stream()
            .anyMatch(other -> !other.name().equals(version.name()));
    return elsewhere
        ? List.of()
        : zoo.children(version).stream()
            .filter(child -> !child.name().equals(version.name()))
            .map(child -> child.name() + ", which was trained from it")
            .toList();
  }

  private boolean exists(Path folder) {
    try {
      return Storage.of(folder, zoo.configuration()).exists(folder);
    } catch (IOException e) {
      throw OutputFiles.readFailure(Zoo.KEY, folder, e);
    }
  }

  private void remove(Path folder) {
    try {
      Storage.of(folder, zoo.configuration()).delete(folder, true);
    } catch (IOException | FSError e) {
      throw StrataException.cluster("the version is deleted, but its files remain")
          .file(folder)
          .found(OutputFiles.reason(e))
          .expected("run the command again to retry")
          .cause(e)
          .build();
    }
  }
}
