package dev.strata.driver.training;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Executors that multiply by another library than the driver, each of which is named once. */
final class OtherProducts {
  private final String own;
  private final Consumer<String> notice;
  private final Set<String> named = new HashSet<>();

  /**
   * @param own library of the driver, which provenance names
   */
  OtherProducts(String own, Consumer<String> notice) {
    this.own = own;
    this.notice = notice;
  }

  /** An executor multiplied by a library. */
  void at(String place, String library) {
    if (!library.equals(own) && named.add(place)) {
      notice.accept(
          "%s multiplies by %s, the driver by %s: their results differ in the last bits, so that the model depends on where Spark runs its tasks."
              .formatted(place, library, own));
    }
  }
}
