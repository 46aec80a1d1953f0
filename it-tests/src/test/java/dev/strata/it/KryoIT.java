package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.StrataCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every class that Strata sends is registered with Kryo, in every command. */
class KryoIT {
  @TempDir Path folder;

  @Test
  void everyCommandWorksWhereRegistrationIsRequired() {
    strict(StrataCommand.train(folder, "out")).run(0);
    assertThat(Outputs.of(folder.resolve("out")).result().modelSha256())
        .isEqualTo(ReferenceRun.modelSha256());

    strict(onModel("evaluate", "evaluated")).run(0);
    assertThat(Outputs.of(folder.resolve("evaluated")).result().metrics().get("test"))
        .containsKey("accuracy");

    strict(onModel("extract", "extracted")).set("extract.layers", "[hidden]").run(0);
    assertThat(folder.resolve("extracted/features/_SUCCESS")).exists();
  }

  private StrataCommand onModel(String command, String output) {
    return StrataCommand.in(folder, command, "--config", folder.resolve("train.conf").toString())
        .set("model", "out")
        .set("output.dir", output);
  }

  private static StrataCommand strict(StrataCommand command) {
    return command
        .withUsersLoader()
        .spark("--master", "local[2]", "--conf", "spark.kryo.registrationRequired=true");
  }
}
