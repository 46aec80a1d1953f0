package dev.strata.driver.preparation;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Small inputs as people have them, under the resources. */
public final class Cases {
  private Cases() {}

  public static String at(String name) {
    try {
      return Path.of(
              Objects.requireNonNull(Cases.class.getResource("/cases/" + name), name).toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
