package dev.strata.driver.run;

import java.util.Objects;
import java.util.Optional;

/**
 * Model that a key of the configuration named when a run started.
 *
 * @param name a version of the zoo, such as {@code zoo:kinds@2}; else the folder as it was given
 * @param modelSha256 of the network and its parameters
 * @param contentSha256 also of the preprocessing and whatever else belongs to the model, not of the
 *     time of writing; null for a version of the zoo, whose files never change
 */
public record ModelState(String name, String modelSha256, String contentSha256) {
  /**
   * What has changed, as words behind the key; empty where it is the same model.
   *
   * @param now what the key names later
   */
  public Optional<String> change(ModelState now) {
    boolean same =
        Objects.equals(modelSha256, now.modelSha256)
            && Objects.equals(contentSha256, now.contentSha256)
            && (contentSha256 != null || Objects.equals(name, now.name));
    if (same) {
      return Optional.empty();
    }
    if (!Objects.equals(name, now.name)) {
      return Optional.of(name + " -> " + now.name);
    }
    return Optional.of(
        Objects.equals(modelSha256, now.modelSha256)
            ? "different preprocessing in " + now.name
            : "a different model in "
                + now.name
                + " (modelSha256 "
                + modelSha256
                + " -> "
                + now.modelSha256
                + ")");
  }
}
