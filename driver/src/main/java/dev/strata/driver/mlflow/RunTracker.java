package dev.strata.driver.mlflow;

import dev.strata.driver.mlflow.EpochMetrics.Epoch;
import dev.strata.driver.mlflow.TrackedRun.Point;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a run that trains a model in an MLflow tracking server. While the run trains, a thread of
 * its own sends each finished epoch; the first failure is reported once, and ends that. At the end
 * of the run everything is sent that the server does not have: a server that is away, slow or
 * broken costs a run at most {@code mlflow.timeout}, and nothing else.
 */
public final class RunTracker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunTracker.class);
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final MlflowSettings settings;
  private final About about;
  private final RunFolder folder;
  private final Consumer<String> notice;
  private final TrackingServer server;
  private final long begun = System.currentTimeMillis();
  private final Set<Epoch> sent = new HashSet<>();
  private final List<HistoryEntry> epoch = new ArrayList<>();
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "strata-mlflow");
            thread.setDaemon(true);
            return thread;
          });
  private Optional<TrackedRun> run = Optional.empty();
  private volatile boolean away;

  /**
   * What is known of a run from its start.
   *
   * @param job such as {@code train}
   * @param parameters settings that differ from their defaults, credentials hidden
   * @param commit of Strata
   */
  public record About(
      String job, String runId, Map<String, String> parameters, String version, String commit) {}

  private RunTracker(
      MlflowSettings settings,
      About about,
      RunFolder folder,
      TrackingServer server,
      Consumer<String> notice) {
    this.settings = settings;
    this.about = about;
    this.folder = folder;
    this.server = server;
    this.notice = notice;
  }

  /**
   * @param notice takes a sentence for the user
   * @return empty where no server is set
   * @throws StrataException (configuration) where its address is none
   */
  public static Optional<RunTracker> of(
      MlflowSettings settings, About about, RunFolder folder, Consumer<String> notice) {
    return settings
        .trackingUri()
        .map(uri -> new RunTracker(settings, about, folder, server(settings, uri), notice));
  }

  private static TrackingServer server(MlflowSettings settings, String uri) {
    try {
      return new TrackingServer(uri, settings.token());
    } catch (IllegalArgumentException e) {
      throw StrataException.configuration("mlflow.tracking-uri is no address of a tracking server")
          .key("mlflow.tracking-uri")
          .found(uri)
          .expected("http://HOST:PORT or https://HOST:PORT")
          .cause(e)
          .build();
    }
  }

  /** A round has ended; returns at once. Of one thread. */
  public void round(HistoryEntry entry) {
    boolean next = !epoch.isEmpty() && !Epoch.of(epoch.get(0)).equals(Epoch.of(entry));
    if (next && !away) {
      List<HistoryEntry> whole = List.copyOf(epoch);
      sender.execute(() -> send(whole));
    }
    if (next) {
      epoch.clear();
    }
    epoch.add(entry);
  }

  private void send(List<HistoryEntry> whole) {
    if (away) {
      return;
    }
    try {
      begin();
      send(EpochMetrics.of(whole));
    } catch (IOException | RuntimeException e) {
      away = true;
      LOG.debug("A call of the MLflow server failed", e);
      notice.accept(
          "MLflow: "
              + server.address()
              + " does not take this run ("
              + e.getMessage()
              + "); training continues, and Strata sends everything at the end");
    }
  }

  private void send(Map<Epoch, List<Point>> epochs) throws IOException {
    for (Map.Entry<Epoch, List<Point>> one : epochs.entrySet()) {
      if (!sent.contains(one.getKey())) {
        run.orElseThrow().log(server, one.getValue());
        sent.add(one.getKey());
      }
    }
  }

  /** Finds the run of an earlier attempt, or creates one. */
  private void begin() throws IOException {
    if (run.isPresent()) {
      return;
    }
    Optional<TrackedRun> earlier = stored().filter(own -> own.sentModel() == null);
    if (earlier.isPresent() && earlier.get().resumes(server)) {
      run = earlier;
      return;
    }
    Map<String, String> tags = new TreeMap<>();
    tags.put("mlflow.source.name", "strata " + about.job());
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.source.git.commit", about.commit());
    tags.put("mlflow.user", System.getProperty("user.name", ""));
    tags.put("mlflow.runName", name());
    tags.put("strata.version", about.version());
    tags.put("strata.runId", about.runId());
    TrackedRun made = TrackedRun.create(server, settings.experiment(), name(), begun, tags);
    run = Optional.of(made);
    store(made);
  }

  private String name() {
    return settings.runName().orElse(folder.folder().getName());
  }

  private Path file() {
    return new Path(folder.folder(), TrackedRun.FILE_NAME);
  }

  /** Of the same server; a damaged file counts as none. */
  private Optional<TrackedRun> stored() {
    try {
      return OutputFiles.read(folder.configuration(), file())
          .map(text -> Json.read(text, TrackedRun.class, file()))
          .filter(own -> server.address().equals(own.server()) && own.runId() != null);
    } catch (DamagedFileException | RuntimeException e) {
      LOG.info("{} cannot be read", file(), e);
      return Optional.empty();
    }
  }

  private void store(TrackedRun own) {
    byte[] text = Json.line(own).getBytes(StandardCharsets.UTF_8);
    OutputFiles.replace(folder.configuration(), file(), out -> out.write(text));
  }

  /**
   * The run is finished, and its files are there: sends what the server does not have. Never
   * throws.
   *
   * @param result of a job that trained a model; of any other, nothing is sent
   */
  public void finish(RunResult result) {
    if (result.rounds() == null || result.modelSha256() == null) {
      return;
    }
    if (stored().filter(own -> result.modelSha256().equals(own.sentModel())).isPresent()) {
      return;
    }
    long left = System.nanoTime() + settings.timeout().toNanos();
    try {
      stopLive(settings.timeout());
      server.limit(Duration.ofNanos(Math.max(1, left - System.nanoTime())));
      begin();
      send(EpochMetrics.of(History.read(folder)));
      complete(result);
      store(run.orElseThrow().completed(result.modelSha256()));
      notice.accept("MLflow: run " + run.get().runId() + " at " + server.address());
    } catch (IOException | RuntimeException e) {
      LOG.info("MLflow has not the whole run", e);
      notice.accept(
          "MLflow: "
              + server.address()
              + " does not have the whole run ("
              + e.getMessage()
              + "); the run itself is complete. Repeat the command to send the rest");
    }
  }

  private void complete(RunResult result) throws IOException {
    TrackedRun own = run.orElseThrow();
    long now = System.currentTimeMillis();
    own.log(server, EpochMetrics.of(result, now));
    RunArtifacts files = new RunArtifacts(folder, result);
    own.log(server, about.parameters(), files.tags());
    for (Map.Entry<String, byte[]> file : files.reports().entrySet()) {
      own.store(server, file.getKey(), file.getValue());
    }
    Map<String, byte[]> model = files.model(own.runId(), Instant.ofEpochMilli(now));
    for (Map.Entry<String, byte[]> file : model.entrySet()) {
      own.store(server, RunArtifacts.MODEL + "/" + file.getKey(), file.getValue());
    }
    if (settings.registeredModel().isPresent() && !model.isEmpty()) {
      String version = own.register(server, settings.registeredModel().get(), RunArtifacts.MODEL);
      notice.accept("MLflow: version " + version + " of " + settings.registeredModel().get());
    }
    own.end(server, "FINISHED", now);
  }

  /** The run has failed: says so where the server has the run. Never throws. */
  public void fail() {
    try {
      stopLive(FAREWELL);
      if (!away && run.isPresent()) {
        server.limit(FAREWELL);
        run.get().end(server, "FAILED", System.currentTimeMillis());
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("MLflow does not know that the run has failed", e);
    }
  }

  /** Waits for what is being sent. */
  private void stopLive(Duration most) {
    sender.shutdown();
    try {
      if (!sender.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    sender.shutdownNow();
  }
}
