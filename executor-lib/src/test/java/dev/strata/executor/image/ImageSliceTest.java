package dev.strata.executor.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSliceTest {
  private static final Configuration CONFIGURATION = new Configuration();
  private static final List<String> ENTRIES =
      List.of(
          "s1/1.pgm", "s1/2.PGM", "README", "__MACOSX/s1/._1.pgm", ".x.png", "s2/1.jpg", "t.png");
  private static final List<String> IMAGES = List.of("s1/1.pgm", "s1/2.PGM", "s2/1.jpg", "t.png");

  @TempDir Path temp;

  @Test
  void everyKindOfArchiveGivesItsImages() throws IOException {
    for (String name : List.of("faces.zip", "faces.tar", "faces.tar.gz", "faces.TGZ")) {
      ImageArchive archive = archive(name, ENTRIES);
      assertThat(archive.images(CONFIGURATION)).as(name).isEqualTo(IMAGES.size());
      List<ImageEntry> read = all(ImageSlice.of(archive));
      assertThat(read)
          .extracting(ImageEntry::path)
          .containsExactlyElementsOf(
              IMAGES.stream().map(entry -> archive.path() + "!/" + entry).toList());
      assertThat(read).extracting(ImageEntry::folder).containsExactly("s1", "s1", "s2", "faces");
      assertThat(read)
          .extracting(ImageEntry::name)
          .containsExactly("1.pgm", "2.PGM", "1.jpg", "t.png");
      // Each entry holds its own name.
      assertThat(read)
          .allMatch(
              entry ->
                  entry.path().endsWith("!/" + new String(entry.bytes(), StandardCharsets.UTF_8)));
    }
  }

  @Test
  void slicesOfAnArchiveShareItsImages() throws IOException {
    for (String name : List.of("faces.zip", "faces.tar")) {
      ImageArchive archive = archive(name, ENTRIES);
      List<String> names = new ArrayList<>();
      for (int[] range : new int[][] {{0, 1}, {1, 1}, {1, 3}, {3, 4}}) {
        all(new ImageSlice(List.of(), archive, range[0], range[1]))
            .forEach(entry -> names.add(new String(entry.bytes(), StandardCharsets.UTF_8)));
      }
      assertThat(names).containsExactlyElementsOf(IMAGES);
    }
  }

  @Test
  void filesAreReadWithTheirFolder() throws IOException {
    Path file = Files.createDirectories(temp.resolve("ann")).resolve("1.pgm");
    Files.writeString(file, "x");
    assertThat(all(ImageSlice.of(List.of(file.toString()))))
        .singleElement()
        .matches(entry -> entry.folder().equals("ann") && entry.name().equals("1.pgm"));
  }

  @Test
  void imagesThatAreNotReadAreNotPassedOver() throws IOException {
    ImageArchive archive = archive("mixed.zip", List.of("a/1.pgm", "a/2.gif"));
    List<ImageEntry> read = all(ImageSlice.of(archive));
    assertThat(read).extracting(ImageEntry::name).containsExactly("1.pgm", "2.gif");
    assertThatThrownBy(() -> read.get(1).decoded(1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("unsupported image type")
        .hasMessageContaining("mixed.zip!/a/2.gif");
  }

  @Test
  void aDamagedEntryOfAZipSaysNothingOfTheOthers() throws IOException {
    for (boolean compressed : new boolean[] {true, false}) {
      Path file = temp.resolve("damaged-" + compressed + ".zip");
      byte[] image = "P5 40 1 255\n".concat("pixels, ".repeat(5)).getBytes(StandardCharsets.UTF_8);
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        for (String name : List.of("1.pgm", "2.pgm", "3.pgm")) {
          ZipEntry entry = new ZipEntry(name);
          if (!compressed) {
            stored(entry, image);
          }
          zip.putNextEntry(entry);
          zip.write(image);
        }
      }
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      // In the content of the second, behind its local header.
      bytes[text.indexOf("2.pgm") + "2.pgm".length() + 20] ^= 0x10;
      Files.write(file, bytes);

      List<ImageEntry> read = all(ImageSlice.of(ImageArchive.of(file.toString()).orElseThrow()));
      assertThat(read).extracting(ImageEntry::name).containsExactly("1.pgm", "2.pgm", "3.pgm");
      assertThat(read.get(0).decoded(1).size()).isEqualTo("1 × 40");
      assertThatThrownBy(() -> read.get(1).decoded(1))
          .as("compressed " + compressed)
          .isInstanceOf(StrataException.class)
          .hasMessageContaining(file.getFileName() + "!/2.pgm");
      assertThat(read.get(2).decoded(1).pixels()).isEqualTo(read.get(0).decoded(1).pixels());
    }
  }

  private static void stored(ZipEntry entry, byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
  }

  @Test
  void damagedArchivesAreRefusedByName() throws IOException {
    for (String name : List.of("bad.zip", "bad.tar.gz")) {
      Path file = temp.resolve(name);
      Files.writeString(file, "not an archive, whatever its name may say");
      ImageArchive archive = ImageArchive.of(file.toString()).orElseThrow();
      assertThatThrownBy(() -> all(ImageSlice.of(archive)))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining(name);
    }
    Path cut = temp.resolve("cut.tar.gz");
    byte[] whole = Files.readAllBytes(Path.of(archive("whole.tar.gz", ENTRIES).path()));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> all(ImageSlice.of(ImageArchive.of(cut.toString()).orElseThrow())))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("cut.tar.gz");
  }

  private static List<ImageEntry> all(ImageSlice slice) {
    List<ImageEntry> entries = new ArrayList<>();
    try (ImageSlice.Images images = slice.read(CONFIGURATION)) {
      images.forEachRemaining(entries::add);
    }
    return entries;
  }

  /** Entries whose content is their name. */
  private ImageArchive archive(String name, List<String> entries) throws IOException {
    Path file = temp.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      if (name.endsWith(".zip")) {
        zip(out, entries);
      } else if (name.endsWith(".tar")) {
        tar(out, entries);
      } else {
        tar(new GZIPOutputStream(out), entries);
      }
    }
    return ImageArchive.of(file.toString()).orElseThrow();
  }

  private static void zip(OutputStream out, List<String> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void tar(OutputStream out, List<String> entries) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (String entry : entries) {
        TarArchiveEntry header = new TarArchiveEntry(entry);
        header.setSize(entry.length());
        tar.putArchiveEntry(header);
        tar.write(entry.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
      }
    }
  }
}
