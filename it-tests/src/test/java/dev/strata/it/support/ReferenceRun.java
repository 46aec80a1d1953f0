package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The example, trained once on {@code local[2]} and never disturbed; all tests of a build compare
 * with it, in whichever JVM they run.
 */
public final class ReferenceRun {
  /** Names the build, so that no other build's run is taken; without it each JVM has its own. */
  private static final String BUILD = System.getProperty("strata.build", "");

  private static final class Cache {
    static final String MODEL_SHA256 = once();
  }

  private ReferenceRun() {}

  public static String modelSha256() {
    return Cache.MODEL_SHA256;
  }

  private static String once() {
    try {
      if (BUILD.isEmpty()) {
        return train(Files.createTempDirectory("strata-reference-"));
      }
      Path folder = Path.of("target", "reference-run", BUILD.replace(':', '-')).toAbsolutePath();
      Files.createDirectories(folder);
      // The first JVM trains; the others wait for it.
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Outputs there = Outputs.of(folder.resolve("out"));
        boolean trained = lock.isValid() && there.run().result().isPresent();
        return trained ? there.result().modelSha256() : train(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String train(Path folder) {
    Path output = folder.resolve("out");
    ClassArchive.record(
        StrataCommand.train(folder, output.toString()).spark("--master", "local[2]"));
    return Outputs.of(output).result().modelSha256();
  }
}
