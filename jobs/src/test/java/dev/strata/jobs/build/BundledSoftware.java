package dev.strata.jobs.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Checks the licences inside {@code strata.jar} against the software that is really in it.
 *
 * <p>The jar holds {@code META-INF/LICENSE}, {@code META-INF/NOTICE} and {@code META-INF/licenses}:
 * the table {@code bundled-software.csv} and the texts that it names. The build runs this file from
 * its source when it has packed the jar, also without tests, and fails on any problem:
 *
 * <pre>java BundledSoftware.java strata.jar bundled.txt</pre>
 *
 * {@code bundled.txt} is what {@code dependency:list} writes, with the files of the artifacts.
 */
public final class BundledSoftware {
  private static final String FOLDER = "META-INF/licenses/";
  private static final String TABLE = FOLDER + "bundled-software.csv";
  private static final String HEADER = "software,version,inside,licence,texts";
  private static final String OWN = "dev.strata:";
  private static final String NATIVES = "org.bytedeco:";
  private static final String PLATFORM = "linux-x86_64";

  /** {@code group:artifact:jar[:classifier]:version:scope:file} */
  private static final Pattern ARTIFACT =
      Pattern.compile(
          "([^:\\s]+:[^:]+):[^:]+:(?:[^:]+:)?([^:]+):(?:compile|runtime):(.+?)(?: -- .*)?");

  private static final Pattern POM =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(?:.*/)?(?:lib)?([^/]+?)(?:[-.][0-9]+)*\\.(?:so|dylib|jnilib|dll|a)(?:\\.[0-9.]+)?");
  private static final Pattern LEGAL =
      Pattern.compile("(?:META-INF/)?(?:LICEN[CS]E|NOTICE|COPYING)[^/]*", Pattern.CASE_INSENSITIVE);

  private final ZipFile jar;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private BundledSoftware(ZipFile jar) {
    this.jar = jar;
  }

  /** A line of the table; {@code inside} names the artifact that contains this one, or is empty. */
  private record Row(String software, String version, String inside, List<String> texts) {
    Software key() {
      return new Software(software, version, inside);
    }
  }

  /** What is bundled: group:artifact, or "library " and its name without prefix and suffix. */
  private record Software(String name, String version, String inside) {
    @Override
    public String toString() {
      return name
          + (version.isEmpty() ? "" : " " + version)
          + (inside.isEmpty() ? "" : " (inside " + inside + ")");
    }
  }

