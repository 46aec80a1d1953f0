package dev.strata.driver.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.quickstart.GlyphGenerator.Glyph;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.StrataException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlyphGeneratorTest {
  private static final String GOLDEN =
      "ce8d6658747cd23adc512fbf904bcebe3bb1adcb8f3cb114468ade25faa4c7dd";

  @TempDir java.nio.file.Path folder;

  @Test
  void imagesAreTheSameBytesOnEveryMachine() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    GlyphGenerator generator = new GlyphGenerator(42, GlyphGenerator.maximumClasses());
    for (int i = 0; i < 200; i++) {
      Glyph glyph = generator.draw(i);
      digest.update(glyph.label().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      digest.update(glyph.pixels());
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(GOLDEN);
  }

  @Test
  void anImageDependsOnSeedAndIndexAlone() {
    GlyphGenerator one = new GlyphGenerator(7, 10);
    one.draw(0);
    byte[] late = one.draw(123).pixels();
    assertThat(new GlyphGenerator(7, 10).draw(123).pixels()).isEqualTo(late);
    assertThat(new GlyphGenerator(8, 10).draw(123).pixels()).isNotEqualTo(late);
    assertThat(one.draw(124).pixels()).isNotEqualTo(late);
  }

  @Test
  void everyClassIsDrawnAboutAsOften() {
    GlyphGenerator generator = new GlyphGenerator(1, 12);
    int[] counts = new int[12];
    List<String> names = generator.classNames();
    IntStream.range(0, 12_000).forEach(i -> counts[names.indexOf(generator.draw(i).label())]++);
    assertThat(IntStream.of(counts)).allMatch(count -> count > 850 && count < 1150);
    assertThat(names).startsWith("0", "1", "2").endsWith("A", "C");
  }

  @Test
  void everyImageHasInkOnPaper() {
    GlyphGenerator generator = new GlyphGenerator(3, GlyphGenerator.maximumClasses());
    for (int i = 0; i < 1000; i++) {
      byte[] pixels = generator.draw(i).pixels();
      long dark = IntStream.range(0, pixels.length).filter(p -> (pixels[p] & 0xFF) > 120).count();
      assertThat(dark).as("image " + i).isBetween(12L, 400L);
    }
  }

  @Test
  void moreImagesTeachMore() {
    double few = nearestNeighbourAccuracy(20);
    double many = nearestNeighbourAccuracy(400);
    assertThat(few).isBetween(0.3, 0.75);
    assertThat(many).isGreaterThan(few + 0.15);
  }

  @Test
  void refusesClassesThatItCannotDraw() {
    assertThatThrownBy(() -> new GlyphGenerator(1, 1000))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("quickstart.classes")
        .hasMessageContaining("2 to " + GlyphGenerator.maximumClasses());
  }

  @Test
  void csvAndFrameHoldTheImages() throws Exception {
    GlyphGenerator generator = new GlyphGenerator(5, 10);
    java.nio.file.Path file = folder.resolve("glyphs.csv");
    GlyphCsv.write(new Configuration(), new Path(file.toUri()), generator, 0, 30);
    List<String> lines = Files.readAllLines(file);
    List<Row> frame =
        GlyphFrame.of(LocalSpark.session(), generator, 30).orderBy("id").collectAsList();
    assertThat(lines).hasSize(31);
    assertThat(lines.get(0)).startsWith("id,label,p0,p1,").endsWith(",p783");
    for (int row = 0; row < 30; row++) {
      Glyph glyph = generator.draw(row);
      StringBuilder expected = new StringBuilder(row + "," + glyph.label());
      for (byte pixel : glyph.pixels()) {
        expected.append(',').append(pixel & 0xFF);
      }
      assertThat(lines.get(row + 1)).isEqualTo(expected.toString());
      assertThat(frame.get(row).getLong(0)).isEqualTo(row);
      assertThat(frame.get(row).getString(1)).isEqualTo(glyph.label());
      assertThat((byte[]) frame.get(row).get(2)).isEqualTo(glyph.pixels());
    }
  }

  private static double nearestNeighbourAccuracy(int perClass) {
    GlyphGenerator generator = new GlyphGenerator(42, 10);
    Glyph[] known =
        IntStream.range(0, perClass * 10).mapToObj(generator::draw).toArray(Glyph[]::new);
    int right = 0;
    for (int i = 0; i < 300; i++) {
      Glyph asked = generator.draw(1_000_000 + i);
      Glyph nearest = known[0];
      long best = Long.MAX_VALUE;
      for (Glyph candidate : known) {
        long distance = distance(asked.pixels(), candidate.pixels());
        if (distance < best) {
          best = distance;
          nearest = candidate;
        }
      }
      right += nearest.label().equals(asked.label()) ? 1 : 0;
    }
    return right / 300.0;
  }

  private static long distance(byte[] a, byte[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      int difference = (a[i] & 0xFF) - (b[i] & 0xFF);
      sum += (long) difference * difference;
    }
    return sum;
  }
}
