package dev.strata.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.jobs.Strata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.apache.spark.SparkUserAppException;

/**
 * One command typed in a shell: {@code deploy/bin/strata ARGUMENTS -- SPARK ARGUMENTS}, in a
 * process of its own.
 */
public final class StrataCommand {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Path folder;
  private final List<String> arguments = new ArrayList<>();
  private final List<String> spark = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private Path script = Project.script();
  private Path sparkHome = Project.sparkHome();

  private StrataCommand(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder the shell's, to which relative paths refer
   */
  public static StrataCommand in(Path folder, String... arguments) {
    StrataCommand command = new StrataCommand(folder);
    command.arguments.addAll(List.of(arguments));
    if (!Project.sparkHome().equals(Project.embeddedSpark())) {
      command.environment("SPARK_HOME", Project.sparkHome());
    }
    // The driver of a test is small; the last one counts.
    command.spark("--driver-memory", "1g", "--conf", "spark.ui.enabled=false");
    // Both as the class archive has it, which a driver has recorded.
    return command.withClassPath(ClassArchive.classPath());
  }

  /** The example's training, into an output folder of any file system. */
  public static StrataCommand train(Path folder, String output) {
    Path configuration = Example.write(folder);
    return in(folder, "train", "--config", configuration.toString()).set("output.dir", output);
  }

  /** The example's pretraining. */
  public static StrataCommand pretrain(Path folder, String output) {
    Path configuration = Example.writePretraining(folder);
    return in(folder, "pretrain", "--config", configuration.toString()).set("output.dir", output);
  }

  /** The example's auxiliary task. */
  public static StrataCommand pretrainAuxiliary(Path folder, String output) {
    Path configuration = Example.writeAuxiliary(folder);
    return in(folder, "pretrain-auxiliary", "--config", configuration.toString())
        .set("output.dir", output);
  }

  /** The example's pairs of photographs. */
  public static StrataCommand pretrainPairs(Path folder, String output) {
    Path configuration = Example.writePairs(folder);
    return in(folder, "pretrain-auxiliary", "--config", configuration.toString())
        .set("output.dir", output);
  }

  /** Fine-tuning of the example's pretrained layers, with a search for the layers to freeze. */
  public static StrataCommand fineTune(Path folder, String model, String output) {
    Path configuration = Example.writeFineTuning(folder);
    return in(folder, "fine-tune", "--config", configuration.toString())
        .set("model", model)
        .set("output.dir", output);
  }

  public StrataCommand set(String key, Object value) {
    arguments.add("--set");
    arguments.add(key + "=" + value);
    return this;
  }

  /** Has Spark's loader for users' jars load Strata, as without these tests' class archive. */
  public StrataCommand withUsersLoader() {
    return withJarsOf(sparkHome);
  }

  /** Runs on another Spark than the embedded one, whose folder SPARK_HOME names. */
  public StrataCommand withSparkOf(Path home) {
    sparkHome = home;
    return withJarsOf(home).environment("SPARK_HOME", home);
  }

  private StrataCommand withJarsOf(Path home) {
    return withClassPath(home.resolve("jars").resolve("*").toString());
  }

  private StrataCommand withClassPath(String jars) {
    return spark("--driver-class-path", jars)
        .spark("--conf", "spark.executor.extraClassPath=" + jars);
  }

  /** One more argument of the command's own. */
  public StrataCommand argument(String argument) {
    arguments.add(argument);
    return this;
  }

  public StrataCommand spark(String... more) {
    spark.addAll(List.of(more));
    return this;
  }

  public StrataCommand environment(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** Another path to the script, such as a link. */
  public StrataCommand through(Path path) {
    script = path;
    return this;
  }

  public ChildProcess start() {
    List<String> command = new ArrayList<>();
    command.add(script.toString());
    command.addAll(arguments);
    command.add("--");
    command.addAll(spark);
    try {
      Path log = Files.createTempFile(folder, arguments.get(0) + "-", ".log");
      return ChildProcess.start("strata " + arguments.get(0), command, environment, folder, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs this command and others, one after another, in one driver that plain spark-submit starts
   * ({@link CommandSeries}) with the environment and Spark's arguments of this one; another exit
   * code than 0 fails the test.
   */
  public void runSeries(StrataCommand... others) {
    try (ChildProcess process = startSeries(others)) {
      requireSuccess(process);
    }
  }

  /** Starts what {@link #runSeries} runs. */
  public ChildProcess startSeries(StrataCommand... others) {
    List<String> all = new ArrayList<>(arguments);
    for (StrataCommand other : others) {
      all.add(CommandSeries.NEXT);
      all.addAll(other.arguments);
    }
    return startProgram("series of commands", CommandSeries.class, all);
  }

  /**
   * Runs a user's driver that plain spark-submit starts with the environment and Spark's arguments
   * of this command, and strata.jar in its class path; another exit code than 0 fails the test.
   *
   * @param program its main class, which needs no other class of the tests; this command's
   *     arguments are the program's
   */
  public void runProgram(Class<?> program) {
    try (ChildProcess process = startProgram(program.getSimpleName(), program, arguments)) {
      requireSuccess(process);
    }
  }

  /** Waits for the end; another exit code than 0 fails the test. */
  public static void requireSuccess(ChildProcess process) {
    int code = process.exitCode(LIMIT);
    if (code != 0) {
      throw new AssertionError("exit code " + code + "\n" + process.tail());
    }
  }

  private ChildProcess startProgram(String name, Class<?> program, List<String> given) {
    List<String> command = new ArrayList<>();
    command.add(sparkHome.resolve("bin/spark-submit").toString());
    command.addAll(spark);
    command.addAll(List.of("--class", program.getName()));
    command.addAll(List.of("--jars", Project.jar().toString()));
    try {
      command.add(jarOf(program).toString());
      command.addAll(given);
      Path log = Files.createTempFile(folder, program.getSimpleName() + "-", ".log");
      return ChildProcess.start(name, command, environment, folder, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path jarOf(Class<?> type) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve(type.getSimpleName() + ".jar");
    try (InputStream in = type.getClassLoader().getResourceAsStream(name);
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(name));
      in.transferTo(out);
    }
    return jar;
  }

  /** In this JVM, on the session that all its tests share; Spark's arguments do not count. */
  public Said here() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream both = new PrintStream(said, true, UTF_8)) {
      LocalSpark.session();
      System.setOut(both);
      System.setErr(both);
      int code = code(arguments.toArray(String[]::new));
      return new Said(code, said.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Exit code of a command in this JVM. */
  static int code(String... arguments) {
    try {
      Strata.main(arguments);
      return 0;
    } catch (Exception e) {
      if (e instanceof SparkUserAppException ended) {
        return ended.exitCode();
      }
      throw e;
    }
  }

  /** As {@link #here()}; another exit code fails the test. Returns the output. */
  public String here(int expectedCode) {
    Said said = here();
    if (said.code() != expectedCode) {
      throw new AssertionError(
          "exit code " + said.code() + ", expected " + expectedCode + "\n" + said.text());
    }
    return said.text();
  }

  /** Exit code and output of a command that ran in this JVM. */
  public record Said(int code, String text) {}

  /** Runs to the end; another exit code fails the test with the last lines. Returns the output. */
  public String run(int expectedCode) {
    try (ChildProcess process = start()) {
      int code = process.exitCode(LIMIT);
      if (code != expectedCode) {
        throw new AssertionError(
            "exit code " + code + ", expected " + expectedCode + "\n" + process.tail());
      }
      return process.output();
    }
  }
}
