package dev.strata.executor.cuda;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Copies between this process's memory and a GPU's through a few pieces of page-locked memory in
 * turn: the GPU copies one while this process fills the next, and the caller's memory is free as
 * soon as a call returns.
 */
final class Staging implements AutoCloseable {
  private static final int PIECES = 4;
  private static final long PIECE = 1L << 20;
  private static final String COPYING = "copying";

  private final long stream;
  private final List<Piece> pieces = new ArrayList<>();
  private int next;

  /**
   * @param event recorded after the piece's last copy
   */
  private record Piece(long address, long event) {
    void await() {
      Cuda.check(DriverLibrary.cuEventSynchronize(event), COPYING);
    }

    void record(long stream) {
      Cuda.check(DriverLibrary.cuEventRecord(event, stream), COPYING);
    }
  }

  Staging(long stream) {
    this.stream = stream;
  }

  /** Reserves the memory; what there is of it goes with {@link #close}, also after a failure. */
  void reserve() {
    for (int i = 0; i < PIECES; i++) {
      long[] event = {0};
      Cuda.check(
          DriverLibrary.cuEventCreate(event, DriverLibrary.BLOCKING_WITHOUT_TIMING),
          "making an event");
      long[] address = {0};
      int answer = DriverLibrary.cuMemAllocHost_v2(address, PIECE);
      if (answer != 0) {
        DriverLibrary.cuEventDestroy_v2(event[0]);
        Cuda.check(answer, "reserving memory");
      }
      pieces.add(new Piece(address[0], event[0]));
    }
  }

  /** To the GPU, behind the stream's work so far. */
  void write(long from, long to, long bytes) {
    for (long at = 0; at < bytes; at += PIECE) {
      long count = Math.min(PIECE, bytes - at);
      Piece piece = pieces.get(next);
      next = (next + 1) % PIECES;
      piece.await();
      copy(from + at, piece.address(), count);
      Cuda.check(
          DriverLibrary.cuMemcpyHtoDAsync_v2(to + at, piece.address(), count, stream), COPYING);
      piece.record(stream);
    }
  }

  /** From the GPU, after the stream's work so far. */
  void read(long from, long to, long bytes) {
    long pending = 0;
    for (long at = 0; at < bytes || pending < bytes; ) {
      if (at < bytes && at - pending < PIECES * PIECE) {
        long count = Math.min(PIECE, bytes - at);
        Piece piece = piece(at);
        Cuda.check(
            DriverLibrary.cuMemcpyDtoHAsync_v2(piece.address(), from + at, count, stream), COPYING);
        piece.record(stream);
        at += count;
      } else {
        long count = Math.min(PIECE, bytes - pending);
        Piece piece = piece(pending);
        piece.await();
        copy(piece.address(), to + pending, count);
        pending += count;
      }
    }
  }

  /** In turn, for a copy that takes them from the first on. */
  private Piece piece(long at) {
    return pieces.get((int) (at / PIECE % PIECES));
  }

  private static void copy(long from, long to, long bytes) {
    Pointer.memcpy(new Address(to), new Address(from), bytes);
  }

  /** Memory that is not JavaCPP's. */
  private static final class Address extends BytePointer {
    Address(long value) {
      super((Pointer) null);
      address = value;
    }
  }

  @Override
  public void close() {
    for (Piece piece : pieces) {
      DriverLibrary.cuMemFreeHost(piece.address());
      DriverLibrary.cuEventDestroy_v2(piece.event());
    }
    pieces.clear();
  }
}
