package dev.strata.driver.models;

import org.apache.hadoop.conf.Configuration;

/**
 * Wrote {@code frozen/v1/bundle} of the test resources, with version 1 of the format. What lies
 * there is never written again: a later format gets a folder and a generator of its own, and this
 * one's files must stay readable.
 */
final class FrozenBundleGenerator {
  private FrozenBundleGenerator() {}

  /**
   * @param arguments the folder to write
   */
  public static void main(String[] arguments) {
    Configuration configuration = new Configuration();
    // Without Hadoop's .crc files, which are no part of a bundle.
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    TrainedModel model = BundleSamples.trained(BundleSamples.network(), 20);
    BundleWriter.write(
        configuration,
        arguments[0],
        model,
        BundleSamples.preprocessing(),
        BundleSamples.provenance());
    System.out.println(model.sha256());
    for (float prediction : BundleSamples.predictions(model.newModel())) {
      System.out.print(prediction + "f, ");
    }
    System.out.println();
  }
}
