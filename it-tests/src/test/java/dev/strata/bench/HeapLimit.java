package dev.strata.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measuring in a heap of a given size, whatever the size of the one it was started with. */
final class HeapLimit {
  private static final String MARK = "strata.bench.apart";

  private HeapLimit() {}

  /**
   * Runs the program in a JVM with that heap and waits for it; false in that JVM itself.
   *
   * @param heap as {@code -Xmx} takes it
   */
  static boolean apart(String heap, Class<?> program, String[] arguments)
      throws IOException, InterruptedException {
    if (Boolean.getBoolean(MARK)) {
      return false;
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx" + heap, "-D" + MARK + "=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("the measuring JVM ended with " + code);
    }
    return true;
  }

  /** The most memory that this process ever had, as Linux tells it. */
  static String peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.isReadable(status)
        ? Files.readAllLines(status, StandardCharsets.UTF_8).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .map(line -> line.replaceFirst("VmHWM:\\s*", ""))
            .findFirst()
            .orElse("unknown")
        : "unknown";
  }
}
