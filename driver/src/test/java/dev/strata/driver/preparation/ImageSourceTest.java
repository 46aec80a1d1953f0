package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageResize;
import dev.strata.executor.preprocess.Preprocessing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageSourceTest extends CsvFixture {
  private static final int PEOPLE = 4;
  private static final int PHOTOS = 3;

  private Path folder;

  @BeforeEach
  void photos() throws IOException {
    folder = Files.createDirectories(temp.resolve("photos"));
    for (int person = 0; person < PEOPLE; person++) {
      Path own = Files.createDirectories(folder.resolve("s" + person));
      for (int photo = 0; photo < PHOTOS; photo++) {
        Files.write(own.resolve(photo + ".pgm"), photo(person, photo, 4, 2));
      }
    }
    Files.writeString(folder.resolve("s0").resolve("README"), "no image");
  }

  @Test
  void filesAreRowsOfPixelsPathFolderAndName() {
    Dataset<Row> rows =
        SourceReader.read(LocalSpark.session(), all().build(), all().build().source());
    assertThat(SourceColumns.names(rows.schema()))
        .containsExactly("image", "path", "folder", "name");
    List<Row> found = rows.orderBy("path").collectAsList();
    assertThat(found).hasSize(PEOPLE * PHOTOS);
    assertThat((byte[]) found.get(4).get(0)).isEqualTo(pixels(1, 1, 4, 2));
    assertThat(found.get(4).getString(1)).endsWith("photos/s1/1.pgm");
    assertThat(found.get(4).getString(2)).isEqualTo("s1");
    assertThat(found.get(4).getString(3)).isEqualTo("1.pgm");
  }

  @Test
  void onlyTheImageIsAFeatureAndItsShapeIsKept() {
    PreparedData prepared = prepare(all().group("folder").divideBy(255));
    FeatureColumn image = prepared.preprocessing().layout().features().get(0);
    assertThat(prepared.preprocessing().layout().features()).hasSize(1);
    assertThat(image.shape()).containsExactly(4, 2);
    assertThat(image.resize()).isNull();
    assertThat(prepared.preprocessing().formatVersion()).isEqualTo(Preprocessing.WITHOUT_RESIZE);
    assertThat(rows(prepared, "train"))
        .hasSize(PEOPLE * PHOTOS)
        .allMatch(r -> r.features().size() == 8);
  }

  @Test
  void anArchiveGivesTheSameShardsAsItsFiles() throws IOException {
    List<PreparedRows.Stored> files = rows(prepare(all().label("folder")), "train");
    Path zip = zip();
    assertThat(rows(prepare(data().from(zip.toString()).label("folder")), "train"))
        .isEqualTo(files);
  }

  @Test
  void resizingIsAStepOfThePreprocessingAndAppliesToNewImages() {
    PreparedData prepared = prepare(all().images(resize(ImageSettings.Sizes.SAME)));
    FeatureColumn image = prepared.preprocessing().layout().features().get(0);
    assertThat(image.resize()).isEqualTo(new ImageResize(4, 2, 2, 1));
    assertThat(image.width()).isEqualTo(2);
    assertThat(image.shape()).containsExactly(2, 1);
    assertThat(prepared.preprocessing().formatVersion()).isEqualTo(Preprocessing.WITHOUT_TEXT);
    List<PreparedRows.Stored> resized = rows(prepared, "train");
    assertThat(resized).allMatch(row -> row.features().size() == 2);
    PreparedData again = prepare(all(), Optional.of(prepared.preprocessing()));
    assertThat(rows(again, "train")).isEqualTo(resized);
  }

  @Test
  void coloursAreThreeNumbersAPixel() {
    ImageSettings colours =
        new ImageSettings(ImageSettings.Colour.RGB, List.of(2, 1), ImageSettings.Sizes.SAME);
    PreparedData prepared = prepare(all().images(colours));
    FeatureColumn image = prepared.preprocessing().layout().features().get(0);
    assertThat(image.shape()).containsExactly(2, 1, 3);
    assertThat(rows(prepared, "train"))
        .allMatch(
            row ->
                row.features().size() == 6
                    && row.features().get(0).equals(row.features().get(1))
                    && row.features().get(3).equals(row.features().get(5)));
  }

  @Test
  void imagesOfSeveralSizesAreRefusedOrResizedAsTheyAreRead() throws IOException {
    Files.write(folder.resolve("s3").resolve("large.pgm"), photo(3, 9, 8, 4));
    StrataException failure = failure(all());
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    assertThat(failure)
        .hasMessageContaining("s3/large.pgm")
        .hasMessageContaining("8 × 4")
        .hasMessageContaining("data.images.sizes = any");
    PreparedData prepared = prepare(all().images(resize(ImageSettings.Sizes.ANY)));
    assertThat(prepared.preprocessing().layout().features().get(0).resize()).isNull();
    assertThat(rows(prepared, "train")).hasSize(13).allMatch(row -> row.features().size() == 2);
  }

  @Test
  void aBadImageIsNamedByArchiveAndEntry() throws IOException {
    Files.writeString(folder.resolve("s2").resolve("1.pgm"), "P5\n2 4\n255\nxx");
    assertThat(failure(all())).hasMessageContaining("photos/s2/1.pgm");
    StrataException failure = failure(data().from(zip().toString()));
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    assertThat(failure).hasMessageContaining("photos.zip!/photos/s2/1.pgm");
    assertThat(failure.found().orElse("")).contains("ends before the end");
  }

  @Test
  void aConditionLeavesBadImagesOut() throws IOException {
    // The first one too: the size is that of the first that can be read.
    Files.writeString(folder.resolve("s0").resolve("0.pgm"), "P5\n2 4\n255\nxx");
    Files.writeString(folder.resolve("s2").resolve("photo.gif"), "GIF89a");
    PreparedData prepared =
        prepare(
            all()
                .from(
                    TestDataSettings.source(
                        folder.toString(), null, null, null, "image is not null")));
    assertThat(rows(prepared, "train")).hasSize(PEOPLE * PHOTOS - 1);
    assertThat(failure(all())).hasMessageContaining("photos/s");
  }

  @Test
  void otherSourcesAreNotResizedInSilence() {
    StrataException failure =
        failure(data().from(csv("a", "x,y", "1,2")).images(resize(ImageSettings.Sizes.SAME)));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure.key()).hasValue("data.images");
    assertThat(failure).hasMessageContaining("csv").hasMessageContaining("data.format = images");
  }

  @Test
  void whereNoImageCanBeReadTheFirstIsNamed() throws IOException {
    Path bad = Files.createDirectories(temp.resolve("bad"));
    Files.writeString(bad.resolve("1.pgm"), "one");
    Files.writeString(bad.resolve("2.pgm"), "two");
    assertThat(failure(data().from(bad.toString())))
        .hasMessageContaining("not a readable image")
        .hasMessageContaining("bad/1.pgm");
  }

  @Test
  void aFolderWithoutImagesIsRefused() throws IOException {
    Path empty = Files.createDirectories(temp.resolve("empty"));
    Files.writeString(empty.resolve("README"), "nothing");
    assertThat(failure(data().from(empty.toString()).format("images")))
        .hasMessageContaining("no image found")
        .hasMessageContaining("data.path");
  }

  @Test
  void facesOfTheArchiveAreFortyPeopleOfTenPhotos() {
    String folder = System.getenv("STRATA_DATA");
    assumeThat(folder).as("STRATA_DATA, the folder of the real data, is not set").isNotNull();
    ImageSettings small =
        new ImageSettings(ImageSettings.Colour.GREY, List.of(28, 23), ImageSettings.Sizes.SAME);
    PreparedData prepared =
        prepare(
            data()
                .from(folder + "/att-faces/att_faces.zip")
                .group("folder")
                .images(small)
                .splitBy(SplitSettings.By.GROUP, "folder", 0, 0.25));
    assertThat(prepared.counts()).containsEntry("train", 300L).containsEntry("test", 100L);
    assertThat(rows(prepared, "test").stream().map(PreparedRows.Stored::group).distinct())
        .hasSize(10);
    assertThat(rows(prepared, "train")).allMatch(row -> row.features().size() == 644);
  }

  private TestDataSettings all() {
    return data().from(folder.toString()).format("images");
  }

  private static ImageSettings resize(ImageSettings.Sizes sizes) {
    return new ImageSettings(ImageSettings.Colour.GREY, List.of(2, 1), sizes);
  }

  private Path zip() throws IOException {
    Path zip = temp.resolve("photos.zip");
    List<Path> files = new ArrayList<>();
    try (var all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Path file : files) {
        out.putNextEntry(new ZipEntry(temp.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
    }
    return zip;
  }

  private static byte[] photo(int person, int photo, int height, int width) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("P5\n%d %d\n255\n".formatted(width, height).getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(pixels(person, photo, height, width));
    return out.toByteArray();
  }

  private static byte[] pixels(int person, int photo, int height, int width) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (50 * person + 10 * photo + i);
    }
    return pixels;
  }
}
