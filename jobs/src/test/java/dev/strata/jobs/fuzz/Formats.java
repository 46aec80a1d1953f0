package dev.strata.jobs.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Formats of rows, read by {@code strata prepare}. */
public final class Formats {
  private static final String[] TABLE = {
    "data.label=kind", "data.id=[row]", "data.features=[x, y, colour]", "data.categorical=[colour]"
  };
  private static final int PICTURES = 6;

  private Formats() {}

  /**
   * @param scratch where sound files that Spark writes are made
   */
  public static List<DamagedFormat> all(Path scratch) throws IOException {
    byte[] parquet = SoundFiles.spark(Files.createDirectories(scratch.resolve("1")), "parquet");
    byte[] orc = SoundFiles.spark(Files.createDirectories(scratch.resolve("2")), "orc");
    return List.of(
        text("csv", SoundFiles.table(",", false), "rows.csv", ",", csvRows(','), TABLE),
        text("quoted", SoundFiles.table(",", true), "rows.csv", ",", csvRows(','), TABLE),
        text("tsv", SoundFiles.table("\t", false), "rows.tsv", "\t", csvRows('\t'), TABLE),
        text(
            "json", SoundFiles.json(), "rows.json", ",", t -> PlainTables.json(t, "x", "y"), TABLE),
        text(
            "jsonkeys",
            SoundFiles.json(),
            "rows.json",
            ":",
            t -> PlainTables.json(t, "x", "y"),
            TABLE),
        text(
            "text",
            SoundFiles.texts(),
            "texts.csv",
            ",",
            t -> Optional.empty(),
            "data.label=mood",
            "data.id=[row]",
            "data.text.column=review"),
        text(
            "libsvm",
            SoundFiles.libsvm(),
            "rows.libsvm",
            " ",
            PlainTables::libsvm,
            "data.label=label"),
        bytes(
            "csvbytes",
            SoundFiles.table(",", true).getBytes(StandardCharsets.UTF_8),
            "rows.csv",
            TABLE),
        bytes(
            "csvgz",
            SoundFiles.gzip(SoundFiles.table(",", true).getBytes(StandardCharsets.UTF_8)),
            "rows.csv.gz",
            TABLE),
        bytes("jsonbytes", SoundFiles.json().getBytes(StandardCharsets.UTF_8), "rows.json", TABLE),
        bytes(
            "libsvmbytes",
            SoundFiles.libsvm().getBytes(StandardCharsets.UTF_8),
            "rows.libsvm",
            "data.label=label"),
        new ParquetFormat(parquet, scratch, TABLE),
        bytes("orc", orc, "rows.orc", TABLE),
        new Idx("idx", false),
        new Idx("idxgz", true),
        new Pictures(),
        archive("zip", SoundFiles.zip(PICTURES), "photos.zip"),
        archive("tar", SoundFiles.tar(PICTURES), "photos.tar"),
        archive("tgz", SoundFiles.gzip(SoundFiles.tar(PICTURES)), "photos.tar.gz"));
  }

  private static Function<String, Optional<List<List<Float>>>> csvRows(char delimiter) {
    return text ->
        PlainTables.csv(text, delimiter).flatMap(rows -> PlainTables.numbers(rows, "x", "y"));
  }

  static List<String> prepare(Path folder, Path data, String... settings) {
    List<String> words = new ArrayList<>(List.of("prepare", "--output", folder + "/out"));
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.path=" + data, "data.blocks=1", "training.workers=1", "data.scaling=none"));
    all.addAll(Arrays.asList(settings));
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  /** Lines of fields with damaged fields. */
  private static DamagedFormat text(
      String name,
      String sound,
      String file,
      String delimiter,
      Function<String, Optional<List<List<Float>>>> plain,
      String... settings) {
    return named(
        name,
        (random, folder) -> {
          TextMutations mutations = new TextMutations(random, delimiter);
          String text = mutations.damage(sound);
          Path path = Files.writeString(folder.resolve(file), text);
          return new DamagedCase(
              mutations.said(),
              List.of(file),
              prepare(folder, path, settings),
              () -> compare(folder, plain.apply(text)));
        });
  }

  private static DamagedFormat bytes(String name, byte[] sound, String file, String... settings) {
    return named(
        name,
        (random, folder) -> {
          ByteMutations mutations = new ByteMutations(random);
          Path path = Files.write(folder.resolve(file), mutations.damage(sound));
          return new DamagedCase(
              mutations.said(),
              List.of(file),
              prepare(folder, path, settings),
              DamagedCase.Check.NONE);
        });
  }

  private static DamagedFormat archive(String name, byte[] sound, String file) {
    return bytes(name, sound, file, "data.format=images", "data.label=folder");
  }

  static Optional<String> compare(Path folder, Optional<List<List<Float>>> expected)
      throws IOException {
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    int width = expected.get().isEmpty() ? 1 : expected.get().get(0).size();
    List<List<Float>> found = ShardRows.of(folder.resolve("out"), width);
    return found.equals(expected.get())
        ? Optional.empty()
        : Optional.of("found " + found + "\nexpected " + expected.get());
  }

  static DamagedFormat named(String name, Maker maker) {
    return new DamagedFormat() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public DamagedCase next(Random random, Path folder) throws IOException {
        return maker.next(random, folder);
      }
    };
  }

