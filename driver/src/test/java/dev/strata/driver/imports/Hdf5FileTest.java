package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.hdf5.global.hdf5.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HDF5's own library writes is read to the bit; what jHDF does not check is refused. */
class Hdf5FileTest {
  private static final long[] SHAPE = {5, 7};
  private static final float[] NUMBERS = numbers();

  @TempDir private Path folder;

  private interface Writing {
    void to(long file);
  }

  private static float[] numbers() {
    float[] numbers = new float[35];
    for (int i = 0; i < numbers.length; i++) {
      // 8 bits of mantissa, so that bfloat16 has them too.
      numbers[i] = (i * 13 % 251 - 120) / 32f;
    }
    numbers[3] = -0f;
    numbers[4] = Float.NEGATIVE_INFINITY;
    return numbers;
  }

  private Path write(boolean newest, Writing writing) {
    Path file = folder.resolve("array.h5");
    long access = check(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()));
    if (newest) {
      check(H5Pset_libver_bounds(access, H5F_LIBVER_V112, H5F_LIBVER_V112));
    }
    long opened = check(H5Fcreate(file.toString(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
    writing.to(opened);
    H5Fclose(opened);
    H5Pclose(access);
    return file;
  }

  private static long check(long result) {
    assertThat(result).isNotNegative();
    return result;
  }

  private static long array(long file, String name, long type, long[] chunkOrNull, boolean packed) {
    long places = check(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()));
    if (chunkOrNull != null) {
      check(H5Pset_chunk(places, chunkOrNull.length, chunkOrNull));
    }
    if (packed) {
      check(H5Pset_shuffle(places));
      check(H5Pset_deflate(places, 6));
    }
    long space = check(H5Screate_simple(2, SHAPE, null));
    return check(H5Dcreate2(file, name, type, space, H5P_DEFAULT, places, H5P_DEFAULT));
  }

  private static void fill(long array, long memory, long place) {
    try (FloatPointer values = new FloatPointer(NUMBERS)) {
      check(H5Dwrite(array, H5T_NATIVE_FLOAT_g(), memory, place, H5P_DEFAULT, values));
    }
    H5Dclose(array);
  }

  private static void fill(long array) {
    fill(array, H5S_ALL, H5S_ALL);
  }

  private static void assertReadExactly(Path file, List<String> paths) throws IOException {
    try (Hdf5File hdf5 = new Hdf5File(file)) {
      for (String path : paths) {
        Hdf5File.Values read = hdf5.read(path);
        assertThat(read.shape()).as(path).containsExactly(SHAPE);
        assertThat(read.values()).as(path).containsExactly(NUMBERS);
        assertThat(hdf5.describe(path).type()).isEqualTo(read.type());
      }
    }
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(
            () -> {
              try (Hdf5File hdf5 = new Hdf5File(file)) {
                hdf5.read("a");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyLayoutOfOldAndNewVersions(boolean newest) throws IOException {
    Path file =
        write(
            newest,
            opened -> {
              long type = H5T_IEEE_F32LE_g();
              fill(array(opened, "plain", type, null, false));
              fill(array(opened, "chunks", type, new long[] {2, 3}, false));
              fill(array(opened, "whole", type, new long[] {5, 7}, true));
              fill(array(opened, "packed", type, new long[] {2, 7}, true));
              // So many members that a new version indexes them.
              for (int i = 0; i < 40; i++) {
                fill(array(opened, "more-" + i, type, null, false));
              }
            });
    assertReadExactly(file, List.of("plain", "chunks", "whole", "packed", "more-0", "more-39"));
  }

  @Test
  void numbersOfSixteenBitsAreToldApart() throws IOException {
    Path file =
        write(
            false,
            opened -> {
              for (int exponent : new int[] {5, 8}) {
                long type = check(H5Tcopy(H5T_IEEE_F32LE_g()));
                check(H5Tset_fields(type, 15, 15 - exponent, exponent, 0, 15 - exponent));
                check(H5Tset_size(type, 2));
                check(H5Tset_ebias(type, (1 << (exponent - 1)) - 1));
                fill(array(opened, exponent == 5 ? "half" : "brain", type, null, false));
              }
            });
    assertReadExactly(file, List.of("half", "brain"));
    try (Hdf5File hdf5 = new Hdf5File(file)) {
      assertThat(hdf5.describe("half").type()).isEqualTo("float16");
      assertThat(hdf5.describe("brain").type()).isEqualTo("bfloat16");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChunkThatWasNotWrittenIsNoZeros(boolean newest) {
    Path file =
        write(
            newest,
            opened -> {
              long array = array(opened, "a", H5T_IEEE_F32LE_g(), new long[] {2, 7}, false);
              long rows = check(H5Screate_simple(2, SHAPE, null));
              check(
                  H5Sselect_hyperslab(
                      rows, H5S_SELECT_SET, new long[] {0, 0}, null, new long[] {2, 7}, null));
              fill(array, rows, rows);
            });
    assertRefused(file, "array a");
  }

  @Test
  void aChunkThatUnpacksToMoreIsRefusedBeforeMemoryIsTaken() {
    Path file =
        write(
            false,
            opened -> {
              long array = array(opened, "a", H5T_IEEE_F32LE_g(), new long[] {5, 7}, true);
              byte[] bomb = zeros(1 << 26);
              try (BytePointer bytes = new BytePointer(bomb)) {
                check(
                    H5Dwrite_chunk(
                        array, H5P_DEFAULT, (short) 0, new long[] {0, 0}, bomb.length, bytes));
              }
              H5Dclose(array);
            });
    assertRefused(file, "does not unpack to its size");
  }

  private static byte[] zeros(int count) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(new byte[count]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return packed.toByteArray();
  }

  @Test
  void anIndexWithoutAnEndIsRefused() throws IOException {
    Path file = write(false, opened -> fill(array(opened, "a", H5T_IEEE_F32LE_g(), null, false)));
    byte[] bytes = Files.readAllBytes(file);
    int tree = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("TREE");
    // A node above others, whose only child is itself: its level, and behind a key the address.
    bytes[tree + 5] = 1;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(tree + 32, tree);
    assertRefused(Files.write(file, bytes), "is damaged");
  }

  @Test
  void linksAreRefused() {
    Path file =
        write(
            false,
            opened -> check(H5Lcreate_external("/etc/x.h5", "/a", opened, "a", 0L, H5P_DEFAULT)));
    assertRefused(file, "a link called a to another place");
  }
}
