package dev.strata.executor.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

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

  /** {@code CU_EVENT_BLOCKING_SYNC}, so that who waits gives the core away, without a time. */
  static final int BLOCKING_WITHOUT_TIMING = 3;

  private DriverLibrary() {}

  /**
   * Loads the library; called once ({@link CudaHost}).
   *
   * @throws LinkageError if the host has none, or an older one
   */
  static void load() {
    Native.register(DriverLibrary.class, NativeLibrary.getInstance("libcuda.so.1"));
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

  static native int cuDevicePrimaryCtxRelease_v2(int device);

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
