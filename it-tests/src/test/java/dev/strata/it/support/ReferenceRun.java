package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The example, trained once on {@code local[2]} and never disturbed; all tests of a JVM compare
 * with it.
 */
public final class ReferenceRun {
  private static final class Cache {
    static final String MODEL_SHA256 = train();
  }

  private ReferenceRun() {}

  public static String modelSha256() {
    return Cache.MODEL_SHA256;
  }

  private static String train() {
    try {
      Path folder = Files.createTempDirectory("strata-reference-");
      Path output = folder.resolve("out");
      StrataCommand.train(folder, output.toString())
          .spark("--master", "local[2]")
          .environment("JAVA_TOOL_OPTIONS", "")
          .run(0);
      return Outputs.of(output).result().modelSha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
