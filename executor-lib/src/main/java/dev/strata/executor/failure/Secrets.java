package dev.strata.executor.failure;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes credentials by the names of their keys, and hides them. Strata stores and shows
 * neither the value of such a key nor a password inside the address of a database or a store.
 */
public final class Secrets {
  /**
   * Matches part of the name of a key that holds a credential. Spark's own default lacks the keys
   * of Azure and Google storage; this is the default of {@code spark.redaction.regex} in Strata's
   * sessions.
   */
  public static final String PATTERN =
      "(?i)secret|passw(or)?d|pwd|passphrase|token(?!iz)|credential"
          + "|(access|account|private|api)[-._]?key|[.]sas[.]";

  /** What stands in place of a credential. */
  public static final String HIDDEN = "(hidden)";

  private static final Pattern KEY = Pattern.compile(PATTERN);

  /**
   * {@code scheme://user:password@host}. This pattern and the next two look at each character a
   * fixed number of times, whatever the text: messages repeat what damaged files hold.
   */
  private static final Pattern USER_INFO =
      Pattern.compile("(?i)(?<![a-z0-9+.-])([a-z0-9+.-]++://[^/\\s:@?#]*+:)[^/\\s@]++@");

  /** {@code key=} and {@code "key":} in addresses, options and command lines. */
  private static final Pattern ASSIGNED =
      Pattern.compile("(?<![\\w.-])([\\w.-]++)(?:\\s*+=|\"\\s*+:)\\s*+");

  /** What may follow {@link #ASSIGNED}. */
  private static final Pattern VALUE =
      Pattern.compile("\"[^\"]*+\"|'[^']*+'|[\"']?[^\\s&;,\"')}]++");

  /** What a key's value is, of keys met before: a configuration has hundreds, read many times. */
  private static final Map<String, Content> MET = new ConcurrentHashMap<>();

  private static final int MOST_MET = 5_000;

  private enum Content {
    CREDENTIAL,
    ADDRESS,
    OTHER
  }

  /** Shorter values are no credentials, and would be found in any text. */
  private static final int SHORTEST = 4;

  private Secrets() {}

  /** Whether the name of a key says that its value is a credential. */
  public static boolean isSecret(String key) {
    return KEY.matcher(key).find();
  }

  /**
   * A value as it may be stored and shown. Of other values than credentials and addresses nothing
   * changes: conditions and paths that differ stay different.
   */
  public static String value(String key, String value) {
    Content content = content(key);
    if (content == Content.CREDENTIAL) {
      return HIDDEN;
    }
    String open = withoutUserInfo(value);
    return content == Content.ADDRESS ? withoutAssigned(open) : open;
  }

  private static Content content(String key) {
    Content met = MET.get(key);
    if (met != null) {
      return met;
    }
    Content content =
        isSecret(key) ? Content.CREDENTIAL : isAddress(key) ? Content.ADDRESS : Content.OTHER;
    if (MET.size() < MOST_MET) {
      MET.put(key, content);
    }
    return content;
  }

  private static String withoutUserInfo(String text) {
    return text.contains("://") ? USER_INFO.matcher(text).replaceAll("$1" + HIDDEN + "@") : text;
  }

  /** All values as {@link #value} gives them. */
  public static SortedMap<String, String> values(Map<String, String> configuration) {
    SortedMap<String, String> open = new TreeMap<>();
    configuration.forEach((key, value) -> open.put(key, value == null ? null : value(key, value)));
    return open;
  }

  /**
   * A message as it may be stored and shown.
   *
   * @param known credentials, which are hidden wherever they stand in the text
   */
  public static String message(String text, Collection<String> known) {
    String open = withoutAssigned(withoutUserInfo(text));
    for (String secret : known) {
      if (secret.length() >= SHORTEST) {
        open = open.replaceAll(Pattern.quote(secret), Matcher.quoteReplacement(HIDDEN));
      }
    }
    return open;
  }

  private static String withoutAssigned(String text) {
    Matcher assigned = ASSIGNED.matcher(text);
    Matcher value = VALUE.matcher(text);
    StringBuilder open = new StringBuilder();
    int done = 0;
    int from = 0;
    while (assigned.find(from)) {
      from = assigned.end();
      if (isSecret(assigned.group(1)) && value.region(from, text.length()).lookingAt()) {
        open.append(text, done, from).append(HIDDEN);
        done = value.end();
        from = done;
      }
    }
    return open.append(text, done, text.length()).toString();
  }

  /** Whether a key's value is the address of a database, which may hold a password. */
  private static boolean isAddress(String key) {
    String name = key.toLowerCase(Locale.ROOT);
    return name.endsWith("url")
        || name.endsWith("uri")
        || name.endsWith("dsn")
        || name.replaceAll("[-._]", "").endsWith("connectionstring");
  }
}
