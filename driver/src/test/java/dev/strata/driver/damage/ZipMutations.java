package dev.strata.driver.damage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes of a zip's entries, its own checksums right again. Null where one is impossible. */
final class ZipMutations {
  private final Random random;
  private final JsonMutations json;
  private final ByteMutations bytes;

  ZipMutations(Random random, JsonMutations json, ByteMutations bytes) {
    this.random = random;
    this.json = json;
    this.bytes = bytes;
  }

  static List<Map.Entry<String, byte[]>> entries(byte[] zip) throws IOException {
    List<Map.Entry<String, byte[]>> list = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        list.add(Map.entry(e.getName(), in.readAllBytes()));
      }
    }
    return list;
  }

  /** Names that occur twice are written as others of that length and patched afterwards. */
  static byte[] pack(List<Map.Entry<String, byte[]>> list) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Map<String, String> patch = new LinkedHashMap<>();
    List<String> seen = new ArrayList<>();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      out.setLevel(1);
      for (var entry : list) {
        String name = entry.getKey();
        if (seen.contains(name)) {
          name = "~" + name.substring(1);
          patch.put(name, entry.getKey());
        }
        seen.add(name);
        out.putNextEntry(new ZipEntry(name));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    byte[] all = packed.toByteArray();
    for (var name : patch.entrySet()) {
      byte[] from = name.getKey().getBytes(StandardCharsets.UTF_8);
      byte first = name.getValue().getBytes(StandardCharsets.UTF_8)[0];
      for (int i = 0; i + from.length <= all.length; i++) {
        if (all[i] == from[0] && Arrays.equals(all, i, i + from.length, from, 0, from.length)) {
          all[i] = first;
        }
      }
    }
    return all;
  }

  /**
   * @param archive whether it is a whole bundle: the arrays inside are not taken apart
   */
  Mutation any(String file, byte[] zip, boolean archive) throws IOException {
    List<Map.Entry<String, byte[]>> list = entries(zip);
    int at = random.nextInt(list.size());
    String name = list.get(at).getKey();
    byte[] content = list.get(at).getValue();
    int choice = random.nextInt(11);
    if (choice >= 5 && name.endsWith(".bin") && !archive) {
      return array(file, list, at);
    }
    if (choice >= 5 && name.endsWith(".json")) {
      Mutation inner = json.any(name, content);
      if (inner == null) {
        return null;
      }
      list.set(at, Map.entry(name, inner.changed().get(name)));
      return changed("zip: " + inner.kind(), file, inner.detail(), list);
    }
    switch (choice) {
      case 0:
        String to =
            List.of("x" + name, "../" + name, name.toUpperCase(Locale.ROOT), "/etc/" + name)
                .get(random.nextInt(4));
        list.set(at, Map.entry(to, content));
        return changed("zip: entry renamed", file, name + " to " + to, list);
      case 1:
        list.add(at + 1, list.get(at));
        return changed("zip: entry duplicated", file, name, list);
      case 2:
        int by = (64 << 20) + random.nextInt(64 << 20);
        list.set(at, Map.entry(name, Arrays.copyOf(content, content.length + by)));
        return changed("zip: entry enlarged", file, name + " by " + by + " zeros", list);
      case 3:
        list.remove(at);
        return changed("zip: entry removed", file, name, list);
      case 4:
        Collections.reverse(list);
        return changed("zip: entries reordered", file, "", list);
      default:
        if (content.length == 0) {
          return null;
        }
        byte[] now =
            random.nextBoolean()
                ? Arrays.copyOf(content, random.nextInt(content.length))
                : bytes.flip(name, content, 1).changed().get(name);
        list.set(at, Map.entry(name, now));
        return changed("zip: entry's content", file, name + " " + now.length + " bytes", list);
    }
  }

  /** Of an array of DL4J's: its header, its lengths, elements that are no numbers. */
  private Mutation array(String file, List<Map.Entry<String, byte[]>> list, int at)
      throws IOException {
    String name = list.get(at).getKey();
    byte[] now = list.get(at).getValue().clone();
    int elements = Math.max(1, (now.length - 60) / 4);
    String what;
    switch (random.nextInt(5)) {
      case 0:
        float bad = List.of(Float.NaN, Float.POSITIVE_INFINITY, 1e38f).get(random.nextInt(3));
        ByteBuffer.wrap(now).putFloat(now.length - 4 * (1 + random.nextInt(elements)), bad);
        what = "one element " + bad;
        break;
      case 1:
        for (int i = Math.max(60, now.length - 4000); i + 4 <= now.length; i += 4) {
          ByteBuffer.wrap(now).putFloat(i, Float.NaN);
        }
        what = "elements NaN";
        break;
      case 2:
        int header = random.nextInt(Math.min(100, now.length));
        now[header] ^= (byte) (1 << random.nextInt(8));
        what = "header byte " + header;
        break;
      case 3:
        List<Long> lengths = List.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 1L << 40, 0L);
        long number = lengths.get(random.nextInt(lengths.size()));
        int where = Math.max(0, find(now, random.nextBoolean() ? "LONG" : "FLOAT") - 10);
        ByteBuffer.wrap(now).putLong(where, number);
        what = "length at " + where + " = " + number;
        break;
      default:
        now = Arrays.copyOf(now, random.nextInt(now.length));
        what = "cut to " + now.length;
    }
    list.set(at, Map.entry(name, now));
    return changed("zip: array", file, name + " " + what, list);
  }

  private static int find(byte[] in, String text) {
    byte[] what = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + what.length <= in.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return 10;
  }

  private static Mutation changed(
      String kind, String file, String detail, List<Map.Entry<String, byte[]>> list)
      throws IOException {
    return Mutation.of(kind, file + "!" + detail, file, pack(list));
  }
}
