package dev.strata.driver.zoo;

import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a model in the zoo: {@code zoo:NAME} is its newest version, {@code zoo:NAME@3} the third
 * one, {@code zoo:NAME@production} the one that an alias stands for.
 *
 * @param version at least 1; absent where an alias or the newest is meant
 * @param alias absent where a version or the newest is meant
 */
public record ZooName(String model, OptionalInt version, Optional<String> alias) {
  private static final String PREFIX = "zoo:";
  private static final String MODEL = "[a-z0-9][a-z0-9._-]{0,99}";
  private static final String ALIAS = "[a-z][a-z0-9_-]{0,99}";
  private static final Pattern WHOLE =
      Pattern.compile("zoo:(" + MODEL + ")(?:@(?:([1-9][0-9]{0,8})|(" + ALIAS + ")))?");

  /** Whether a text is meant for the zoo and not for a path. */
  public static boolean isMeant(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * @param key the configuration key that has the text, for errors
   * @throws StrataException (configuration) where it is no such name
   */
  public static ZooName parse(String text, String key) {
    Matcher matcher = WHOLE.matcher(text);
    if (!matcher.matches()) {
      throw StrataException.configuration("not a valid model name")
          .key(key)
          .found(text)
          .expected(
              "zoo:NAME, zoo:NAME@VERSION or zoo:NAME@ALIAS, in lower case, such as zoo:encoder@3")
          .build();
    }
    return new ZooName(
        matcher.group(1),
        matcher.group(2) == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(matcher.group(2))),
        Optional.ofNullable(matcher.group(3)));
  }

  /** A version by its number. */
  public static ZooName of(String model, int version) {
    return new ZooName(model, OptionalInt.of(version), Optional.empty());
  }

  /** What an alias stands for. */
  static ZooName of(String model, String alias) {
    return new ZooName(model, OptionalInt.empty(), Optional.of(alias));
  }

  /** Rejects an invalid name of a model; the message names {@code where} it was given. */
  static String requireModel(String name, String where) {
    return require(
        name,
        MODEL,
        where,
        "lower-case letters, digits, '.', '_' and '-', such as fashion-encoder");
  }

  /** Refuses what cannot be an alias. */
  public static String requireAlias(String alias, String where) {
    return require(
        alias, ALIAS, where, "a lower-case letter, then such letters, digits, '_' and '-'");
  }

  private static String require(String name, String pattern, String where, String expected) {
    if (!name.matches(pattern)) {
      throw StrataException.configuration("not a valid name for the zoo")
          .key(where)
          .found(name)
          .expected(expected)
          .build();
    }
    return name;
  }

  @Override
  public String toString() {
    return PREFIX
        + model
        + (version.isPresent() ? "@" + version.getAsInt() : "")
        + alias.map(name -> "@" + name).orElse("");
  }
}