  /** Prints the problems on standard error; exits with 1 where there are any. */
  public static void main(String[] arguments) throws IOException {
    List<String> problems = problems(Path.of(arguments[0]), Path.of(arguments[1]));
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("licences: " + problem));
      System.exit(1);
    }
  }

  /**
   * The problems, in a fixed order; empty where all is well.
   *
   * @param strataJar the jar that will be passed on
   * @param artifacts the list of the artifacts that were packed into it
   */
  static List<String> problems(Path strataJar, Path artifacts) throws IOException {
    try (ZipFile jar = new ZipFile(strataJar.toFile())) {
      BundledSoftware check = new BundledSoftware(jar);
      check.ownTexts();
      check.readTable();
      if (check.problems.isEmpty()) {
        check.texts();
        check.software(Files.readAllLines(artifacts));
      }
      return check.problems;
    }
  }

  private void ownTexts() throws IOException {
    for (String name : List.of("META-INF/LICENSE", "META-INF/NOTICE", TABLE)) {
      if (text(name).isBlank()) {
        problems.add(name + " is missing in the jar");
      }
    }
    if (!text("META-INF/NOTICE").startsWith("Strata\n")) {
      problems.add("META-INF/NOTICE is not Strata's");
    }
    if (!words(text("META-INF/LICENSE")).equals(words(text(FOLDER + "Apache-2.0.txt")))) {
      problems.add("META-INF/LICENSE is not the Apache License 2.0, which is Strata's");
    }
  }

  private void readTable() throws IOException {
    List<String> lines = text(TABLE).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      problems.add(TABLE + ": the first line must be " + HEADER);
      return;
    }
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      if (cells.length != 5 || cells[0].isBlank() || cells[3].isBlank() || cells[4].isBlank()) {
        problems.add(TABLE + ": not " + HEADER + ", or without a licence: " + line);
      } else {
        rows.add(new Row(cells[0], cells[1], cells[2], List.of(cells[4].split(" "))));
      }
    }
  }

  /** Each text that is named is there, each that is there is named. */
  private void texts() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Row row : rows) {
      for (String text : row.texts()) {
        if (named.add(text) && text(FOLDER + text).isBlank()) {
          problems.add("the licence text " + FOLDER + text + " of " + row.key() + " is missing");
        }
      }
    }
    jar.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith(FOLDER) && !name.endsWith("/") && !name.equals(TABLE))
        .map(name -> name.substring(FOLDER.length()))
        .filter(name -> !named.contains(name))
        .forEach(name -> problems.add(FOLDER + name + " is named by no line of " + TABLE));
  }

  /** Each artifact has its line, each line an artifact. */
  private void software(List<String> lines) throws IOException {
    Set<Software> found = new LinkedHashSet<>();
    for (String line : lines) {
      Matcher artifact = ARTIFACT.matcher(line.strip());
      if (artifact.matches() && !artifact.group(1).startsWith(OWN)) {
        String name = artifact.group(1);
        found.add(new Software(name, artifact.group(2), ""));
        try (ZipFile file = new ZipFile(artifact.group(3))) {
          found.addAll(contained(file, name));
          takenOver(file, name);
        }
      }
    }
    if (found.isEmpty()) {
      problems.add("the list of bundled artifacts is empty");
    }
    Map<String, Software> listed = new TreeMap<>();
    rows.forEach(row -> listed.put(row.software() + " " + row.inside(), row.key()));
    for (Software software : found) {
      Software row = listed.remove(software.name() + " " + software.inside());
      if (row == null) {
        problems.add(
            software
                + " is bundled and has no line in "
                + TABLE
                + ": add one, with the licence's text");
      } else if (!software.version().isEmpty() && !software.version().equals(row.version())) {
        problems.add(
            software
                + " is bundled, "
                + TABLE
                + " has version "
                + row.version()
                + ": see whether its licence has changed, then correct the line");
      }
    }
    // The table is that of the default platform; other platforms may lack some natives.
    boolean ofDefault = lines.stream().anyMatch(line -> line.contains(":" + PLATFORM + ":"));
    listed.values().stream()
        .filter(row -> !row.name().startsWith("library "))
        .filter(row -> ofDefault || !row.name().startsWith(NATIVES))
        .forEach(row -> problems.add(row + " is not bundled: remove its line in " + TABLE));
    for (Software software : contained(jar, "")) {
      if (!software.name().startsWith(OWN)
          && found.stream().noneMatch(s -> s.name().equals(software.name()))) {
        problems.add(software.name() + " is in the jar, and no bundled artifact brings it");
      }
    }
  }

  /** Software that was packed into an artifact, by its Maven metadata; and native libraries. */
  private static Set<Software> contained(ZipFile file, String inside) {
    Set<Software> contained = new LinkedHashSet<>();
    for (ZipEntry entry :
        (Iterable<ZipEntry>) () -> file.stream().<ZipEntry>map(e -> e).iterator()) {
      Matcher pom = POM.matcher(entry.getName());
      Matcher library = LIBRARY.matcher(entry.getName());
      if (pom.matches() && !(pom.group(1) + ":" + pom.group(2)).equals(inside)) {
        contained.add(
            new Software(pom.group(1) + ":" + pom.group(2), version(file, entry), inside));
      } else if (library.matches()) {
        contained.add(new Software("library " + library.group(1), "", inside));
      }
    }
    return contained;
  }

  private static String version(ZipFile file, ZipEntry entry) {
    Properties properties = new Properties();
    try (InputStream in = file.getInputStream(entry)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "");
  }

  /** Licences and notices that an artifact brings must be among the texts that its line names. */
  private void takenOver(ZipFile file, String name) throws IOException {
    List<Row> own = rows.stream().filter(row -> row.software().equals(name)).toList();
    Set<String> texts = new LinkedHashSet<>();
    for (Row row : own) {
      for (String text : row.texts()) {
        texts.add(words(text(FOLDER + text)));
      }
    }
    try (Stream<? extends ZipEntry> entries = file.stream()) {
      for (ZipEntry entry : entries.filter(e -> LEGAL.matcher(e.getName()).matches()).toList()) {
        if (!own.isEmpty() && !entry.isDirectory() && !texts.contains(words(text(file, entry)))) {
          problems.add(
              name
                  + " brings "
                  + entry.getName()
                  + ", which is none of the texts in its line of "
                  + TABLE
                  + ": copy it to "
                  + FOLDER
                  + " and name it there");
        }
      }
    }
  }

  /** The text without differences of spaces and line ends. */
  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private String text(String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    return entry == null ? "" : text(jar, entry);
  }

  private static String text(ZipFile file, ZipEntry entry) throws IOException {
    try (InputStream in = file.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
