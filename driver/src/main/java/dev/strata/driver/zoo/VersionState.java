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

  /** Of two marks with different checksums neither is believed: no file has both. */
  VersionState and(VersionState other) {
    Optional<String> published = publishedSha256.or(other::publishedSha256);
    if (publishedSha256.isPresent() && other.publishedSha256.isPresent()) {
      String own = publishedSha256.get();
      String further = other.publishedSha256.get();
      published = Optional.of(own.equals(further) ? own : own + " and " + further);
    }
    return new VersionState(published, deleted || other.deleted());
  }
}
