package dev.strata.it.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of metrics that a driver shows to Prometheus, over HTTP. Like Prometheus it follows
 * Spark's redirection to the address with a slash at its end.
 */
public final class PrometheusPage {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{[^}]*})? (\\S+)");

  /** What Spark answers, with code 200, until its context has started. */
  private static final String STARTING = "Spark is starting up";

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final URI address;

  public PrometheusPage(int port) {
    address = URI.create("http://127.0.0.1:" + port + "/metrics/prometheus");
  }

  /** Name → value; empty where nothing listens yet, or not any more. */
  public Optional<Map<String, Double>> scrape() {
    HttpRequest request =
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).GET().build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      String body = response.body();
      // Before Spark attaches the page, its address leads to the list of jobs.
      boolean there =
          response.statusCode() == 200 && !body.startsWith(STARTING) && !body.startsWith("<");
      return there ? Optional.of(parse(body)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * @throws AssertionError for a line that is not of Prometheus' text format
   */
  static Map<String, Double> parse(String text) {
    Map<String, Double> values = new TreeMap<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              Matcher matcher = LINE.matcher(line);
              if (!matcher.matches()) {
                throw new AssertionError("not a line of metrics: " + line);
              }
              values.put(matcher.group(1), Double.valueOf(matcher.group(2)));
            });
    return values;
  }
}
