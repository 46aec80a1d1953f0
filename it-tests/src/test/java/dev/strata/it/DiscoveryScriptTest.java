package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import dev.strata.it.support.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/gpu/discover-gpus.sh} with an nvidia-smi that prints what NVIDIA's documentation
 * shows (MIG User Guide; nvidia-smi manual). No GPU was there.
 */
class DiscoveryScriptTest {
  private static final Path SCRIPT =
      Path.of("..", "deploy", "gpu", "discover-gpus.sh").toAbsolutePath().normalize();
  private static final String A = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77";
  private static final String B = "GPU-b1111111-d33d-2b2c-524d-9e3d8d2b8a77";
  private static final String C = "GPU-c2222222-d33d-2b2c-524d-9e3d8d2b8a77";
  private static final String SLICE = "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f";
  private static final String OTHER = "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb";
  private static final String MIXED =
      """
      GPU 0: NVIDIA A100-SXM4-40GB (UUID: %s)
        MIG 1g.5gb      Device  0: (UUID: %s)
        MIG 2g.10gb     Device  1: (UUID: %s)
      GPU 1: Tesla V100-SXM2-16GB (UUID: %s)
      """
          .formatted(A, SLICE, OTHER, B);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void wholeGpus() throws IOException {
    nvidiaSmi(
        "GPU 0: NVIDIA H100 80GB HBM3 (UUID: %s)\nGPU 1: NVIDIA H100 80GB HBM3 (UUID: %s)\n"
            .formatted(A, B),
        A + ", Disabled\n" + B + ", Disabled\n");

    assertThat(addresses()).containsExactly(A, B);
  }

  @Test
  void slicesInThePlaceOfTheirGpu() throws IOException {
    nvidiaSmi(MIXED, A + ", Enabled\n" + B + ", [N/A]\n");

    assertThat(addresses()).containsExactly(SLICE, OTHER, B);
  }

  /** Drivers before R470 name a slice by its GPU. */
  @Test
  void slicesOfOlderDrivers() throws IOException {
    nvidiaSmi(
        """
        GPU 0: A100-PCIE-40GB (UUID: %1$s)
          MIG 3g.20gb Device 0: (UUID: MIG-%1$s/1/0)
          MIG 3g.20gb Device 1: (UUID: MIG-%1$s/2/0)
        """
            .formatted(A),
        A + ", Enabled\n");

    assertThat(addresses()).containsExactly("MIG-" + A + "/1/0", "MIG-" + A + "/2/0");
  }

  @Test
  void aGpuInMigModeWithoutSlicesIsLeftOut() throws IOException {
    nvidiaSmi(
        "GPU 0: NVIDIA A30 (UUID: %s)\nGPU 1: NVIDIA A30 (UUID: %s)\n".formatted(A, B),
        A + ", Enabled\n" + B + ", Disabled\n");

    assertThat(addresses()).containsExactly(B);
  }

  /** The query fails as a whole. */
  @Test
  void driversThatKnowNoMig() throws IOException {
    nvidiaSmi("GPU 0: Tesla K80 (UUID: %s)\nGPU 1: Tesla K80 (UUID: %s)\n".formatted(A, B), null);

    assertThat(addresses()).containsExactly(A, B);
  }

  @Test
  void tenAndMoreGpus() throws IOException {
    StringBuilder listing = new StringBuilder();
    List<String> uuids = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      uuids.add("GPU-%08x-d33d-2b2c-524d-9e3d8d2b8a77".formatted(i));
      listing.append("GPU " + i + ": Tesla V100-SXM3-32GB (UUID: " + uuids.get(i) + ")\n");
    }
    nvidiaSmi(listing.toString(), "");
    assertThat(addresses()).isEqualTo(uuids);

    environment.put("CUDA_VISIBLE_DEVICES", "1,15");
    assertThat(addresses()).containsExactly(uuids.get(1), uuids.get(15));
  }

  @Test
  void onlyWhatTheProcessMaySee() throws IOException {
    nvidiaSmi(MIXED, A + ", Enabled\n" + B + ", [N/A]\n");
    environment.put("CUDA_VISIBLE_DEVICES", OTHER);
    assertThat(addresses()).containsExactly(OTHER);
    environment.put("CUDA_VISIBLE_DEVICES", "MIG-c6d4");
    assertThat(addresses()).containsExactly(SLICE);
    environment.put("CUDA_VISIBLE_DEVICES", "1");
    assertThat(addresses()).containsExactly(B);
    environment.put("CUDA_VISIBLE_DEVICES", C);
    assertThat(refusal()).contains("lists no GPU on").contains("CUDA_VISIBLE_DEVICES allows");
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThat(refusal()).contains("lists no GPU on");
  }

  @Test
  void aHostWithoutADriverIsNamed() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("bash", "hostname", "env")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    environment.put("PATH", tools.toString());

    assertThat(refusal()).contains("nvidia-smi is not on PATH; install the NVIDIA driver on ");
  }

  @Test
  void aDriverThatFailsIsQuoted() throws IOException {
    script(
        "echo \"NVIDIA-SMI has failed because it couldn't communicate with the driver.\"; exit 9");

    assertThat(refusal()).contains("nvidia-smi -L failed: NVIDIA-SMI has failed because");
  }

  /**
   * @param modes of the query for the mode; null: nvidia-smi does not know the field
   */
  private void nvidiaSmi(String listing, String modes) throws IOException {
    Files.writeString(folder.resolve("listing"), listing);
    if (modes != null) {
      Files.writeString(folder.resolve("modes"), modes);
    }
    script(
        """
        cd "$(dirname "$0")"
        case "$*" in
          -L) cat listing ;;
          "--query-gpu=uuid,mig.mode.current --format=csv,noheader")
            [ -f modes ] || { echo 'Field "mig.mode.current" is not a valid field.'; exit 2; }
            cat modes ;;
          *) echo "unexpected: $*" >&2; exit 3 ;;
        esac
        """);
  }

  private void script(String text) throws IOException {
    Path file = folder.resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", folder + ":/usr/bin:/bin");
  }

  private List<String> addresses() {
    String output = run(0);
    JsonNode json = Json.read(output, JsonNode.class, "the script's output");
    assertThat(json.get("name").asText()).isEqualTo("gpu");
    List<String> addresses = new ArrayList<>();
    json.get("addresses").forEach(address -> addresses.add(address.textValue()));
    return addresses;
  }

  private String refusal() {
    String output = run(1);
    assertThat(output.lines()).as(output).hasSize(1);
    assertThat(output).startsWith("discover-gpus.sh: ");
    return output;
  }

  private String run(int code) {
    try (ChildProcess process =
        ChildProcess.start(
            "discover-gpus.sh",
            List.of(SCRIPT.toString()),
            environment,
            folder,
            folder.resolve("output"))) {
      assertThat(process.exitCode(Duration.ofSeconds(60))).as(process.tail()).isEqualTo(code);
      return process.output();
    }
  }
}
