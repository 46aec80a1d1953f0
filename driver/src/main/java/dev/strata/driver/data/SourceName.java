package dev.strata.driver.data;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Names the source in failures of its data that name no file themselves. */
public final class SourceName {
  private SourceName() {}

  /**
   * Runs a step that reads sources.
   *
   * @param sources that the step reads; those that are not given are skipped
   * @throws StrataException (data) as the step, with the paths of the sources where it has no file
   */
  public static <T> T in(Supplier<T> step, SourceSettings... sources) {
    try {
      return step.get();
    } catch (StrataException e) {
      throw of(e, sources);
    }
  }

  /** The failure with the paths of the sources, where it is one of data and has no file. */
  public static StrataException of(StrataException failure, SourceSettings... sources) {
    String paths =
        Arrays.stream(sources)
            .flatMap(source -> source.path().stream())
            .collect(Collectors.joining(", "));
    return paths.isEmpty()
        ? failure
        : StrataException.all(
            failure.parts().stream()
                .map(part -> part.kind() == FailureKind.DATA ? part.orFile(paths) : part)
                .toList());
  }
}
