package dev.strata.driver.testing;

import static org.bytedeco.hdf5.global.hdf5.*;

import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Weights;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes an HDF5 file by HDF5's own library. */
final class Hdf5Writer implements AutoCloseable {
  private final long file;
  private final Map<String, Long> groups = new LinkedHashMap<>();

  /**
   * @param newest whether to write the newest version of the format, as h5py does with {@code
   *     libver="latest"}
   */
  Hdf5Writer(Path path, boolean newest) {
    long access = check(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()));
    if (newest) {
      check(H5Pset_libver_bounds(access, H5F_LIBVER_V112, H5F_LIBVER_V112));
    }
    file = check(H5Fcreate(path.toString(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
    H5Pclose(access);
    groups.put("", file);
  }

  /** Makes a group, and those around it. */
  long group(String path) {
    Long made = groups.get(path);
    if (made != null) {
      return made;
    }
    int slash = path.lastIndexOf('/');
    long around = group(slash < 0 ? "" : path.substring(0, slash));
    long group =
        check(H5Gcreate2(around, path.substring(slash + 1), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    groups.put(path, group);
    return group;
  }

  /** Writes an array into a group, which is made. */
  void array(String path, Weights weights, Storage storage) {
    int slash = path.lastIndexOf('/');
    long group = group(slash < 0 ? "" : path.substring(0, slash));
    long space = check(H5Screate_simple(weights.shape().length, weights.shape(), null));
    long type = type(storage);
    long places = H5P_DEFAULT;
    if (storage == Storage.PACKED) {
      places = check(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()));
      long[] chunk = new long[weights.shape().length];
      Arrays.fill(chunk, 2);
      check(H5Pset_chunk(places, chunk.length, chunk));
      check(H5Pset_shuffle(places));
      check(H5Pset_deflate(places, 6));
      check(H5Pset_fletcher32(places));
    }
    String name = path.substring(slash + 1);
    long array = check(H5Dcreate2(group, name, type, space, H5P_DEFAULT, places, H5P_DEFAULT));
    try (FloatPointer values = new FloatPointer(weights.values())) {
      check(H5Dwrite(array, H5T_NATIVE_FLOAT_g(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    }
    H5Dclose(array);
    H5Tclose(type);
    H5Sclose(space);
  }

  private static long type(Storage storage) {
    long type =
        check(
            H5Tcopy(
                switch (storage) {
                  case FLOAT64 -> H5T_IEEE_F64LE_g();
                  case INT8 -> H5T_STD_I8LE_g();
                  case BIG_ENDIAN -> H5T_IEEE_F32BE_g();
                  default -> H5T_IEEE_F32LE_g();
                }));
    if (storage == Storage.FLOAT16) {
      // As h5py makes it of NumPy's float16.
      check(H5Tset_fields(type, 15, 10, 5, 0, 10));
      check(H5Tset_size(type, 2));
      check(H5Tset_ebias(type, 15));
    }
    return type;
  }

  /** An attribute of the root group: text of fixed or variable length. */
  void text(String name, String text, boolean fixed) {
    long type = check(H5Tcopy(H5T_C_S1_g()));
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    check(H5Tset_size(type, fixed ? content.length : -1));
    long space = check(H5Screate(H5S_SCALAR));
    long attribute = check(H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    try (BytePointer bytes = new BytePointer(text, StandardCharsets.UTF_8);
        PointerPointer<BytePointer> pointer = new PointerPointer<>(1)) {
      pointer.put(0, bytes);
      check(H5Awrite(attribute, type, fixed ? bytes : pointer));
    }
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  }

  /**
   * An attribute of a group: several texts, padded with zeros to the longest, as NumPy has them.
   */
  void texts(String group, String name, List<String> texts) {
    List<byte[]> contents =
        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int each = contents.stream().mapToInt(content -> content.length).max().orElse(1);
    ByteBuffer all = ByteBuffer.allocate(Math.max(1, each * texts.size()));
    for (int i = 0; i < contents.size(); i++) {
      all.put(i * each, contents.get(i));
    }
    long type = check(H5Tcopy(H5T_C_S1_g()));
    check(H5Tset_size(type, each));
    check(H5Tset_strpad(type, H5T_STR_NULLPAD));
    long space = check(H5Screate_simple(1, new long[] {texts.size()}, null));
    long attribute = check(H5Acreate2(group(group), name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    try (BytePointer bytes = new BytePointer(all.array())) {
      check(H5Awrite(attribute, type, bytes));
    }
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  }

  private static long check(long result) {
    if (result < 0) {
      throw new IllegalStateException("the HDF5 library refused to write");
    }
    return result;
  }

  @Override
  public void close() {
    groups.forEach(
        (path, group) -> {
          if (!path.isEmpty()) {
            H5Gclose(group);
          }
        });
    H5Fclose(file);
  }
}
