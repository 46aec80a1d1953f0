package dev.strata.driver.imports;

import dev.strata.driver.models.ModelZip;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What jHDF leaves unchecked of an array in chunks: it takes memory by the sizes that the file
 * claims, unpacks without a limit, and gives zeros for chunks that are not there.
 */
final class Hdf5Chunks {
  private static final int DEFLATE = 1;
  private static final int FLETCHER = 3;

  private Hdf5Chunks() {}

  /**
   * @param array whose shape has been checked
   * @param shape its dimensions, at least one, none 0
   * @param elementBytes bytes of one element
   * @param fileBytes length of the file
   * @throws IOException where a chunk is missing, too large, packed in a way that is not read, or
   *     does not unpack to its size
   */
  static void require(ChunkedDataset array, long[] shape, int elementBytes, long fileBytes)
      throws IOException {
    int[] chunk = array.getChunkDimensions();
    if (chunk.length != shape.length) {
      throw new IOException("chunks of " + chunk.length + " dimensions");
    }
    long bytes = elementBytes;
    for (int size : chunk) {
      if (size < 1 || bytes > Integer.MAX_VALUE / size) {
        throw new IOException("chunks that are too large");
      }
      bytes *= size;
    }
    if (bytes > Integer.MAX_VALUE - 16 || bytes > fileBytes * ModelZip.MOST_PACKED) {
      throw new IOException("chunks that are larger than a file of this length should hold");
    }
    boolean packed = requireFilters(array.getFilters(), elementBytes);
    int[] at = new int[shape.length];
    do {
      ByteBuffer stored = array.getRawChunkBuffer(at);
      long size = packed ? unpacked(stored, bytes) : stored.remaining();
      if (size < bytes) {
        throw new IOException(
            "the chunk at " + Arrays.toString(at) + " has " + size + " bytes in place of " + bytes);
      }
    } while (next(at, shape, chunk));
  }

  /**
   * @return whether chunks are packed
   */
  private static boolean requireFilters(List<PipelineFilterWithData> filters, int elementBytes)
      throws IOException {
    int last = 0;
    boolean packed = false;
    for (PipelineFilterWithData filter : filters) {
      int id = filter.getId();
      if (id < DEFLATE || id > FLETCHER) {
        throw new IOException("it is packed by filter " + id + "; Strata reads gzip and shuffle");
      }
      // Shuffled, then packed, then summed, as libraries do it; only then is a chunk the packed
      // bytes.
      int order = id == DEFLATE ? 2 : id == FLETCHER ? 3 : 1;
      if (order <= last) {
        throw new IOException("it has its filters in another order than shuffle, gzip, checksum");
      }
      if (order == 1 && (filter.getFilterData().length == 0 || shuffled(filter) != elementBytes)) {
        throw new IOException("its bytes are shuffled for elements of another size");
      }
      last = order;
      packed |= id == DEFLATE;
    }
    return packed;
  }

  private static int shuffled(PipelineFilterWithData filter) {
    return filter.getFilterData()[0];
  }

  /** Bytes that come out, at most one more than a chunk has. */
  private static long unpacked(ByteBuffer stored, long most) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stored);
      byte[] piece = new byte[1 << 13];
      long done = 0;
      while (!inflater.finished()) {
        int some = inflater.inflate(piece);
        done += some;
        if (some == 0 || done > most) {
          throw new IOException("a chunk that does not unpack to its size");
        }
      }
      return done;
    } catch (DataFormatException e) {
      throw new IOException("a chunk that cannot be unpacked", e);
    } finally {
      inflater.end();
    }
  }

  /** The next chunk in C order; false after the last one. */
  private static boolean next(int[] at, long[] shape, int[] chunk) {
    for (int i = at.length - 1; i >= 0; i--) {
      if ((long) at[i] + chunk[i] < shape[i]) {
        at[i] += chunk[i];
        return true;
      }
      at[i] = 0;
    }
    return false;
  }
}
