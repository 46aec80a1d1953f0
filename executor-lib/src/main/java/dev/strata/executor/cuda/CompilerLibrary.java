package dev.strata.executor.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;

/** NVRTC, CUDA's run-time compiler, by its own names. Every function answers 0 for success. */
final class CompilerLibrary {
  /** Of CUDA 13, 12 and 11. */
  static final List<String> NAMES =
      List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so");

  private CompilerLibrary() {}

  /**
   * Loads the library, once.
   *
   * @throws UnsatisfiedLinkError if the host has none
   */
  static void load() {
    Loaded.once();
  }

  private static final class Loaded {
    private static final NativeLibrary LIBRARY = NativeLibraries.open(NAMES);

    static {
      Native.register(CompilerLibrary.class, LIBRARY);
    }

    static void once() {}
  }

  static native int nvrtcVersion(int[] major, int[] minor);

  static native int nvrtcGetNumSupportedArchs(int[] count);

  static native int nvrtcGetSupportedArchs(int[] architectures);

  static native int nvrtcCreateProgram(
      long[] program, String source, String name, int headers, long sources, long names);

  static native int nvrtcCompileProgram(long program, int count, long options);

  static native int nvrtcGetProgramLogSize(long program, long[] bytes);

  static native int nvrtcGetProgramLog(long program, byte[] log);

  static native int nvrtcGetCUBINSize(long program, long[] bytes);

  static native int nvrtcGetCUBIN(long program, byte[] image);

  static native int nvrtcGetPTXSize(long program, long[] bytes);

  static native int nvrtcGetPTX(long program, byte[] image);

  static native int nvrtcDestroyProgram(long[] program);
}