  /** Writes a case. */
  interface Maker {
    DamagedCase next(Random random, Path folder) throws IOException;
  }

  /** Images and labels, one of them damaged. */
  private record Idx(String name, boolean compressed) implements DamagedFormat {
    @Override
    public DamagedCase next(Random random, Path folder) throws IOException {
      boolean damagedLabels = random.nextInt(3) == 0;
      ByteMutations mutations = new ByteMutations(random);
      byte[] images = packed(SoundFiles.images());
      byte[] labels = packed(SoundFiles.labels());
      byte[] damaged = mutations.damage(damagedLabels ? labels : images);
      byte[] usedImages = damagedLabels ? images : damaged;
      String suffix = compressed ? ".gz" : "";
      Path imageFile = Files.write(folder.resolve("images-idx3-ubyte" + suffix), usedImages);
      Path labelFile =
          Files.write(
              folder.resolve("labels-idx1-ubyte" + suffix), damagedLabels ? damaged : labels);
      return new DamagedCase(
          (damagedLabels ? "labels: " : "images: ") + mutations.said(),
          List.of("-ubyte"),
          prepare(
              folder,
              imageFile,
              "data.labels-path=" + labelFile,
              "data.label=label",
              "data.format=idx"),
          () -> compare(folder, Optional.of(rows(usedImages))));
    }

    private byte[] packed(byte[] plain) throws IOException {
      return compressed ? SoundFiles.gzip(plain) : plain;
    }

    private List<List<Float>> rows(byte[] file) {
      byte[] bytes = file;
      if (bytes[0] == 0x1f) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
          bytes = in.readAllBytes();
        } catch (IOException e) {
          throw new UncheckedIOException("accepted, but gzip says", e);
        }
      }
      int dimensions = bytes[3];
      int count = java.nio.ByteBuffer.wrap(bytes).getInt(4);
      int header = 4 + 4 * dimensions;
      int each = (bytes.length - header) / count;
      byte[] all = bytes;
      return ShardRows.sorted(
          IntStream.range(0, count)
              .mapToObj(
                  row ->
                      IntStream.range(0, each)
                          .mapToObj(i -> (float) (all[header + row * each + i] & 0xFF))
                          .toList())
              .toList());
    }
  }

  /** A folder of pictures, one of them damaged. */
  private static final class Pictures implements DamagedFormat {
    @Override
    public String name() {
      return "pictures";
    }

    @Override
    public DamagedCase next(Random random, Path folder) throws IOException {
      int damaged = random.nextInt(PICTURES);
      ByteMutations mutations = new ByteMutations(random);
      Path photos = folder.resolve("photos");
      String name = "";
      for (int i = 0; i < PICTURES; i++) {
        Map.Entry<String, byte[]> picture = SoundFiles.picture(i);
        Path own = Files.createDirectories(photos.resolve(i % 2 == 0 ? "a" : "b"));
        byte[] bytes = picture.getValue();
        if (i == damaged) {
          bytes = mutations.damage(bytes);
          name = picture.getKey();
        }
        Files.write(own.resolve(picture.getKey()), bytes);
      }
      return new DamagedCase(
          name + ": " + mutations.said(),
          // Where the size of the first changed, the second is the one that differs.
          List.of(name, ".pgm", ".png", ".jpg"),
          prepare(folder, photos, "data.format=images", "data.label=folder"),
          DamagedCase.Check.NONE);
    }
  }
}
