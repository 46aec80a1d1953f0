package dev.strata.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Project;
import dev.strata.jobs.Strata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLParser;

/**
 * The files in {@code deploy/kubernetes}, as far as they can be checked without a cluster: they
 * agree with each other, with the build and with what the image holds; fields and types are those
 * of the operator's API; the command line accepts the arguments.
 */
class KubernetesFilesTest {
  private static final Path HOME = Project.script().getParent().getParent().getParent();
  private static final Path FOLDER = HOME.resolve("deploy/kubernetes");
  private static final Pattern LOCAL = Pattern.compile("local://(/\\S+)");

  /**
   * Fields of a SparkApplication, v1beta2, that the manifest may use, and their types, as the
   * reference of the operator's API (2.3) lists them: a restart policy has more fields, so have
   * driver and executor.
   */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("apiVersion", "sparkoperator.k8s.io/v1beta2"),
          Map.entry("kind", "SparkApplication"),
          Map.entry("metadata.name", "text"),
          Map.entry("metadata.namespace", "text"),
          Map.entry("spec.type", "Java"),
          Map.entry("spec.mode", "cluster"),
          Map.entry("spec.sparkVersion", "text"),
          Map.entry("spec.image", "text"),
          Map.entry("spec.imagePullPolicy", "IfNotPresent"),
          Map.entry("spec.mainClass", "text"),
          Map.entry("spec.mainApplicationFile", "text"),
          Map.entry("spec.arguments", "texts"),
          Map.entry("spec.restartPolicy.type", "Never"),
          Map.entry("spec.driver.cores", "number"),
          Map.entry("spec.driver.memory", "text"),
          Map.entry("spec.driver.memoryOverhead", "text"),
          Map.entry("spec.driver.serviceAccount", "text"),
          Map.entry("spec.executor.instances", "number"),
          Map.entry("spec.executor.cores", "number"),
          Map.entry("spec.executor.memory", "text"),
          Map.entry("spec.executor.memoryOverhead", "text"));

  /** Required by the API. */
  private static final List<String> REQUIRED =
      List.of(
          "apiVersion",
          "kind",
          "metadata.name",
          "spec.type",
          "spec.sparkVersion",
          "spec.mainApplicationFile",
          "spec.driver.serviceAccount",
          "spec.executor.instances");

  @Test
  void theManifestHasTheFieldsAndTypesOfTheOperatorsApi() throws IOException {
    Map<String, JsonNode> found = new TreeMap<>();
    flatten("", application(), found);

    assertThat(found.keySet()).containsAll(REQUIRED).isSubsetOf(FIELDS.keySet());
    found.forEach(
        (field, value) -> {
          String expected = FIELDS.get(field);
          switch (expected) {
            case "text" -> assertThat(value.isTextual()).as(field).isTrue();
            case "number" -> assertThat(value.isInt()).as(field).isTrue();
            case "texts" -> value.forEach(v -> assertThat(v.isTextual()).as(field).isTrue());
            default -> assertThat(value.asText()).as(field).isEqualTo(expected);
          }
        });
  }

  @Test
  void theClassExistsAndTheCommandLineAcceptsTheArguments() throws Exception {
    JsonNode spec = application().get("spec");
    Class<?> main = Class.forName(spec.get("mainClass").asText());
    assertThat(main).isEqualTo(Strata.class);
    assertThat(Modifier.isStatic(main.getMethod("main", String[].class).getModifiers())).isTrue();

    List<String> arguments = new ArrayList<>(List.of("can-submit"));
    spec.get("arguments").forEach(argument -> arguments.add(argument.asText()));
    assertThat(printed(arguments)).isEqualTo("yes");
  }

  @Test
  void everyPathIsInTheImageAndEverySourceInTheProject() throws IOException {
    Set<String> image = new TreeSet<>();
    for (String line : Files.readAllLines(FOLDER.resolve("Dockerfile"))) {
      if (line.startsWith("COPY ")) {
        List<String> parts = List.of(line.split(" "));
        String target = parts.get(parts.size() - 1);
        for (String source : parts.subList(1, parts.size() - 1)) {
          Path file = HOME.resolve(source);
          assertThat(file.equals(Project.jar()) || Files.isRegularFile(file)).as(source).isTrue();
          image.add(target.endsWith("/") ? target + file.getFileName() : target);
        }
      }
    }
    assertThat(image).contains("/opt/strata/strata.jar");

    for (String name : List.of("sparkapplication.yaml", "submit.sh", "spark.conf")) {
      Matcher paths = LOCAL.matcher(Files.readString(FOLDER.resolve(name)));
      while (paths.find()) {
        assertThat(image).as(name).contains(paths.group(1));
      }
    }
    assertThat(application().at("/spec/mainApplicationFile").asText()).matches(LOCAL);
    assertThat(Files.readString(FOLDER.resolve("submit.sh"))).containsPattern(LOCAL);
  }

  @Test
  void versionsAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(HOME.resolve("pom.xml"));
    String spark = property(pom, "spark.version");
    String scala = property(pom, "scala.binary.version");
    String strata =
        pom.replaceFirst(
            "(?s).*?<artifactId>strata-parent</artifactId>\\s*<version>([^<]+)<.*", "$1");

    assertThat(Files.readString(FOLDER.resolve("Dockerfile")))
        .contains("apache/spark:" + spark + "-scala" + scala + "-java17-ubuntu")
        .contains("--tag strata:" + strata + " ");
    assertThat(application().at("/spec/sparkVersion").asText()).isEqualTo(spark);
    assertThat(application().at("/spec/image").asText()).isEqualTo("strata:" + strata);
  }

  /** Both ways start the same pods. */
  @Test
  void settingsOfSparkSubmitAreThoseOfTheManifest() throws IOException {
    Properties conf = new Properties();
    conf.load(new StringReader(Files.readString(FOLDER.resolve("spark.conf"))));
    JsonNode manifest = application();

    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("spark.kubernetes.container.image", "/spec/image"),
            Map.entry("spark.kubernetes.namespace", "/metadata/namespace"),
            Map.entry(
                "spark.kubernetes.authenticate.driver.serviceAccountName",
                "/spec/driver/serviceAccount"),
            Map.entry("spark.executor.instances", "/spec/executor/instances"),
            Map.entry("spark.executor.cores", "/spec/executor/cores"),
            Map.entry("spark.executor.memory", "/spec/executor/memory"),
            Map.entry("spark.executor.memoryOverhead", "/spec/executor/memoryOverhead"),
            Map.entry("spark.driver.memory", "/spec/driver/memory"),
            Map.entry("spark.driver.memoryOverhead", "/spec/driver/memoryOverhead"));
    expected.forEach(
        (key, field) ->
            assertThat(conf.getProperty(key)).as(key).isEqualTo(manifest.at(field).asText()));
    assertThat(conf.stringPropertyNames())
        .containsAll(expected.keySet())
        .contains("spark.kubernetes.submission.waitAppCompletion")
        .hasSize(expected.size() + 1);
  }

  @Test
  void theServiceAccountThatThePodsNeedIsMade() throws IOException {
    JsonNode manifest = application();
    List<JsonNode> objects = documents("rbac.yaml");
    assertThat(objects)
        .extracting(o -> o.get("kind").asText())
        .containsExactly("Namespace", "ServiceAccount", "Role", "RoleBinding");
    String namespace = manifest.at("/metadata/namespace").asText();
    assertThat(objects.get(0).at("/metadata/name").asText()).isEqualTo(namespace);
    for (JsonNode object : objects.subList(1, 4)) {
      assertThat(object.at("/metadata/namespace").asText()).isEqualTo(namespace);
    }
    String account = manifest.at("/spec/driver/serviceAccount").asText();
    assertThat(objects.get(1).at("/metadata/name").asText()).isEqualTo(account);
    assertThat(objects.get(3).at("/subjects/0/name").asText()).isEqualTo(account);
    assertThat(objects.get(3).at("/roleRef/name").asText())
        .isEqualTo(objects.get(2).at("/metadata/name").asText());
  }

  @Test
  void everyFileSaysThatItWasNeverRun() throws IOException {
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        assertThat(file).content().contains("NEVER RUN");
      }
    }
  }

  /** What the command line prints. */
  private static String printed(List<String> arguments) throws SparkUserAppException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      Strata.main(arguments.toArray(String[]::new));
    } finally {
      System.setOut(before);
    }
    return bytes.toString(UTF_8).strip();
  }

  private static String property(String pom, String name) {
    Matcher found = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
    assertThat(found.find()).as(name).isTrue();
    return found.group(1);
  }

  private static void flatten(String prefix, JsonNode node, Map<String, JsonNode> found) {
    node.fields()
        .forEachRemaining(
            field -> {
              String name = prefix + field.getKey();
              if (field.getValue().isObject()) {
                flatten(name + ".", field.getValue(), found);
              } else {
                found.put(name, field.getValue());
              }
            });
  }

  private static JsonNode application() throws IOException {
    return documents("sparkapplication.yaml").get(0);
  }

  private static List<JsonNode> documents(String name) throws IOException {
    YAMLFactory yaml = new YAMLFactory();
    try (YAMLParser parser = yaml.createParser(FOLDER.resolve(name).toFile())) {
      return new ObjectMapper(yaml).readValues(parser, JsonNode.class).readAll();
    }
  }
}
