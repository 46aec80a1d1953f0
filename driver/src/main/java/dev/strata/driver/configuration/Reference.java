package dev.strata.driver.configuration;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The {@code reference.conf} in the jar: the only list of keys, defaults and of the keys that may
 * change when a run is resumed (their comment says {@code [resume]}). An empty object there, such
 * as {@code options {}}, is open: it takes any name.
 */
public final class Reference {
  private static final String RESOURCE = "/dev/strata/reference.conf";
  private static final String RESUME_MARK = "[resume]";

  private final ConfigObject root;
  private final SortedSet<String> keys = new TreeSet<>();
  private final SortedSet<String> resumable = new TreeSet<>();

  private Reference(ConfigObject root) {
    this.root = root;
    collect("", root, false);
  }

  private static final class Loaded {
    static final Reference ONLY = read();
  }

  /** Reads it once. */
  public static Reference load() {
    return Loaded.ONLY;
  }

  private static Reference read() {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setOriginDescription("reference.conf").setAllowMissing(false);
    try (InputStream in = Reference.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + RESOURCE);
      }
      InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      return new Reference(ConfigFactory.parseReader(reader, options).root());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ConfigObject root() {
    return root;
  }

  /** Every key with a value, lists and open objects included. */
  public SortedSet<String> keys() {
    return Collections.unmodifiableSortedSet(keys);
  }

  /** The keys that may differ when an unfinished run is resumed. */
  public SortedSet<String> resumable() {
    return Collections.unmodifiableSortedSet(resumable);
  }

  /** Whether the object takes any name. */
  static boolean isOpen(ConfigValue reference) {
    return reference instanceof ConfigObject object && object.isEmpty();
  }

  private void collect(String path, ConfigObject object, boolean marked) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = join(path, entry.getKey());
      ConfigValue value = entry.getValue();
      boolean mark =
          marked || value.origin().comments().stream().anyMatch(c -> c.contains(RESUME_MARK));
      if (value instanceof ConfigObject inner && !inner.isEmpty()) {
        collect(key, inner, mark);
      } else {
        keys.add(key);
        if (mark) {
          resumable.add(key);
        }
      }
    }
  }

  /** {@code a.b}, quoted where a name holds other than letters, digits and hyphens. */
  static String join(String path, String name) {
    return path.isEmpty() ? ConfigUtil.joinPath(name) : path + "." + ConfigUtil.joinPath(name);
  }
}
