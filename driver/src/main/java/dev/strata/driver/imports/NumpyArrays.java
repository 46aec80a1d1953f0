package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.NpyReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * The arrays of an {@code .npz} (a zip of {@code NAME.npy}) or the one of an {@code .npy}, which is
 * called {@code array}. Nothing is unpacked to disk; of what nobody asked for the names are kept
 * only; and all that are read may not be larger than their bound, so that a hostile zip can neither
 * write files nor fill the memory.
 */
final class NumpyArrays {
  /** Name of the array of a plain {@code .npy}. */
  static final String SINGLE = "array";

  private static final String SUFFIX = ".npy";
  private static final int MAGIC = 0x93;

  /** A header is one page at most; more would not be numpy's. */
  private static final int HEADER_LIMIT = 1 << 16;

  /** Zips of more entries are no weights of a network. */
  private static final int ENTRY_LIMIT = 100_000;

  private final String file;
  private final Map<String, NpyReader> arrays = new TreeMap<>();
  private final Set<String> others = new TreeSet<>();
  private long left;

  private NumpyArrays(String file, long limit) {
    this.file = file;
    this.left = limit;
  }

  /** Whether an array is to be read. */
  interface Wanted {
    boolean test(String name);
  }

  /**
   * @param limit greatest number of bytes of all wanted arrays' elements
   * @throws StrataException (data) where the file or an array cannot be read, or they are larger
   */
  static NumpyArrays read(ImportSource source, Wanted wanted, long limit) {
    NumpyArrays arrays = new NumpyArrays(source.name(), limit);
    try (InputStream in = Files.newInputStream(source.local());
        InputStream again = Files.newInputStream(source.local())) {
      if (in.read() == MAGIC) {
        arrays.add(SINGLE, again);
      } else {
        arrays.unzip(again, wanted);
      }
    } catch (ZipException e) {
      throw arrays.refused("not a readable .npz file", e.getMessage(), "a zip of .npy files");
    } catch (IOException e) {
      throw arrays.refused("not a readable array file", e.getMessage(), "an .npz or .npy file");
    }
    return arrays;
  }

  private void unzip(InputStream in, Wanted wanted) throws IOException {
    int entries = 0;
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++entries > ENTRY_LIMIT) {
          throw refused("too many arrays", "more than " + ENTRY_LIMIT, "fewer");
        }
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          continue;
        }
        String plain = name.substring(0, name.length() - SUFFIX.length());
        if (wanted.test(plain)) {
          add(plain, zip);
        } else {
          others.add(plain);
        }
      }
    }
  }

  private void add(String name, InputStream in) throws IOException {
    int most = Math.toIntExact(Math.min(Integer.MAX_VALUE - 16, left + HEADER_LIMIT));
    byte[] bytes = in.readNBytes(most);
    if (in.read() >= 0) {
      throw refused(
          "the arrays are larger than they can be",
          "more than " + left + " bytes of numbers left at array " + name,
          "arrays of the network's size");
    }
    NpyReader array = NpyReader.read(ByteBuffer.wrap(bytes), file + ", array " + name);
    left -= array.header().dataBytes();
    arrays.put(name, array);
  }

  /** All names, read or not. */
  Collection<String> names() {
    Set<String> all = new TreeSet<>(others);
    all.addAll(arrays.keySet());
    return all;
  }

  /** The arrays that were wanted and are there. */
  Map<String, NpyReader> arrays() {
    return arrays;
  }

  /** Elements of an array as float32, C order. */
  static float[] floats(NpyReader array) {
    ByteBuffer data = array.data();
    int count = Math.toIntExact(array.header().dataBytes() / array.header().type().bytes());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (array.header().type()) {
            case U8 -> data.get(i) & 0xFF;
            case I32 -> data.getInt(i * Integer.BYTES);
            case F32 -> data.getFloat(i * Float.BYTES);
            case F64 -> (float) data.getDouble(i * Double.BYTES);
          };
    }
    return values;
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).file(file).found(found).expected(expected).build();
  }
}
