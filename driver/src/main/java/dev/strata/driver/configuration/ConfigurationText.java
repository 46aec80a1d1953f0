package dev.strata.driver.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads HOCON from any Hadoop URI. A name without a scheme is a file of this machine where there is
 * one, else a file of Hadoop's default file system. Files that are included are looked for beside
 * the file that includes them, and must exist.
 */
final class ConfigurationText {
  private final Configuration hadoop;

  ConfigurationText(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * @throws StrataException (configuration) where the file is missing or is not HOCON
   */
  Config parse(String uri) {
    return parse(located(uri), List.of());
  }

  private Config parse(Path file, List<Path> including) {
    String text = read(file);
    List<Path> chain = new ArrayList<>(including);
    chain.add(file);
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setOriginDescription(shown(file))
            .setSyntax(file.getName().endsWith(".json") ? ConfigSyntax.JSON : ConfigSyntax.CONF)
            .setIncluder(new Beside(chain));
    try {
      return ConfigFactory.parseString(text, options);
    } catch (ConfigException e) {
      throw StrataException.configuration("cannot read the configuration file: " + e.getMessage())
          .file(shown(file))
          .cause(e)
          .build();
    }
  }

  /** The text of a file that the configuration names. */
  String read(Path file) {
    try {
      FileSystem files = OutputFiles.plain(Storage.of(file, hadoop));
      try (InputStream in = files.open(file)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (FileNotFoundException e) {
      throw StrataException.configuration("the configuration file does not exist")
          .file(shown(file))
          .cause(e)
          .build();
    } catch (IOException e) {
      throw StrataException.configuration("cannot read the configuration file: " + e.getMessage())
          .file(shown(file))
          .cause(e)
          .build();
    }
  }

  Path located(String uri) {
    Path path;
    try {
      path = new Path(uri);
    } catch (IllegalArgumentException e) {
      throw StrataException.configuration("not a path or URI").file(uri).cause(e).build();
    }
    if (path.toUri().getScheme() == null && Files.exists(java.nio.file.Path.of(uri))) {
      return new Path(java.nio.file.Path.of(uri).toAbsolutePath().normalize().toUri());
    }
    return path;
  }

  private static String shown(Path file) {
    return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
  }

  /** Includes relative to the innermost file of the chain. */
  private final class Beside implements ConfigIncluder {
    private final List<Path> chain;

    Beside(List<Path> chain) {
      this.chain = chain;
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      Path from = chain.get(chain.size() - 1);
      Path file = new Path(from.getParent() == null ? new Path(".") : from.getParent(), what);
      if (chain.contains(file)) {
        throw StrataException.configuration("the configuration file includes itself")
            .file(shown(file))
            .found("included by " + shown(from))
            .build();
      }
      return parse(file, chain).root();
    }
  }
}
