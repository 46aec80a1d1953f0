package dev.strata.driver.zoo;

import java.util.Optional;

/**
 * What the marks say of a number.
 *
 * @param publishedSha256 checksum of {@code version.json}; absent where the version was never
 *     finished
 * @param deleted whether it was deleted, which is stronger
 */
record VersionState(Optional<String> publishedSha256, boolean deleted) {
  static final VersionState CLAIMED = new VersionState(Optional.empty(), false);

  boolean isThere() {
    return publishedSha256.isPresent() && !deleted;
  }

  boolean isUnfinished() {
    return publishedSha256.isEmpty() && !deleted;
  }

  VersionState and(VersionState other) {
    return new VersionState(publishedSha256.or(other::publishedSha256), deleted || other.deleted());
  }
}
