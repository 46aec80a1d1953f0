package dev.strata.executor.device;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * Which backend ND4J takes in this process. By itself it takes CUDA wherever it finds a GPU, and
 * the first GPU that it finds; but a task without an address, and a driver, have no right to any.
 */
final class Nd4jBackends {
  static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String SERVICES = "META-INF/services/" + Nd4jBackend.class.getName();

  private static boolean hidden;

  /** Read in each loop over an array. */
  private static volatile boolean cuda;

  private Nd4jBackends() {}

  /** Looked for once: each task asks, and a class that is not there is looked for in each jar. */
  private static final class Found {
    static final boolean CUDA_CLASSES = ND4JClassLoading.classPresentOnClasspath(CUDA);
  }

  /** Whether the CUDA backend's classes are there; starts nothing. */
  static boolean hasCuda() {
    return Found.CUDA_CLASSES;
  }

  /** Whether ND4J computes with CUDA; false before it has started. */
  static boolean isCuda() {
    return cuda;
  }

  /**
   * Starts ND4J with its CPU backend.
   *
   * @throws UnfitDeviceException if it has started with CUDA
   */
  static synchronized void useCpu() throws UnfitDeviceException {
    if (hidden) {
      return;
    }
    if (hasCuda()) {
      ND4JClassLoading.setNd4jClassloader(
          new CpuOnly(ND4JClassLoading.getNd4jClassloader(), cpuService()));
      if (isCudaNow()) {
        throw new UnfitDeviceException(
            "ND4J runs with CUDA in this process", "a process whose tasks all have a GPU, or none");
      }
    }
    hidden = true;
  }

  /**
   * Starts ND4J with CUDA.
   *
   * @throws UnfitDeviceException if it has started with another backend, or does not start so
   */
  static synchronized void useCuda() throws UnfitDeviceException {
    if (!hidden) {
      cuda = isCudaNow();
      if (cuda) {
        return;
      }
    }
    throw new UnfitDeviceException(
        "ND4J runs on the CPU in this executor",
        "an executor on whose host ND4J finds cuBLAS and cuSOLVER 11 (its log tells what is"
            + " missing), and whose tasks all have a GPU");
  }

  /** Starts ND4J where it has not started yet. */
  private static boolean isCudaNow() {
    return Nd4j.getBackend().getClass().getName().equals(CUDA);
  }

  /** A services file that names the CPU backend alone. */
  static URL cpuService() {
    try {
      Path file = Files.createTempFile("strata-nd4j-", ".service");
      file.toFile().deleteOnExit();
      Files.writeString(file, CpuBackend.class.getName() + "\n");
      return file.toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything as the parent has it, except for the list of ND4J's backends. */
  static final class CpuOnly extends ClassLoader {
    private final URL service;

    CpuOnly(ClassLoader parent, URL service) {
      super(parent);
      this.service = service;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(SERVICES)
          ? Collections.enumeration(Collections.singleton(service))
          : super.getResources(name);
    }
  }
}
