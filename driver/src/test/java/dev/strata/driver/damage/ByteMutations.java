package dev.strata.driver.damage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Changes of any file's bytes, of arrays, and of the zoo's marks. Null where one is impossible. */
final class ByteMutations {
  private final Random random;

  ByteMutations(Random random) {
    this.random = random;
  }

  Mutation flip(String file, byte[] bytes, int bits) {
    if (bytes.length == 0) {
      return null;
    }
    byte[] now = bytes.clone();
    StringBuilder at = new StringBuilder();
    for (int i = 0; i < bits; i++) {
      // one in four near the beginning, where headers are
      int limit = random.nextInt(4) == 0 ? Math.min(256, now.length) : now.length;
      int where = random.nextInt(limit);
      int bit = random.nextInt(8);
      now[where] ^= (byte) (1 << bit);
      at.append(' ').append(where).append('.').append(bit);
    }
    return Mutation.of(bits == 1 ? "bit flip" : "bit flips", file + " at" + at, file, now);
  }

  Mutation overwrite(String file, byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    byte[] now = bytes.clone();
    int from = random.nextInt(now.length);
    int length = Math.min(now.length - from, 1 + random.nextInt(4096));
    int what = random.nextInt(3);
    for (int i = from; i < from + length; i++) {
      now[i] = what == 0 ? 0 : what == 1 ? (byte) 0xFF : (byte) random.nextInt(256);
    }
    return Mutation.of("range overwritten", file + " [" + from + ", +" + length + ")", file, now);
  }

  Mutation truncate(String file, byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    int to = random.nextInt(bytes.length);
    if (random.nextInt(4) == 0) {
      to = 0;
    } else if (random.nextInt(3) == 0) {
      to = bytes.length - 1;
    }
    return Mutation.of("truncated", file + " to " + to, file, Arrays.copyOf(bytes, to));
  }

  Mutation extend(String file, byte[] bytes) {
    if (random.nextInt(4) == 0) {
      byte[] twice = Arrays.copyOf(bytes, bytes.length * 2);
      System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
      return Mutation.of("extended", file + " twice", file, twice);
    }
    int by = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(4096);
    byte[] now = Arrays.copyOf(bytes, bytes.length + by);
    boolean zeros = random.nextBoolean();
    for (int i = bytes.length; i < now.length && !zeros; i++) {
      now[i] = (byte) random.nextInt(256);
    }
    return Mutation.of("extended", file + " by " + by, file, now);
  }

  /**
   * @param kin files of its kind
   */
  Mutation swap(Map<String, byte[]> pristine, String file, List<String> kin) {
    List<String> others = new ArrayList<>(kin);
    others.remove(file);
    if (others.isEmpty() || random.nextInt(3) == 0) {
      String folder = file.substring(0, file.lastIndexOf('/') + 1);
      pristine.keySet().stream()
          .filter(other -> other.startsWith(folder) && !other.equals(file))
          .filter(other -> !other.contains("marks/"))
          .forEach(others::add);
    }
    if (others.isEmpty()) {
      return null;
    }
    String other = others.get(random.nextInt(others.size()));
    Map<String, byte[]> both = new TreeMap<>();
    both.put(file, pristine.get(other));
    if (random.nextBoolean()) {
      both.put(other, pristine.get(file));
    }
    return new Mutation("swapped", file + " with " + other, both);
  }

  /** Of a mark of the zoo: a file whose name is what it says. */
  Mutation mark(Map<String, byte[]> pristine, String file) {
    int slash = file.lastIndexOf('/') + 1;
    String folder = file.substring(0, slash);
    String name = file.substring(slash);
    byte[] content = pristine.get(file);
    switch (random.nextInt(6)) {
      case 0:
        return Mutation.of("deleted", file, file, null);
      case 1:
        char[] other = name.toCharArray();
        int at = random.nextInt(other.length);
        other[at] = other[at] == '0' ? '1' : '0';
        return renamed(file, folder + new String(other), content);
      case 2:
        return renamed(file, folder + "999999999" + name.substring(6), content);
      case 3:
        return added(folder + "000002.published." + "0".repeat(64));
      case 4:
        return added(folder + "000003.published." + "a".repeat(64));
      default:
        return Mutation.of("range overwritten", file, file, new byte[] {1, 2, 3});
    }
  }

  private static Mutation renamed(String from, String to, byte[] content) {
    Map<String, byte[]> both = new TreeMap<>();
    both.put(from, null);
    both.put(to, content);
    return new Mutation("renamed", from + " to " + to, both);
  }

  private static Mutation added(String file) {
    return Mutation.of("added", file, file, new byte[0]);
  }

  /** Of an array file's header or of one element. */
  Mutation array(String file, byte[] bytes) {
    int header = 10 + (bytes[8] & 0xFF) + 256 * (bytes[9] & 0xFF);
    String text = new String(bytes, 10, header - 10, StandardCharsets.US_ASCII);
    String shape = text.replaceAll("(?s).*'shape': \\(([^)]*)\\).*", "$1");
    List<String> texts =
        List.of(
            text.replace(shape, "-1,"),
            text.replace(shape, "2147483647, 2147483647"),
            text.replace(shape, "99999999999,"),
            text.replace(shape, ""),
            text.replace(shape, "65536, 65536, 65536, 65536"),
            text.replace("<f4", "<f8").replace("<i4", "<f4"),
            text.replace("False", "True"),
            text.replace("descr", "desc"),
            text.replace(shape, shape.replaceFirst("(\\d+)", "1")),
            text.replace(shape, "0, 0"));
    int choice = random.nextInt(texts.size() + 1);
    if (choice == texts.size()) {
      float bad = List.of(Float.NaN, Float.NEGATIVE_INFINITY, 3e38f).get(random.nextInt(3));
      if (bytes.length < header + 4) {
        return null;
      }
      byte[] now = bytes.clone();
      int at = header + 4 * random.nextInt((now.length - header) / 4);
      ByteBuffer.wrap(now).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, bad);
      return Mutation.of("npy: element", file + " at " + at + " = " + bad, file, now);
    }
    byte[] head = texts.get(choice).getBytes(StandardCharsets.US_ASCII);
    byte[] now = new byte[10 + head.length + bytes.length - header];
    System.arraycopy(bytes, 0, now, 0, 10);
    now[8] = (byte) head.length;
    now[9] = (byte) (head.length >> 8);
    System.arraycopy(head, 0, now, 10, head.length);
    System.arraycopy(bytes, header, now, 10 + head.length, bytes.length - header);
    return Mutation.of("npy: header", file + " " + texts.get(choice).trim(), file, now);
  }
}
