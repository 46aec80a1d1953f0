package dev.strata.driver.data;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Small inputs as people have them, under the resources. */
final class Cases {
  private Cases() {}

  static String at(String name) {
    try {
      return Path.of(
              Objects.requireNonNull(Cases.class.getResource("/cases/" + name), name).toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
