package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run holds on a cluster of this machine: its driver, its executors, their temporary files.
 */
public final class RunProbes implements AutoCloseable {
  private final Map<String, JvmProbe> probes = new LinkedHashMap<>();
  private final List<Path> temporary;

  private RunProbes(List<Path> temporary) {
    this.temporary = new ArrayList<>(temporary);
  }

  /**
   * Attaches to the JVMs of a run in client mode that this process has started.
   *
   * @param output of the run, as its command line names it
   * @param folder for what attaching needs
   * @param temporary folders that the JVMs were told to use, besides those that Spark makes
   */
  public static RunProbes attach(
      String output, StandaloneCluster cluster, Path folder, List<Path> temporary)
      throws IOException {
    RunProbes all = new RunProbes(temporary);
    long driver =
        ProcessHandle.current()
            .descendants()
            .filter(child -> isDriver(commandLine(child), output))
            .findFirst()
            .orElseThrow()
            .pid();
    all.probes.put("driver", JvmProbe.attach(driver, folder));
    for (ProcessHandle executor : cluster.executors()) {
      JvmProbe probe = JvmProbe.attach(executor.pid(), folder);
      all.probes.put("executor " + all.probes.size(), probe);
      for (String name : probe.environment("SPARK_EXECUTOR_DIRS").split(":", -1)) {
        all.temporary.add(Path.of(name));
      }
    }
    return all;
  }

  private static boolean isDriver(String commandLine, String output) {
    return commandLine.contains("org.apache.spark.deploy.SparkSubmit")
        && commandLine.contains("dev.strata.jobs.Strata")
        && commandLine.contains(output);
  }

  private static String commandLine(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  /** {@code driver}, {@code executor 1} and so on. */
  public List<String> processes() {
    return List.copyOf(probes.keySet());
  }

  /** Folders whose files are measured. */
  public List<Path> temporary() {
    return List.copyOf(temporary);
  }

  /** {@code PROCESS: WHAT} → bytes or count, as {@link JvmProbe#measure}; and temporary files. */
  public Map<String, Long> measure() {
    Map<String, Long> all = new TreeMap<>();
    try {
      for (Map.Entry<String, JvmProbe> probe : probes.entrySet()) {
        probe
            .getValue()
            .measure()
            .forEach((what, value) -> all.put(probe.getKey() + ": " + what, value));
      }
      Sizes sizes = new Sizes();
      for (Path root : temporary) {
        Files.walkFileTree(root, sizes);
      }
      all.put("temporary bytes", sizes.bytes);
      all.put("temporary files", sizes.files);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (JvmProbe probe : probes.values()) {
      probe.close();
    }
  }

  /** Of files that may go while they are looked at; without the copies of the program. */
  private static final class Sizes extends SimpleFileVisitor<Path> {
    private long bytes;
    private long files;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.toString();
      if (!name.endsWith(".jar") && !name.endsWith("_cache")) {
        bytes += attributes.size();
        files++;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }
}
