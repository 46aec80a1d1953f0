package dev.strata.executor.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;

/**
 * NVIDIA's driver, {@code libcuda.so.1}, by the names of the CUDA Driver API. Handles, addresses on
 * the device and addresses in this process are longs. Every function answers 0 for success.
 */
final class DriverLibrary {
  static final int COMPUTE_CAPABILITY_MAJOR = 75;
  static final int COMPUTE_CAPABILITY_MINOR = 76;
  static final int OUT_OF_MEMORY = 2;

  /** {@code CU_STREAM_NON_BLOCKING}: does not wait for work of the default stream. */
  static final int NON_BLOCKING = 1;

  /** {@code CU_EVENT_DISABLE_TIMING}. */
  static final int WITHOUT_TIMING = 2;

  private DriverLibrary() {}

  /**
   * Loads the library, once.
   *
   * @throws UnsatisfiedLinkError if the host has none
   */
  static void load() {
    Loaded.once();
  }

  private static final class Loaded {
    private static final NativeLibrary LIBRARY =
        NativeLibraries.open(List.of("libcuda.so.1", "nvcuda"));

    static {
      Native.register(DriverLibrary.class, LIBRARY);
    }

    static void once() {}
  }

  static native int cuInit(int flags);

  static native int cuDriverGetVersion(int[] version);

  static native int cuGetErrorString(int error, long[] text);

  static native int cuDeviceGetCount(int[] count);

  static native int cuDeviceGet(int[] device, int ordinal);

  static native int cuDeviceGetName(byte[] name, int length, int device);

  static native int cuDeviceGetUuid_v2(byte[] uuid, int device);

  static native int cuDeviceGetAttribute(int[] value, int attribute, int device);

  static native int cuDevicePrimaryCtxRetain(long[] context, int device);

  static native int cuCtxSetCurrent(long context);

  static native int cuMemAlloc_v2(long[] address, long bytes);

  static native int cuMemFree_v2(long address);

  static native int cuMemAllocHost_v2(long[] address, long bytes);

  static native int cuMemFreeHost(long address);

  static native int cuMemsetD32Async(long address, int value, long count, long stream);

  static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

  static native int cuStreamCreate(long[] stream, int flags);

  static native int cuStreamSynchronize(long stream);

  static native int cuStreamDestroy_v2(long stream);

  static native int cuEventCreate(long[] event, int flags);

  static native int cuEventRecord(long event, long stream);

  static native int cuEventSynchronize(long event);

  static native int cuEventDestroy_v2(long event);

  static native int cuModuleLoadData(long[] module, byte[] image);

  static native int cuModuleGetFunction(long[] function, long module, String name);

  static native int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      long arguments,
      long extra);
}
