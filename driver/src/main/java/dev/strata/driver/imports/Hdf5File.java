package dev.strata.driver.imports;

import static org.bytedeco.hdf5.global.hdf5.*;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.hdf5.H5G_info_t;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;

/**
 * Reads groups, arrays of numbers and attributes of text from an HDF5 file, by the library's C
 * interface: it tells the size of what it is about to give, so that nothing is read beyond a bound.
 * (DL4J's own reader guesses sizes.) Every failure is an IOException.
 */
final class Hdf5File implements Closeable {
  /** An array may be compressed; a file that grows by more is made to fill the memory. */
  private static final int UNPACKING = 64;

  private static final long TEXT_LIMIT = 64L << 20;
  private static final int NAME_LIMIT = 4096;

  private final long file;
  private long left;

  /**
   * An array.
   *
   * @param shape its dimensions; empty for a single number
   * @param values in C order
   */
  record Values(long[] shape, float[] values) {}

  /**
   * @param local path on this machine's disk
   */
  Hdf5File(Path local) throws IOException {
    left = Math.multiplyExact(Files.size(local), UNPACKING);
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      H5open();
      // The library would print each failure that is thrown here anyway.
      H5Eset_auto2(H5E_DEFAULT, null, null);
      file = opened(H5Fopen(local.toString(), H5F_ACC_RDONLY, H5P_DEFAULT), "the file");
    }
  }

  /** A root attribute of text; absent where there is none. */
  Optional<String> attribute(String name) throws IOException {
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      if (checked(H5Aexists(file, name), "attribute " + name) == 0) {
        return Optional.empty();
      }
      long attribute = opened(H5Aopen(file, name, H5P_DEFAULT), "attribute " + name);
      long type = H5Aget_type(attribute);
      long space = H5Aget_space(attribute);
      try {
        boolean single = H5Sget_simple_extent_npoints(space) == 1;
        if (!single || H5Tget_class(type) != H5T_STRING) {
          throw new IOException("attribute " + name + " is no text");
        }
        return Optional.of(
            H5Tis_variable_str(type) > 0
                ? variable(attribute, type, space, name)
                : fixed(attribute, type, name));
      } finally {
        H5Sclose(space);
        H5Tclose(type);
        H5Aclose(attribute);
      }
    }
  }

  private static String variable(long attribute, long type, long space, String name)
      throws IOException {
    try (PointerPointer<BytePointer> target = new PointerPointer<>(1)) {
      checked(H5Aread(attribute, type, target), "attribute " + name);
      Pointer text = target.get();
      try {
        return text == null ? "" : new BytePointer(text).getString(StandardCharsets.UTF_8);
      } finally {
        H5Treclaim(type, space, H5P_DEFAULT, target);
      }
    }
  }

  private static String fixed(long attribute, long type, String name) throws IOException {
    long size = H5Tget_size(type);
    if (size < 0 || size > TEXT_LIMIT) {
      throw new IOException("attribute " + name + " of " + size + " bytes");
    }
    try (BytePointer target = new BytePointer(size)) {
      checked(H5Aread(attribute, type, target), "attribute " + name);
      byte[] bytes = new byte[Math.toIntExact(size)];
      target.get(bytes);
      return new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
    }
  }

  /** Names of the groups in a group; a path's parts are separated by slashes. */
  List<String> groups(String path) throws IOException {
    return members(path, H5I_GROUP);
  }

  /** Names of the arrays in a group. */
  List<String> arrays(String path) throws IOException {
    return members(path, H5I_DATASET);
  }

  private List<String> members(String path, int kind) throws IOException {
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      long group = opened(H5Gopen2(file, path, H5P_DEFAULT), "group " + path);
      try (H5G_info_t info = new H5G_info_t()) {
        checked(H5Gget_info(group, info), "group " + path);
        List<String> names = new ArrayList<>();
        for (long i = 0; i < info.nlinks(); i++) {
          String name = name(group, i, path);
          long member = opened(H5Oopen(group, name, H5P_DEFAULT), path + "/" + name);
          if (H5Iget_type(member) == kind) {
            names.add(name);
          }
          H5Oclose(member);
        }
        return names;
      } finally {
        H5Gclose(group);
      }
    }
  }

  private static String name(long group, long index, String path) throws IOException {
    byte[] bytes = new byte[NAME_LIMIT];
    try (BytePointer name = new BytePointer(NAME_LIMIT)) {
      long length =
          H5Lget_name_by_idx(
              group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name, NAME_LIMIT, H5P_DEFAULT);
      if (length < 0 || length >= NAME_LIMIT) {
        throw new IOException("a name in group " + path);
      }
      name.get(bytes, 0, (int) length);
      return new String(bytes, 0, (int) length, StandardCharsets.UTF_8);
    }
  }

  /** The numbers of an array, whatever their type in the file. */
  Values read(String path) throws IOException {
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      long array = opened(H5Dopen2(file, path, H5P_DEFAULT), "array " + path);
      long space = H5Dget_space(array);
      long type = H5Dget_type(array);
      try {
        if (H5Tget_class(type) != H5T_FLOAT && H5Tget_class(type) != H5T_INTEGER) {
          throw new IOException("array " + path + " is none of numbers");
        }
        long[] shape = shape(space, path);
        float[] values = new float[count(shape, path)];
        try (FloatPointer target = new FloatPointer(Math.max(1, values.length))) {
          checked(
              H5Dread(array, H5T_NATIVE_FLOAT_g(), H5S_ALL, H5S_ALL, H5P_DEFAULT, target),
              "array " + path);
          target.get(values);
        }
        return new Values(shape, values);
      } finally {
        H5Tclose(type);
        H5Sclose(space);
        H5Dclose(array);
      }
    }
  }

  private static long[] shape(long space, String path) throws IOException {
    int rank = checked(H5Sget_simple_extent_ndims(space), "array " + path);
    long[] shape = new long[rank];
    checked(H5Sget_simple_extent_dims(space, shape, null), "array " + path);
    return shape;
  }

  private int count(long[] shape, String path) throws IOException {
    long count;
    try {
      count = LongStream.of(shape).reduce(1, Math::multiplyExact);
    } catch (ArithmeticException e) {
      count = -1;
    }
    if (count < 0 || count > Integer.MAX_VALUE || count * Float.BYTES > left) {
      throw new IOException("array " + path + " is larger than a file of this length should hold");
    }
    left -= count * Float.BYTES;
    return (int) count;
  }

  private static long opened(long identifier, String what) throws IOException {
    if (identifier < 0) {
      throw new IOException(what + " cannot be opened");
    }
    return identifier;
  }

  private static int checked(int result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + " cannot be read");
    }
    return result;
  }

  @Override
  public void close() {
    synchronized (Hdf5Archive.LOCK_OBJECT) {
      H5Fclose(file);
    }
  }
}
