package dev.strata.it.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of {@code deploy/} that are written in Python, where python3 is on the path. */
public final class PythonProgram {
  private PythonProgram() {}

  /** Whether {@code python3} of version 3.10 or newer can be started. */
  public static boolean isThere() throws InterruptedException {
    return run(Path.of("."), "-c", "import sys; sys.exit(sys.version_info < (3, 10))") == 0;
  }

  /** Exit code of {@code python3 ARGUMENTS} in a folder; 127 where there is none. */
  public static int run(Path folder, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      return 127;
    }
  }
}
