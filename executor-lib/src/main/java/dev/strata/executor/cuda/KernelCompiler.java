package dev.strata.executor.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import dev.strata.executor.accelerator.UnfitDeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Compiles Strata's kernels: to machine code of the GPU where NVRTC knows it, else to PTX of the
 * newest GPU before it, which the driver translates.
 */
final class KernelCompiler {
  private static final String SOURCE = "kernels.cu";

  /** {@code NVRTC_ERROR_COMPILATION}. */
  private static final int COMPILATION_ERROR = 6;

  private KernelCompiler() {}

  /**
   * @param capability 10 · major + minor of the GPU's compute capability
   * @return an image for {@code cuModuleLoadData}
   * @throws UnfitDeviceException if NVRTC has no code for a GPU as old as this
   */
  static byte[] image(int capability) throws UnfitDeviceException {
    int target = target(capability, architectures());
    boolean machineCode = target == capability;
    long program = program();
    try {
      compile(program, (machineCode ? "sm_" : "compute_") + target);
      long[] bytes = {0};
      if (machineCode) {
        check(CompilerLibrary.nvrtcGetCUBINSize(program, bytes));
        byte[] image = new byte[Math.toIntExact(bytes[0])];
        check(CompilerLibrary.nvrtcGetCUBIN(program, image));
        return image;
      }
      check(CompilerLibrary.nvrtcGetPTXSize(program, bytes));
      byte[] image = new byte[Math.toIntExact(bytes[0])];
      check(CompilerLibrary.nvrtcGetPTX(program, image));
      return image;
    } finally {
      CompilerLibrary.nvrtcDestroyProgram(new long[] {program});
    }
  }

  /** The newest architecture that the GPU runs. */
  static int target(int capability, int[] architectures) throws UnfitDeviceException {
    return Arrays.stream(architectures)
        .filter(architecture -> architecture <= capability)
        .max()
        .orElseThrow(
            () ->
                new UnfitDeviceException(
                    "a GPU of compute capability %d.%d, and a CUDA compiler for %d.%d and later"
                        .formatted(
                            capability / 10,
                            capability % 10,
                            Arrays.stream(architectures).min().orElse(0) / 10,
                            Arrays.stream(architectures).min().orElse(0) % 10),
                    "a CUDA toolkit that supports this GPU"));
  }

  private static int[] architectures() throws UnfitDeviceException {
    int[] count = {0};
    check(CompilerLibrary.nvrtcGetNumSupportedArchs(count));
    int[] architectures = new int[count[0]];
    check(CompilerLibrary.nvrtcGetSupportedArchs(architectures));
    return architectures;
  }

  private static long program() throws UnfitDeviceException {
    long[] program = {0};
    check(CompilerLibrary.nvrtcCreateProgram(program, source(), SOURCE, 0, 0, 0));
    return program[0];
  }

  private static void compile(long program, String architecture) throws UnfitDeviceException {
    String[] options = {"--gpu-architecture=" + architecture};
    StringArray memory = new StringArray(options);
    int answer =
        CompilerLibrary.nvrtcCompileProgram(program, options.length, Pointer.nativeValue(memory));
    Reference.reachabilityFence(memory);
    if (answer == COMPILATION_ERROR) {
      throw new IllegalStateException("NVRTC does not take the kernels:\n" + log(program));
    }
    if (answer != 0) {
      throw unfit("NVRTC answers " + answer + ": " + log(program).strip());
    }
  }

  private static String log(long program) throws UnfitDeviceException {
    long[] bytes = {0};
    check(CompilerLibrary.nvrtcGetProgramLogSize(program, bytes));
    byte[] log = new byte[Math.toIntExact(bytes[0])];
    check(CompilerLibrary.nvrtcGetProgramLog(program, log));
    return new String(log, StandardCharsets.UTF_8);
  }

  static String source() {
    try (InputStream file =
        Objects.requireNonNull(KernelCompiler.class.getResourceAsStream(SOURCE), SOURCE)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(int answer) throws UnfitDeviceException {
    if (answer != 0) {
      throw unfit("NVRTC answers " + answer);
    }
  }

  private static UnfitDeviceException unfit(String found) {
    return new UnfitDeviceException(
        found, "a whole CUDA toolkit on the executor's host, with memory free to compile");
  }
}
