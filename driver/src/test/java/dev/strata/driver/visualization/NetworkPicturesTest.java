package dev.strata.driver.visualization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.SvgFile;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            "activations-1-hidden-1.svg",
            "activations-2-hidden-2.svg");
  }

  @Test
  void aFilterIsTheColumnOfItsUnit() {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(5)));
    Raster filters = named(pictures, "filters").pixelsOrNull();
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
            "hidden-1: of 30 units (sigmoid), on 200 rows: 1 dead (3.3 %), 2 saturated (6.7 %); mean output");
  }

  @Test
  void zerosOfARectifierAreToldAndNeverSaturated() {
    NetworkSnapshot sight =
        new NetworkSnapshot(
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
        .contains(" " + dead + " dead", " 0 saturated")
        .containsPattern("[1-9][0-9.]+ % of the outputs are 0");
  }

  @Test
  void originalsLieAboveWhatIsGivenBack() {
    SampleRows rows = PictureSamples.glyphs(30);
    Picture picture = named(NetworkPictures.of(PictureSamples.sight(rows)), "reconstructions");
    Raster raster = picture.pixelsOrNull();
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
        .forEach(picture -> first.add(picture.file()));
    List<byte[]> second = new ArrayList<>();
    NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(40)))
        .forEach(picture -> second.add(picture.file()));

    assertThat(second)
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(first);
  }

  @Test
  void rowsOfATableGetLines() throws IOException {
    ShardSet set = TestShards.clusters(folder.resolve("shards"), 1, 6, 3, false, 20, 20);
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(6, 3, new Sgd(0.1));
    SampleRows rows = SampleRows.read(new Configuration(), set, 30);
    NetworkSnapshot sight =
        new NetworkSnapshot(network, StateVector.zeros(network.parameterCount()), rows);

    List<Picture> pictures = NetworkPictures.of(sight);

    assertThat(rows.rows()).isEqualTo(30);
    assertThat(rows.image()).isEmpty();
    assertThat(pictures).hasSize(4);
    assertThat(pictures.get(0).note()).contains("one line per unit");
    assertThat(pictures.get(1).findings().get(0)).contains("of 7 units (relu), on ", ": 7 dead");
  }

  @Test
  void graphsAreSeenToo() {
    ShardSet set = TestShards.clusters(folder.resolve("shards"), 1, 6, 3, false, 20);
    NetworkConfiguration network = TestNetworks.graph(6, 3, new Sgd(0.1));
    SampleRows rows = SampleRows.read(new Configuration(), set, 500);
    NetworkSnapshot sight =
        new NetworkSnapshot(network, StateVector.zeros(network.parameterCount()), rows);

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

    for (Picture picture : pictures.subList(0, 2)) {
      Raster pixels = picture.pixelsOrNull();
      var image =
          ImageIO.read(
              new ByteArrayInputStream(Files.readAllBytes(folder.resolve(picture.fileName()))));
      assertThat(image.getWidth()).isEqualTo(pixels.width());
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(pixels.colour(x, y));
        }
      }
    }
    for (Picture picture : pictures.subList(2, 4)) {
      assertThat(Files.readAllBytes(folder.resolve(picture.fileName()))).isEqualTo(picture.file());
    }
  }

  @Test
  void outputsOfALayerAreDrawnWithTheirNumbers() throws Exception {
    List<Picture> pictures = NetworkPictures.of(PictureSamples.sight(PictureSamples.glyphs(200)));

    Picture picture = named(pictures, "activations-1-hidden-1");
    SvgFile svg = new SvgFile(picture.file());

    assertThat(svg.texts())
        .contains(
            "hidden-1: 30 units, sigmoid",
            "all outputs",
            "each unit's outputs",
            "0",
            "1",
            "output",
            "units by mean output",
            "dead: 1",
            "saturated: 2");
    assertThat(svg.root().getAttribute("aria-label")).isEqualTo(picture.words());
    // 41 bars at most, one mark for each dead or saturated unit
    assertThat(svg.all("rect", "fill", "#3f7fae")).hasSizeBetween(5, 41);
    assertThat(svg.all("rect", "fill", "#c44e00")).hasSize(1);
    assertThat(svg.all("rect", "fill", "#0063a5")).hasSize(2);
    assertThat(svg.images()).singleElement().satisfies(map -> assertUnitMap(map));
  }

  /** 30 units side by side; the dead one has all its outputs in one of 41 bins. */
  private static void assertUnitMap(BufferedImage map) {
    assertThat(map.getWidth()).isEqualTo(600);
    assertThat(map.getHeight()).isEqualTo(246);
    int dead = 0;
    for (int unit = 0; unit < 30; unit++) {
      Set<Integer> colours = new HashSet<>();
      for (int y = 0; y < map.getHeight(); y++) {
        colours.add(map.getRGB(unit * 20 + 10, y) & 0xFFFFFF);
      }
      dead += colours.equals(Set.of(0xFFFFFF, 0x1D2733)) ? 1 : 0;
    }
    assertThat(dead).isBetween(1, 3);
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
            new NetworkSnapshot(
                network,
                StateVector.of(network.newModel().params()),
                SampleRows.of(texts, List.of(8))));
    assertThat(pictures).hasSize(4);
    assertThat(pictures.get(0).note()).contains("over 8 words");
    assertThat(pictures.get(0).findings().get(0))
        .contains("of 3 units (identity), on ", ": 0 dead");
    assertThat(pictures.get(1).findings().get(0)).contains("of 4 units (tanh), on ", ": 0 dead");
    assertThat(pictures.get(2).note()).contains("over 3 rows");
  }
}
