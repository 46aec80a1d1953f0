package dev.strata.jobs.fuzz;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.NpyHeader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small sound files of each format, always the same. */
final class SoundFiles {
  static final int ROWS = 12;
  static final int HEIGHT = 6;
  static final int WIDTH = 5;

  private static final String[] COLOURS = {"red", "green", "dark blue"};

  private SoundFiles() {}

  /** Columns row, x, y, colour, kind. */
  static String table(String delimiter, boolean quoted) {
    Random random = new Random(3);
    StringBuilder text =
        new StringBuilder(String.join(delimiter, "row", "x", "y", "colour", "kind"));
    for (int i = 0; i < ROWS; i++) {
      String colour = COLOURS[i % COLOURS.length];
      String[] fields = {
        Integer.toString(i),
        String.format(Locale.ROOT, "%.3f", random.nextGaussian()),
        Integer.toString(random.nextInt(100)),
        quoted ? '"' + colour + '"' : colour,
        i % 2 == 0 ? "a" : "b"
      };
      text.append('\n').append(String.join(delimiter, fields));
    }
    return text.append('\n').toString();
  }

  /** The same columns. */
  static String json() {
    StringBuilder text = new StringBuilder();
    String[] lines = table(",", false).split("\n");
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split(",");
      text.append(
          "{\"row\":%s,\"x\":%s,\"y\":%s,\"colour\":\"%s\",\"kind\":\"%s\"}\n"
              .formatted((Object[]) fields));
    }
    return text.toString();
  }

  static String texts() {
    String[] words = {"film", "play", "größe", "cast", "scene"};
    StringBuilder text = new StringBuilder("row,review,mood\n");
    for (int i = 0; i < ROWS; i++) {
      text.append(i)
          .append(",The ")
          .append(words[i % words.length])
          .append(i % 2 == 0 ? " is good,good\n" : " is not good!,bad\n");
    }
    return text.toString();
  }

  static String libsvm() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      text.append(i % 2).append(" 1:0.5 3:").append(i).append(".25 7:-").append(i).append('\n');
    }
    return text.toString();
  }

  static String vectors() {
    return """
    the 0.1 0.2 -0.3 1
    film 1e-3 2 3 4
    good 1 1 1 1
    is -0.5 0.25 0 1
    bad -1 -1 -1 -1
    not 2 0 0 0
    """;
  }

  static byte[] images() {
    byte[] pixels = new byte[ROWS * HEIGHT * WIDTH];
    new Random(4).nextBytes(pixels);
    return idx(pixels, ROWS, HEIGHT, WIDTH);
  }

  static byte[] labels() {
    byte[] labels = new byte[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = (byte) (i % 3);
    }
    return idx(labels, ROWS);
  }

  private static byte[] idx(byte[] content, int... shape) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * shape.length + content.length);
    buffer.put(new byte[] {0, 0, 8, (byte) shape.length});
    for (int size : shape) {
      buffer.putInt(size);
    }
    return buffer.put(content).array();
  }

  /** Name and bytes of a picture: its number gives format, colours and content. */
  static Map.Entry<String, byte[]> picture(int number) throws IOException {
    Random random = new Random(number);
    int kind = number % 6;
    if (kind < 2) {
      StringBuilder text = new StringBuilder(kind == 0 ? "P2" : "P5");
      text.append("\n# made for a test\n").append(WIDTH + " " + HEIGHT + "\n255\n");
      byte[] pixels = new byte[WIDTH * HEIGHT];
      random.nextBytes(pixels);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (kind == 0) {
        for (byte pixel : pixels) {
          text.append(pixel & 0xFF).append(' ');
        }
      }
      out.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
      if (kind == 1) {
        out.writeBytes(pixels);
      }
      return Map.entry("p" + number + ".pgm", out.toByteArray());
    }
    boolean jpeg = kind >= 4;
    boolean grey = kind % 2 == 0;
    BufferedImage image =
        new BufferedImage(
            WIDTH, HEIGHT, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, jpeg ? "jpeg" : "png", out);
    return Map.entry("p" + number + (jpeg ? ".jpg" : ".png"), out.toByteArray());
  }

  /** A zip of pictures in two folders. */
  static byte[] zip(int pictures) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < pictures; i++) {
        Map.Entry<String, byte[]> picture = picture(i);
        ZipEntry entry = new ZipEntry((i % 2 == 0 ? "a/" : "b/") + picture.getKey());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(picture.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** The same as a tar archive. */
  static byte[] tar(int pictures) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < pictures; i++) {
        Map.Entry<String, byte[]> picture = picture(i);
        TarArchiveEntry entry = new TarArchiveEntry((i % 2 == 0 ? "a/" : "b/") + picture.getKey());
        entry.setSize(picture.getValue().length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(picture.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  /** Arrays of the network 3 inputs, 2 hidden units, 2 outputs. */
  static byte[] npz() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      array(zip, "hidden/weights", 3, 2);
      array(zip, "hidden/bias", 2);
      array(zip, "head/weights", 2, 2);
      array(zip, "head/bias", 2);
      array(zip, "other", 4);
    }
    return bytes.toByteArray();
  }

  /** Rows of input, and outputs to compare with. */
  static byte[] reference() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      array(zip, "input", 4, 3);
      array(zip, "hidden", 4, 2);
      array(zip, "output", 4, 2);
    }
    return bytes.toByteArray();
  }

  private static void array(ZipOutputStream zip, String name, int... shape) throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(npy(shape));
  }

  static byte[] npy(int... shape) {
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    List<Integer> inner = shape.length == 1 ? List.of() : List.of(shape[1]);
    byte[] header = new NpyHeader(ElementType.F32, shape[0], inner).encode();
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + 4 * count).order(ByteOrder.LITTLE_ENDIAN).put(header);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(0.25f * i - 1);
    }
    return bytes.array();
  }

  /** The table as one file of a format that Spark writes. */
  static byte[] spark(Path folder, String format) throws IOException {
    Path csv = Files.writeString(folder.resolve("table.csv"), table(",", false));
    Path written = folder.resolve(format);
    LocalSpark.session()
        .read()
        .option("header", "true")
        .option("inferSchema", "true")
        .csv(csv.toString())
        .coalesce(1)
        .write()
        .format(format)
        .save(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      Path part =
          files
              .filter(f -> f.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
      return Files.readAllBytes(part);
    }
  }
}
