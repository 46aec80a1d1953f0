package dev.strata.driver.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.io.TempDir;

/** Small CSV files, and their preparation. */
public abstract class CsvFixture {
  @TempDir Path temp;

  String csv(String name, String... lines) {
    try {
      return Files.writeString(temp.resolve(name + ".csv"), String.join("\n", lines) + "\n")
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A header and generated rows. */
  String csv(String name, String header, int rows, IntFunction<String> row) {
    StringBuilder text = new StringBuilder(header);
    for (int i = 0; i < rows; i++) {
      text.append('\n').append(row.apply(i));
    }
    return csv(name, text.toString());
  }

  PreparedData prepare(TestDataSettings settings) {
    return prepare(settings, Optional.empty());
  }

  PreparedData prepare(TestDataSettings settings, Optional<Preprocessing> given) {
    return new DataPreparer(LocalSpark.session()).prepare(settings.build(), shards(), 2, 42, given);
  }

  StrataException failure(TestDataSettings settings) {
    StrataException thrown = catchThrowableOfType(() -> prepare(settings), StrataException.class);
    assertThat(thrown).as("the failure of the preparation").isNotNull();
    return thrown;
  }

  String shards() {
    return temp.resolve("shards").toString();
  }

  static List<PreparedRows.Stored> rows(PreparedData data, String part) {
    return PreparedRows.of(data, part);
  }
}
