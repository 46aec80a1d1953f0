package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Project;
import dev.strata.it.support.ScenarioTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/**
 * {@code deploy/kubernetes/submit.sh} without a cluster: a STAND-IN for spark-submit records what
 * it is given, and writes what Spark's source writes when the driver's pod has ended. Spark's own
 * parser then reads what was recorded.
 */
class KubernetesSubmitIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String ENDED =
      """
      26/11/28 19:00:00 INFO LoggingPodStatusWatcherImpl: Container final statuses:

      \t container name: spark-kubernetes-driver
      \t container image: strata:0.1.0
      \t container state: terminated
      \t container started at: 2026-11-28T18:59:00Z
      \t container finished at: 2026-11-28T19:00:00Z
      \t exit code: %d
      \t termination reason: Error
      """;
  private static final String STAND_IN =
      """
      #!/usr/bin/env bash
      case " $* " in
        *" exit-code "* | *" follow "*) exec "%1$s" "$@" ;;
      esac
      printf '%%s\\n' "$@" > "%2$s/arguments"
      cat "%2$s/log" >&2
      """;

  @TempDir Path folder;

  @Test
  void theCodeOfTheDriversContainerComesBack() throws IOException {
    standIn();

    assertThat(submit(0)).isZero();
    assertThat(submit(3)).isEqualTo(3);

    SparkSubmitArguments parsed =
        new SparkSubmitArguments(
            JavaConverters.asScalaBuffer(Files.readAllLines(folder.resolve("arguments"))).toSeq(),
            scala.collection.immutable.Map$.MODULE$.empty());
    assertThat(parsed.master()).isEqualTo("k8s://https://10.0.0.1:6443");
    assertThat(parsed.deployMode()).isEqualTo("cluster");
    assertThat(parsed.mainClass()).isEqualTo("dev.strata.jobs.Strata");
    assertThat(parsed.primaryResource()).isEqualTo("local:///opt/strata/strata.jar");
    assertThat(JavaConverters.seqAsJavaList(parsed.childArgs()))
        .containsExactly("train", "--output", folder.resolve("out").toString());
    Map<String, String> properties = JavaConverters.mapAsJavaMap(parsed.sparkProperties());
    assertThat(properties)
        .containsEntry("spark.kubernetes.container.image", "strata:0.1.0")
        .containsEntry("spark.kubernetes.namespace", "strata")
        .containsEntry("spark.kubernetes.submission.waitAppCompletion", "true")
        .containsEntry("spark.executor.instances", "5");

    ScenarioTable.add(
        "Kubernetes cluster mode: deploy/kubernetes/submit.sh with a stand-in for spark-submit",
        "codes 0 and 3 (never run on a cluster)");
  }

  private int submit(int code) throws IOException {
    Files.writeString(folder.resolve("log"), ENDED.formatted(code));
    Path script = Project.script().getParent().resolveSibling("kubernetes/submit.sh");
    List<String> command =
        List.of(
            script.toString(),
            "train",
            "--output",
            folder.resolve("out").toString(),
            "--",
            "--conf",
            "spark.executor.instances=5");
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            folder.resolve("spark").toString(),
            "KUBERNETES_MASTER",
            "https://10.0.0.1:6443");
    try (ChildProcess process =
        ChildProcess.start("submit.sh", command, environment, folder, folder.resolve("output"))) {
      return process.exitCode(LIMIT);
    }
  }

  private void standIn() throws IOException {
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    Files.createFile(jars.resolve("spark-core_2.12-3.5.5.jar"));
    Files.createFile(jars.resolve("spark-kubernetes_2.12-3.5.5.jar"));
    Path submit = Files.createDirectories(folder.resolve("spark/bin")).resolve("spark-submit");
    Path real = Project.sparkHome().resolve("bin/spark-submit");
    Files.writeString(submit, STAND_IN.formatted(real, folder));
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }
}
