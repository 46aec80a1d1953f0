package dev.strata.driver.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.network.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

class NetworkPicturesTest {
  private static final int ORANGE = 0xB24A08;
  private static final int BLUE = 0x005A96;

  @TempDir java.nio.file.Path folder;

  private static Picture named(List<Picture> pictures, String name) {
    return pictures.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void showsFiltersReconstructionsAndOutputsOfEveryLayer() {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(50)));

    assertThat(pictures)
        .extracting(Picture::fileName)
        .containsExactly(
            "filters.png",
            "reconstructions.png",
            "activations-1-hidden-1.png",
            "activations-2-hidden-2.png");
  }

  @Test
  void aFilterIsTheColumnOfItsUnit() {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(5)));
    Raster filters = named(pictures, "filters").raster();
    float[] weights = PictureSamples.parameters().toFloats();
    // 20 columns of tiles: 28 pixels, twice as large, and a gap of two
    int unit = 23;
    int left = 2 + unit % 20 * 58;
    int top = 2 + unit / 20 * 58;
    int strongest = 0;
    for (int pixel = 0; pixel < 784; pixel++) {
      if (Math.abs(weights[unit * 784 + pixel]) > Math.abs(weights[unit * 784 + strongest])) {
        strongest = pixel;
      }
    }

    int colour = filters.colour(left + strongest % 28 * 2, top + strongest / 28 * 2);

    assertThat(colour).isEqualTo(weights[unit * 784 + strongest] > 0 ? ORANGE : BLUE);
    assertThat(named(pictures, "filters").findings())
        .singleElement()
        .asString()
        .contains("1 of 30 units have less than a tenth of the median");
  }

  @Test
  void deadAndSaturatedUnitsAreNamed() {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(200)));

    assertThat(named(pictures, "activations-1-hidden-1").findings())
        .singleElement()
        .asString()
        .startsWith(
            "hidden-1: of 30 units (sigmoid) 1 are dead (3.3 %), 2 saturated (6.7 %); mean output");
  }

  @Test
  void zerosOfARectifierAreToldAndNeverSaturated() {
    NetworkSight sight =
        new NetworkSight(
            PictureSamples.network(Activation.RELU),
            PictureSamples.parameters(),
            PictureSamples.glyphs(100));

    float[] flat = sight.parameters().toFloats();
    int dead = 0;
    for (int unit = 0; unit < PictureSamples.UNITS; unit++) {
      boolean active = false;
      for (int row = 0; row < sight.rows().rows(); row++) {
        double sum = flat[784 * PictureSamples.UNITS + unit];
        for (int pixel = 0; pixel < 784; pixel++) {
          sum += flat[unit * 784 + pixel] * sight.rows().row(row)[pixel];
        }
        active |= sum > 0;
      }
      dead += active ? 0 : 1;
    }

    assertThat(dead).isBetween(2, PictureSamples.UNITS - 2);
    assertThat(named(NetworkPictures.of(sight), "activations-1-hidden-1").findings())
        .singleElement()
        .asString()
        .contains(dead + " are dead", " 0 saturated")
        .containsPattern("[1-9][0-9.]+ % of the outputs are 0");
  }

  @Test
  void originalsLieAboveWhatIsGivenBack() {
    SampleRows rows = PictureSamples.glyphs(30);
    Picture picture = named(NetworkPictures.of(PictureSamples.sight(rows)), "reconstructions");
    Raster raster = picture.raster();
    // ten columns of tiles, four times as large
    int tile = 28 * 4 + 2;
    float[] original = rows.row(13);
    double square = 0;
    double error = 0;
    for (int row = 0; row < 30; row++) {
      for (float value : rows.row(row)) {
        square += (double) value * value;
        error += (value - 0.5) * (value - 0.5);
      }
    }

    int pixel = 14 * 28 + 14;
    int x = 2 + 3 * tile + pixel % 28 * 4;
    int y = 2 + 2 * tile + pixel / 28 * 4;
    assertThat(raster.colour(x, y)).isEqualTo(ColourScale.grey(original[pixel]));
    assertThat(raster.colour(x, y + tile)).isEqualTo(ColourScale.grey(0.5));
    assertThat(picture.findings().get(0))
        .contains(String.format("relative error |x − r| / |x| is %.3f", Math.sqrt(error / square)));
  }

  @Test
  void sameNetworkSamePictures() {
    List<byte[]> first = new ArrayList<>();
    NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(40)))
        .forEach(picture -> first.add(picture.raster().png()));
    List<byte[]> second = new ArrayList<>();
    NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(40)))
        .forEach(picture -> second.add(picture.raster().png()));

    assertThat(second)
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(first);
  }

  @Test
  void rowsOfATableGetLines() throws IOException {
    ShardSet set = TestShards.clusters(folder.resolve("shards"), 1, 6, 3, false, 20, 20);
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(6, 3, new Sgd(0.1));
    SampleRows rows = SampleRows.read(new Configuration(), set, 30);
    NetworkSight sight =
        new NetworkSight(network, StateVector.zeros(network.parameterCount()), rows);

    List<Picture> pictures = NetworkPictures.of(sight);

    assertThat(rows.rows()).isEqualTo(30);
    assertThat(rows.image()).isEmpty();
    assertThat(pictures).hasSize(4);
    assertThat(pictures.get(0).note()).contains("one line per unit");
    assertThat(pictures.get(1).findings().get(0)).contains("of 7 units (relu) 7 are dead");
  }

  @Test
  void graphsAreSeenToo() {
    ShardSet set = TestShards.clusters(folder.resolve("shards"), 1, 6, 3, false, 20);
    NetworkConfiguration network = TestNetworks.graph(6, 3, new Sgd(0.1));
    SampleRows rows = SampleRows.read(new Configuration(), set, 500);
    NetworkSight sight =
        new NetworkSight(network, StateVector.zeros(network.parameterCount()), rows);

    assertThat(NetworkPictures.of(sight))
        .extracting(Picture::name)
        .containsExactly(
            "filters", "activations-1-hidden", "activations-2-norm", "activations-3-out");
  }

  @Test
  void filesAreImagesOfTheirPixels() throws IOException {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(30)));
    PictureFolder.write(new Configuration(), new Path(folder.toUri()), pictures);
    PictureFolder.write(new Configuration(), new Path(folder.toUri()), pictures);

    for (Picture picture : pictures) {
      var image =
          ImageIO.read(
              new ByteArrayInputStream(Files.readAllBytes(folder.resolve(picture.fileName()))));
      assertThat(image.getWidth()).isEqualTo(picture.raster().width());
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(picture.raster().colour(x, y));
        }
      }
    }
  }

  /** Behind the longest text's end all is the same for every text: that is no dead unit. */
  @Test
  void unitsOfWordsAreNumbersOfTheirVectorsWithoutPadding() {
    NetworkConfiguration network =
        NetworkBuilder.build(
            NetworkSettings.of(
                List.of(
                    LayerSettings.embedding(3),
                    LayerSettings.convolution(4, 3, "tanh"),
                    LayerSettings.pooling("max"),
                    LayerSettings.output()),
                UpdaterSettings.of("sgd", 0.1)),
            Optional.empty(),
            NetworkInput.text(8, 9),
            OutputTask.classes(2),
            3);
    float[] texts = {2, 3, 4, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 8, 7, 6, 2, 0, 0, 0, 0};
    List<Picture> pictures =
        NetworkPictures.of(
            new NetworkSight(
                network,
                StateVector.of(network.newModel().params()),
                SampleRows.of(texts, List.of(8))));
    assertThat(pictures).hasSize(4);
    assertThat(pictures.get(0).note()).contains("over 8 words");
    assertThat(pictures.get(0).findings().get(0)).contains("of 3 units (identity) 0 are dead");
    assertThat(pictures.get(1).findings().get(0)).contains("of 4 units (tanh) 0 are dead");
    assertThat(pictures.get(2).note()).contains("over 3 rows");
  }
}
