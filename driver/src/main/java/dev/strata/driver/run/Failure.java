package dev.strata.driver.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.failure.ShortText;
import dev.strata.executor.failure.StrataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code failure.json} of a job that failed. Every field is written, null where nothing is
 * known of it.
 *
 * @param exitCode of the job's contract
 * @param kind {@code configuration}, {@code data}, {@code diverged}, {@code cluster} or {@code
 *     internal}
 * @param message one sentence
 * @param key of the configuration that is at fault
 * @param file or folder that is at fault
 * @param row that is at fault
 * @param found what was there
 * @param expected what should have been there
 * @param retryable whether the same command may succeed later
 * @param lastCheckpoint folder of the last good checkpoint
 * @param submission id that {@code deploy/bin/strata} gave the job in cluster mode
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@RecordBuilder
public record Failure(
    int exitCode,
    String kind,
    String message,
    String key,
    String file,
    String row,
    String found,
    String expected,
    boolean retryable,
    String lastCheckpoint,
    String submission) {
  public static Failure of(StrataException thrown, Optional<String> lastCheckpoint) {
    return FailureBuilder.builder()
        .exitCode(thrown.kind().exitCode())
        .kind(thrown.kind().name().toLowerCase(Locale.ROOT))
        .message(thrown.getMessage())
        .key(thrown.key().orElse(null))
        .file(thrown.file().orElse(null))
        .row(thrown.row().orElse(null))
        .found(thrown.found().orElse(null))
        .expected(thrown.expected().orElse(null))
        .retryable(thrown.kind().retryable())
        .lastCheckpoint(lastCheckpoint.orElse(null))
        .submission(null)
        .build();
  }

  /**
   * The same without credentials.
   *
   * @param secrets that the configuration holds
   */
  public Failure without(Collection<String> secrets) {
    return FailureBuilder.builder(this)
        .message(open(message, secrets))
        .file(open(file, secrets))
        .row(open(row, secrets))
        .found(open(found, secrets))
        .expected(open(expected, secrets))
        .build();
  }

  private static String open(String text, Collection<String> secrets) {
    return text == null ? null : Secrets.message(text, secrets);
  }

  /** A failure that is no known mistake of the user: a fault of Strata, or of what it runs on. */
  public static Failure internal(int exitCode, Throwable thrown, Optional<String> lastCheckpoint) {
    return FailureBuilder.builder()
        .exitCode(exitCode)
        .kind("internal")
        .message(ShortText.of(thrown.toString()))
        .key(null)
        .file(null)
        .row(null)
        .found(null)
        .expected(null)
        .retryable(false)
        .lastCheckpoint(lastCheckpoint.orElse(null))
        .submission(null)
        .build();
  }

  /** The same, of the job that was submitted with this id. */
  public Failure of(Optional<String> id) {
    return FailureBuilder.builder(this).submission(id.orElse(null)).build();
  }
}
