package dev.strata.executor.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The arguments of one kernel call after another, in the memory from which the driver copies them
 * while it is called. Add them in the kernel's order, then launch.
 */
final class Launch {
  static final int THREADS = 256;
  private static final int SLOTS = 20;

  private final CudaContext context;
  private final long stream;
  private final Memory values = new Memory((long) SLOTS * Long.BYTES);
  private final Memory pointers = new Memory((long) SLOTS * Long.BYTES);
  private final ByteBuffer buffer;
  private final long address;
  private int count;

  Launch(CudaContext context, long stream) {
    this.context = context;
    this.stream = stream;
    buffer = values.getByteBuffer(0, values.size()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < SLOTS; i++) {
      pointers.setPointer((long) i * Long.BYTES, values.share((long) i * Long.BYTES));
    }
    address = Pointer.nativeValue(pointers);
  }

  private int slot() {
    return count++ * Long.BYTES;
  }

  /** An address on the device, a length or a float64's array. */
  Launch add(long value) {
    buffer.putLong(slot(), value);
    return this;
  }

  Launch add(int value) {
    buffer.putInt(slot(), value);
    return this;
  }

  Launch add(float value) {
    buffer.putFloat(slot(), value);
    return this;
  }

  Launch add(double value) {
    buffer.putDouble(slot(), value);
    return this;
  }

  Launch add(CudaArray array) {
    return add(array.address());
  }

  /** A key of random numbers, as its two halves. */
  Launch key(long key) {
    return add((int) key).add((int) (key >>> 32));
  }

  /**
   * Starts the kernel and forgets the arguments.
   *
   * @param blocks of {@link #THREADS} threads each
   */
  void run(Kernel kernel, int blocks) {
    count = 0;
    Cuda.check(
        DriverLibrary.cuLaunchKernel(
            context.function(kernel), blocks, 1, 1, THREADS, 1, 1, 0, stream, address, 0),
        "starting the kernel " + kernel.text());
  }
}
