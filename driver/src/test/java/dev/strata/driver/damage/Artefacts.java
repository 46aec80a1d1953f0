package dev.strata.driver.damage;

import static dev.strata.driver.testing.TestDataSettings.data;

import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.SampleBundles;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.pretrain.StackFiles;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.training.TrainingFiles;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.Publisher;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.preprocess.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** Makes one of everything that Strata writes and reads again, by small runs. */
final class Artefacts {
  private final Path folder;

  Artefacts(Path folder) {
    this.folder = folder;
  }

  Path table() {
    SampleBundles.table(at("table"));
    return at("table");
  }

  Path graph() {
    SampleBundles.graph(at("graph"));
    return at("graph");
  }

  Path text() {
    SampleBundles.text(at("text"));
    return at("text");
  }

  Path images() {
    SampleBundles.images(at("images"));
    return at("images");
  }

  /** The encoder's bundle, with its decoder; the run has the layers. */
  Path encoder() {
    if (!Files.exists(at("stack/model"))) {
      StackFiles.pretrain(at("stack"));
    }
    return at("stack/model");
  }

  /** Folder of a run with finished layers. */
  Path stackRun() {
    encoder();
    return at("stack/" + StackFiles.RUN);
  }

  /** Folder of a training, whose run is {@code run}. */
  Path training() {
    TrainingFiles.train(at("training"));
    return at("training");
  }

  /** Numbers, a category and a label, scaled; training and test rows. */
  Path shards() throws IOException {
    StringBuilder rows = new StringBuilder("height,width,colour,kind\n");
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      rows.append(random.nextInt(50)).append(',').append(random.nextInt(9) / 2.0).append(',');
      rows.append(i % 3 == 0 ? "red" : "blue").append(',').append(i % 2 == 0 ? "a" : "b");
      rows.append('\n');
    }
    Path file = Files.writeString(at("rows.csv"), rows);
    new DataPreparer(LocalSpark.session())
        .prepare(
            data()
                .from(file.toString())
                .categorical("colour")
                .label("kind")
                .scaling(Scaling.STANDARD)
                .splitRandomly(0, 0.2)
                .build(),
            at("shards").toString(),
            2,
            5,
            Optional.empty());
    return at("shards");
  }

  /** Two versions of one model; the alias {@code production} has moved to the second. */
  Path zoo() {
    Zoo zoo = Zoo.at(new Configuration(), at("zoo").toString());
    Publisher publisher = new Publisher(zoo, 1L << 30);
    publisher.publish(encoder().toString(), "letters", Optional.of("first"), "model");
    Path second = Files.exists(at("table")) ? at("table") : table();
    publisher.publish(second.toString(), "letters", Optional.of("second"), "model");
    Promotion promotion = new Promotion(zoo);
    promotion.promote(ZooName.of("letters", 1), "production", "model");
    promotion.promote(ZooName.of("letters", 2), "production", "model");
    promotion.promote(ZooName.of("letters", 1), "stable", "model");
    return at("zoo");
  }

  /** A bundle in one file. */
  Path archive() throws IOException {
    Files.createDirectories(at("archive"));
    BundleArchive.write(
        new Configuration(),
        BundleFolder.at(new Configuration(), encoder().toString(), "model"),
        new org.apache.hadoop.fs.Path(at("archive/bundle.zip").toUri()));
    return at("archive");
  }

  private Path at(String name) {
    return folder.resolve(name);
  }
}
