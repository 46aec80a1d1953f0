package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.models.SnapshotFolder;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that the key {@code model} names: one, a list, and for a folder of snapshots each
 * snapshot in it.
 */
final class ModelNames {
  private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);
  private static final String KEY = "model";

  private ModelNames() {}

  /**
   * @param key where the name comes from: {@code model}, of several {@code model[0]} and so on, of
   *     a snapshot {@code model.cycle-1}
   * @param name a path, or a name in the zoo
   */
  record Named(String key, String name) {}

  static List<Named> of(Configuration hadoop, Settings settings) {
    List<String> given = settings.models();
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String name = given.get(i);
      String key = given.size() == 1 ? KEY : KEY + "[" + i + "]";
      List<Path> snapshots = snapshots(hadoop, name);
      if (snapshots.isEmpty()) {
        all.add(new Named(key, name));
      }
      snapshots.forEach(path -> all.add(new Named(key + "." + path.getName(), path.toString())));
    }
    return all;
  }

  private static List<Path> snapshots(Configuration hadoop, String name) {
    if (ZooName.isMeant(name)) {
      return List.of();
    }
    try {
      return new SnapshotFolder(Storage.of(new Path(name), hadoop), new Path(name)).bundles();
    } catch (IOException | FSError | IllegalArgumentException e) {
      LOG.info("{} is not read as a folder of snapshots; opening the model says why", name, e);
      return List.of();
    }
  }
}
