package dev.strata.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The umask of this process. Hadoop applies its own, {@value #KEY}, also to local disks; its
 * default of 022 would make files readable for all that a user wants to keep from others.
 */
final class Umask {
  static final String KEY = "fs.permissions.umask-mode";

  /** In the order of the octal digits. */
  private static final PosixFilePermission[] BITS = PosixFilePermission.values();

  private Umask() {}

  /** Octal, such as {@code 077}; empty where Hadoop's configuration has one, or without POSIX. */
  static Optional<String> missing(Configuration hadoop) {
    String[] sources = hadoop.getPropertySources(KEY);
    boolean configured = sources != null && !sources[0].endsWith("-default.xml");
    return configured ? Optional.empty() : ofProcess();
  }

  private static Optional<String> ofProcess() {
    try {
      Path folder = Files.createTempDirectory("strata-umask-");
      Path inner = Files.createDirectory(folder.resolve("d"));
      try {
        return Optional.of(withheld(Files.getPosixFilePermissions(inner)));
      } finally {
        Files.delete(inner);
        Files.delete(folder);
      }
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** A folder gets every permission that the umask does not withhold. */
  private static String withheld(Set<PosixFilePermission> permissions) {
    int mask = 0;
    for (PosixFilePermission bit : BITS) {
      mask = mask << 1 | (permissions.contains(bit) ? 0 : 1);
    }
    return String.format("%03o", mask);
  }
}
