package dev.strata.executor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine for GPUs: on a GPU where the host has one, else on an emulation of CUDA. */
class CudaTest {
  private static final Path EMULATION = Path.of("src/test/cpp/cuda-emulation.cpp");
  private static final Path KERNELS =
      Path.of("src/main/resources/dev/strata/executor/cuda/kernels.cu");
  private static final List<String> LIBRARIES =
      List.of("libcuda.so.1", "libcublas.so.12", "libnvrtc.so.12");

  @TempDir Path folder;

  @Test
  void aGpuComputesWhatTheCpuComputes() throws UnfitDeviceException {
    assumeTrue(hasGpu(), "this host has no GPU that CUDA can use");

    assertThat(CudaChecks.run(List.of("learners", "operations"), System.out)).isZero();
  }

  /** The kernels' source compiled by g++ and called from Java as a GPU's driver is. */
  @Test
  void theKernelsComputeWhatTheCpuComputesWhereTheDriverIsEmulated()
      throws IOException, InterruptedException {
    assumeTrue(hasCompiler(), "this host has no g++");
    Path library = folder.resolve(LIBRARIES.get(0));
    run(
        List.of(
            "g++",
            "-O2",
            "-std=c++17",
            "-shared",
            "-fPIC",
            "-w",
            "-DKERNELS=\"" + KERNELS.toAbsolutePath() + "\"",
            EMULATION.toString(),
            "-o",
            library.toString()));
    for (String name : LIBRARIES.subList(1, LIBRARIES.size())) {
      Files.copy(library, folder.resolve(name));
    }

    String output =
        run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                CudaChecks.class.getName(),
                "learners"));

    assertThat(output).contains("computing on emulated GPU", "ok").doesNotContain("FAILED");
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(command.get(0)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static boolean hasGpu() {
    try {
      CudaHost host = CudaHost.read();
      if (host.gpus().isEmpty()) {
        return false;
      }
      new CudaEngine().check(host.gpus().get(0).uuid());
      return true;
    } catch (UnfitDeviceException e) {
      return false;
    }
  }

  private static boolean hasCompiler() {
    try {
      return new ProcessBuilder("g++", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
