package dev.strata.driver.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.preprocess.ImageShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class RasterTest {
  @Test
  void manyColoursAreKeptToo() throws IOException {
    Raster raster = new Raster(40, 30);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        raster.fill(x, y, 1, 1, x * 6 << 16 | y * 8 << 8 | (x + y));
      }
    }

    var image = ImageIO.read(new ByteArrayInputStream(raster.png()));

    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(raster.colour(x, y));
      }
    }
  }

  @Test
  void whatLiesOutsideIsLeftOut() {
    Raster raster = new Raster(10, 10);
    raster.fill(-5, -5, 100, 7, 0).fill(20, 20, 5, 5, 0);

    assertThat(raster.colour(9, 1)).isZero();
    assertThat(raster.colour(9, 2)).isEqualTo(Raster.WHITE);
    assertThat(raster.colour(5, 8)).isEqualTo(Raster.WHITE);
  }

  @Test
  void rowsAreImagesWhereTheySayOrLookSo() {
    float[] smooth = new float[400];
    float[] table = new float[400];
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      smooth[i] = (float) (Math.sin(i / 20 * 0.15) + Math.cos(i % 20 * 0.3));
      table[i] = random.nextFloat();
    }

    assertThat(ShapeOfRows.of(List.of(400), smooth)).contains(new ImageShape(20, 20, 1));
    assertThat(ShapeOfRows.of(List.of(400), table)).isEmpty();
    assertThat(ShapeOfRows.of(List.of(20, 20), table)).contains(new ImageShape(20, 20, 1));
    assertThat(ShapeOfRows.of(List.of(10, 10, 3), new float[300]))
        .contains(new ImageShape(10, 10, 3));
    assertThat(ShapeOfRows.of(List.of(399), new float[399])).isEqualTo(Optional.empty());
    assertThat(ShapeOfRows.of(List.of(9), new float[9])).isEmpty();
  }
}
