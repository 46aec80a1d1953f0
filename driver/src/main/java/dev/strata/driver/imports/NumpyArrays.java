package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipException;

/**
 * The arrays of an {@code .npz} (a zip of {@code NAME.npy}) or the one of an {@code .npy}, which is
 * called {@code array}. Nothing is unpacked to disk. Of arrays that are not wanted only the names
 * are kept, and the sizes of those that are read are limited, so that a hostile zip can neither
 * write files nor fill the memory.
 */
final class NumpyArrays implements WeightArrays {
  /** Name of the array of a plain {@code .npy}. */
  static final String SINGLE = "array";

  private static final String SUFFIX = ".npy";
  private static final int MAGIC = 0x93;

  private final String file;
  private final Map<String, NumpyArray> arrays = new TreeMap<>();
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
        arrays.add(SINGLE, again, Files.size(source.local()));
      } else {
        arrays.unzip(source, wanted);
      }
    } catch (ZipException e) {
      throw arrays.refused("cannot read the .npz file", e.getMessage(), "a zip of .npy files");
    } catch (IOException e) {
      throw arrays.refused(
          "cannot read the array file", String.valueOf(e.getMessage()), "an .npz or .npy file");
    }
    return arrays;
  }

  private void unzip(ImportSource source, Wanted wanted) throws IOException {
    try (ImportZip zip = new ImportZip(source.local())) {
      for (String name : zip.names()) {
        if (!name.endsWith(SUFFIX)) {
          continue;
        }
        String plain = name.substring(0, name.length() - SUFFIX.length());
        if (wanted.test(plain)) {
          try (InputStream in = zip.open(name)) {
            add(plain, in, zip.size(name));
          }
        } else {
          others.add(plain);
        }
      }
    }
  }

  private void add(String name, InputStream in, long held) throws IOException {
    NumpyArray array = NumpyArray.read(in, held, left, file + ", array " + name);
    left -= (long) array.values().length * Float.BYTES;
    arrays.put(name, array);
  }

  /** All names, read or not. */
  @Override
  public Collection<String> names() {
    Set<String> all = new TreeSet<>(others);
    all.addAll(arrays.keySet());
    return all;
  }

  /** The arrays that were wanted and are there. */
  @Override
  public Map<String, NumpyArray> arrays() {
    return arrays;
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).file(file).found(found).expected(expected).build();
  }
}
