package dev.strata.jobs;

import dev.strata.driver.job.ImportJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.JobOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** {@code strata models import FILE --output DIR}. */
final class ModelsImport extends RunCommand {
  ModelsImport() {
    super(
        new ImportJob(),
        "Imports a model of Keras, ONNX, DL4J, PyTorch or NumPy, and checks its outputs.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    context.out().println("Imported into " + result.modelPath());
  }

  private final FileOption option = new FileOption();

  /** The file as the word after the command. */
  private static final class FileOption implements JobOptions {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "Short for --set import.from=FILE: Keras .h5, a DL4J zip, .onnx, .safetensors, .npz or .npy.")
    private String file;

    @Override
    public List<String> settings() {
      return file == null ? List.of() : List.of("import.from=" + file);
    }
  }

  /** It computes on this machine alone. */
  @Override
  public boolean startsSpark() {
    return false;
  }

  @Override
  public Optional<JobOptions> options() {
    return Optional.of(option);
  }
}
