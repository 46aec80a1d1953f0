package dev.strata.executor.cuda;

/**
 * NVRTC, CUDA's run-time compiler, by its own names. Every function answers 0 for success. {@link
 * CudaToolkit} loads it.
 */
final class CompilerLibrary {
  private CompilerLibrary() {}

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
