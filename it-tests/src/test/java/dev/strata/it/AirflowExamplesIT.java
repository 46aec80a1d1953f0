package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.it.support.PythonProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The example DAGs' own tests in Python: decisions, commands, retries in every version; with
 * Airflow where it is installed, else with its stand-in.
 */
class AirflowExamplesIT {
  private static final Path FOLDER = Path.of("..", "deploy", "airflow");

  @BeforeAll
  static void python() throws InterruptedException {
    assumeTrue(PythonProgram.isThere(), "python3 is not installed");
  }

  @Test
  void everyFileIsPython() throws InterruptedException {
    String compileAll =
        """
        import pathlib, sys
        files = sorted(pathlib.Path('.').rglob('*.py'))
        for file in files:
            compile(file.read_text(), str(file), 'exec')
        sys.exit(len(files) < 10)
        """;
    assertThat(PythonProgram.run(FOLDER, "-c", compileAll)).isZero();
  }

  @Test
  void theirTestsPass() throws InterruptedException {
    assertThat(PythonProgram.run(FOLDER.resolve("tests"), "-m", "unittest", "-q")).isZero();
  }
}
