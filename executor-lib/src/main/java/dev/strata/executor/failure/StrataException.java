package dev.strata.executor.failure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A failure that a user can act on: what is wrong, where, what was found and what was expected. It
 * travels from tasks to the driver (as the cause of Spark's own exception), is printed without a
 * stack trace and becomes {@code failure.json}.
 */
public final class StrataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final String what;
  private final String key;
  private final String file;
  private final String row;
  private final String found;
  private final String expected;
  private final ArrayList<StrataException> parts;

  private StrataException(Builder builder) {
    super(builder.shortened().sentence(), builder.cause);
    this.kind = builder.kind;
    this.what = builder.what;
    this.key = builder.key;
    this.file = builder.file;
    this.row = builder.row;
    this.found = builder.found;
    this.expected = builder.expected;
    this.parts = builder.parts;
  }

  /** A wrong key or flag: exit code 2. */
  public static Builder configuration(String what) {
    return new Builder(FailureKind.CONFIGURATION, what);
  }

  /** A wrong file, row or model: exit code 3. */
  public static Builder data(String what) {
    return new Builder(FailureKind.DATA, what);
  }

  /** Training diverged: exit code 4. */
  public static Builder diverged(String what) {
    return new Builder(FailureKind.DIVERGED, what);
  }

  /** The cluster or a file system failed: exit code 5. */
  public static Builder cluster(String what) {
    return new Builder(FailureKind.CLUSTER, what);
  }

  /**
   * Several failures as one, which lists them line by line. Its kind is the first of configuration,
   * data and the rest that one of them has; its key and file are those of the first of that kind.
   *
   * @param failures at least one; the only one is returned as it is
   */
  public static StrataException all(List<StrataException> failures) {
    return all(failures.size() + " problems:", failures);
  }

  /** As {@link #all(List)}, with a heading of one's own above the lines. */
  public static StrataException all(String heading, List<StrataException> failures) {
    if (failures.size() == 1) {
      return failures.get(0);
    }
    StrataException leading =
        failures.stream().min(Comparator.comparing(StrataException::kind)).orElseThrow();
    StringBuilder lines = new StringBuilder(heading);
    failures.forEach(failure -> lines.append("\n  ").append(failure.getMessage()));
    Builder builder = new Builder(leading.kind, lines.toString());
    builder.key = leading.key;
    builder.file = leading.file;
    builder.parts.addAll(failures);
    builder.cause = leading;
    return builder.build();
  }

  /** The failures that {@link #all(List)} has joined; of any other failure itself. */
  public List<StrataException> parts() {
    return parts.isEmpty() ? List.of(this) : List.copyOf(parts);
  }

  /** The first failure of ours in a chain of causes, as Spark hands it to the driver. */
  public static Optional<StrataException> in(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof StrataException ours) {
        return Optional.of(ours);
      }
    }
    return Optional.empty();
  }

  /**
   * The same failure of something larger.
   *
   * @param whole what cannot be done because of it, such as {@code fine-tune.search cannot train A}
   */
  public StrataException of(String whole) {
    Builder larger = new Builder(kind, whole + ": " + what);
    larger.key = key;
    larger.file = file;
    larger.row = row;
    larger.found = found;
    larger.expected = expected;
    larger.cause = this;
    return larger.build();
  }

  /** The same failure, of this file where it names none. */
  public StrataException orFile(Object other) {
    if (!parts.isEmpty()) {
      return all(parts.stream().map(part -> part.orFile(other)).toList());
    }
    if (file != null) {
      return this;
    }
    Builder named = new Builder(kind, what);
    named.key = key;
    named.file = String.valueOf(other);
    named.row = row;
    named.found = found;
    named.expected = expected;
    named.cause = this;
    return named.build();
  }

  public FailureKind kind() {
    return kind;
  }

  /** The rule that was broken, without the details of {@link #getMessage()}. */
  public String what() {
    return what;
  }

  /** The configuration key at fault, if one is. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  /** The file or folder at fault, if one is. */
  public Optional<String> file() {
    return Optional.ofNullable(file);
  }

  /** The row at fault, as a number or as its content. */
  public Optional<String> row() {
    return Optional.ofNullable(row);
  }

  public Optional<String> found() {
    return Optional.ofNullable(found);
  }

  public Optional<String> expected() {
    return Optional.ofNullable(expected);
  }

  /** Collects what is known of a failure. */
  public static final class Builder {
    private final FailureKind kind;
    private String what;
    private String key;
    private String file;
    private String row;
    private String found;
    private String expected;
    private Throwable cause;
    private final ArrayList<StrataException> parts = new ArrayList<>();

    private Builder(FailureKind kind, String what) {
      this.kind = Objects.requireNonNull(kind);
      this.what = Objects.requireNonNull(what);
    }

    public Builder key(String value) {
      this.key = value;
      return this;
    }

    /**
     * @param value null: there is none
     */
    public Builder file(Object value) {
      this.file = value == null ? null : value.toString();
      return this;
    }

    public Builder row(Object value) {
      this.row = String.valueOf(value);
      return this;
    }

    public Builder found(Object value) {
      this.found = String.valueOf(value);
      return this;
    }

    public Builder expected(Object value) {
      this.expected = String.valueOf(value);
      return this;
    }

    public Builder cause(Throwable value) {
      this.cause = value;
      return this;
    }

    public StrataException build() {
      return new StrataException(this);
    }

    /** Of several failures each has been shortened already. */
    private Builder shortened() {
      what = parts.isEmpty() ? ShortText.of(what) : what;
      key = ShortText.of(key);
      file = ShortText.of(file);
      row = ShortText.of(row);
      found = ShortText.of(found);
      expected = ShortText.of(expected);
      return this;
    }

    private String sentence() {
      if (!this.parts.isEmpty()) {
        return what;
      }
      List<String> parts = new ArrayList<>();
      addTo(parts, "key", key);
      addTo(parts, "file", file);
      addTo(parts, "row", row);
      addTo(parts, "found", found);
      addTo(parts, "expected", expected);
      return parts.isEmpty() ? what : what + " (" + String.join("; ", parts) + ")";
    }

    private static void addTo(List<String> parts, String name, String value) {
      if (value != null) {
        parts.add(name + ": " + value);
      }
    }
  }
}
