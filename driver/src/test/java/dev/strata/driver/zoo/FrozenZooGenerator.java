package dev.strata.driver.zoo;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Wrote {@code frozen/v1/zoo}; run it again only for a new format, into a new folder. */
final class FrozenZooGenerator {
  private FrozenZooGenerator() {}

  /**
   * @param arguments a folder for the bundles, and the zoo to write
   */
  public static void main(String[] arguments) {
    Configuration configuration = new Configuration();
    // Without Hadoop's .crc files, which are no part of a zoo.
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    Zoo zoo = Zoo.at(configuration, arguments[1]);
    Publisher publisher = new Publisher(zoo, 1 << 20);
    String parent = null;
    for (float value : new float[] {0.25f, 0.5f, 0.75f}) {
      String bundle = new Path(arguments[0], "bundle-" + value).toString();
      parent = TestBundles.write(configuration, bundle, value, parent);
      ModelVersion version =
          publisher.publish(bundle, "encoder", Optional.of("frozen " + value), "model");
      System.out.println(version.name() + " " + version.modelSha256());
    }
    new Promotion(zoo).promote(ZooName.of("encoder", 2), "production", "model");
    new Deletion(zoo).delete(ZooName.of("encoder", 3), "model");
  }
}
