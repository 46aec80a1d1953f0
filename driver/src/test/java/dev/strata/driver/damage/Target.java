package dev.strata.driver.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** An artefact on disk, whole, and how jobs open it. */
final class Target {
  private static final String CRC = ".crc";

  final String name;
  final Path root;
  final Opener opener;
  final Signer signer;

  /** File below the root → its bytes. */
  final Map<String, byte[]> pristine = new TreeMap<>();

  private final Map<String, byte[]> crcs = new TreeMap<>();
  private final String baseline;

  /** Opens the artefact as a job does. */
  interface Opener {
    Opened open(Path root) throws Exception;
  }

  /** Computes checksums again, so that a change looks as if it had been written so. */
  interface Signer {
    void sign(Target target, Map<String, byte[]> changed) throws Exception;
  }

  /** What a job does next. */
  interface Use {
    void run() throws Exception;
  }

  /**
   * What was read.
   *
   * @param digest of its content
   * @param use what a job does with it next
   */
  record Opened(String digest, Use use) {}

  Target(String name, Path root, Opener opener, Signer signer) throws Exception {
    this.name = name;
    this.root = root;
    this.opener = opener;
    this.signer = signer;
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String below = root.relativize(file).toString();
        (below.endsWith(CRC) ? crcs : pristine).put(below, Files.readAllBytes(file));
      }
    }
    Opened opened = opener.open(root);
    baseline = opened.digest();
    opened.use().run();
  }

  boolean isBaseline(Opened opened) {
    return opened.digest().equals(baseline);
  }

  /** Bytes of a file after a change. */
  byte[] current(Map<String, byte[]> changed, String file) {
    return changed.containsKey(file) ? changed.get(file) : pristine.get(file);
  }

  /** The changes that change something. */
  Map<String, byte[]> effective(Map<String, byte[]> changed) {
    Map<String, byte[]> effective = new TreeMap<>(changed);
    effective
        .entrySet()
        .removeIf(
            e ->
                e.getValue() == null
                    ? !pristine.containsKey(e.getKey())
                    : Arrays.equals(e.getValue(), pristine.get(e.getKey())));
    return effective;
  }

  /**
   * @param keepCrc whether Hadoop's own checksums of the files stay
   */
  void apply(Map<String, byte[]> changed, boolean keepCrc) throws IOException {
    for (var change : changed.entrySet()) {
      Path file = root.resolve(change.getKey());
      Files.deleteIfExists(file);
      if (change.getValue() != null) {
        Files.createDirectories(file.getParent());
        Files.write(file, change.getValue());
      }
      if (!keepCrc) {
        Files.deleteIfExists(root.resolve(crc(change.getKey())));
      }
    }
  }

  void restore(Map<String, byte[]> changed) throws IOException {
    for (String below : changed.keySet()) {
      Files.deleteIfExists(root.resolve(below));
      if (pristine.containsKey(below)) {
        Files.write(root.resolve(below), pristine.get(below));
      }
      byte[] own = crcs.get(crc(below));
      if (own != null) {
        Files.write(root.resolve(crc(below)), own);
      }
    }
  }

  private static String crc(String below) {
    int slash = below.lastIndexOf('/') + 1;
    return below.substring(0, slash) + "." + below.substring(slash) + CRC;
  }

  /** Files of one kind are changed alike. */
  static String fileKind(String below) {
    String name = below.substring(below.lastIndexOf('/') + 1);
    if (below.contains("aliases/")) {
      return "alias";
    }
    if (below.contains("marks/")) {
      return "mark";
    }
    return name.endsWith(".npy") ? "*.npy" : name.endsWith(".bin") ? "*.bin" : name;
  }
}
