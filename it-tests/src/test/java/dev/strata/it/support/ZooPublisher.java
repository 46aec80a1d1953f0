package dev.strata.it.support;

import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Publisher;
import dev.strata.driver.zoo.TestBundles;
import dev.strata.driver.zoo.Zoo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that publishes models of its own, again and again, under one name into several zoos; it
 * begins when its gate opens, so that many begin at once.
 */
public final class ZooPublisher {
  /** The name that all publish under. */
  public static final String MODEL = "contested";

  private static final String READY = "READY";
  private static final String PUBLISHED = "PUBLISHED";

  private ZooPublisher() {}

  /**
   * @param arguments number of this publisher, how often it publishes, a folder for its models, the
   *     gate, and the zoos
   */
  public static void main(String[] arguments) throws IOException {
    int number = Integer.parseInt(arguments[0]);
    int times = Integer.parseInt(arguments[1]);
    Path folder = Path.of(arguments[2]);
    Configuration configuration = new Configuration();
    List<String> models = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      String bundle = folder.resolve("model-" + number + "-" + i).toString();
      models.add(bundle);
      TestBundles.write(configuration, bundle, number + i / 100f, null);
    }
    System.out.println(READY);
    try (FileChannel gate = FileChannel.open(Path.of(arguments[3]), StandardOpenOption.READ);
        var open = gate.lock(0, Long.MAX_VALUE, true)) {
      for (String bundle : models) {
        for (String path : List.of(arguments).subList(4, arguments.length)) {
          ModelVersion version =
              new Publisher(Zoo.at(configuration, path), 1 << 20)
                  .publish(bundle, MODEL, Optional.of(bundle), "model");
          System.out.println(
              String.join(
                  " ",
                  PUBLISHED,
                  path,
                  Integer.toString(version.version()),
                  version.modelSha256()));
        }
      }
    }
  }

  /** Starts one with this process's class path. */
  public static ChildProcess start(
      int number, int times, Path folder, Path gate, List<String> zoos) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ZooPublisher.class.getName(),
                Integer.toString(number),
                Integer.toString(times),
                folder.toString(),
                gate.toString()));
    command.addAll(zoos);
    return ChildProcess.start(
        "publisher " + number, command, Map.of(), folder, folder.resolve(number + ".log"));
  }

  /** Whether one stands at its gate. */
  public static boolean isReady(ChildProcess publisher) {
    return publisher.output().contains(READY);
  }

  /** What one says that it has published in a zoo: {@code VERSION SHA256} each. */
  public static List<String> published(ChildProcess publisher, String zoo) {
    String begin = PUBLISHED + " " + zoo + " ";
    return publisher
        .output()
        .lines()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(begin.length()))
        .toList();
  }
}
