package dev.strata.jobs.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build's check of licences, on small jars; on strata.jar it runs when that is packed. */
class BundledSoftwareTest {
  private static final String HEADER = "software,version,inside,licence,texts\n";
  private static final String LICENCES = "META-INF/licenses/";
  private static final String TABLE = LICENCES + "bundled-software.csv";

  @TempDir Path folder;

  private final Map<String, String> jar = new TreeMap<>();
  private final Map<String, String> dependency = new TreeMap<>();
  private String artifacts = "";

  BundledSoftwareTest() throws IOException {
    String apache = own(LICENCES + "Apache-2.0.txt");
    jar.put("META-INF/LICENSE", apache);
    jar.put("META-INF/NOTICE", "Strata\nCopyright the Strata authors\n");
    jar.put(LICENCES + "Apache-2.0.txt", apache);
    jar.put(LICENCES + "MIT.txt", "Permission is granted.");
    jar.put(
        TABLE,
        HEADER
            + "org.a:a,1.0,,Apache-2.0,Apache-2.0.txt\n"
            + "org.b:inner,2.0,org.a:a,MIT,MIT.txt\n"
            + "library inner,,org.a:a,MIT,MIT.txt\n");
    dependency.put("org/a/A.class", "");
    dependency.put("META-INF/LICENSE.txt", apache.replace("\n", "\r\n  "));
    dependency.put("META-INF/maven/org.a/a/pom.properties", "version=1.0");
    dependency.put("META-INF/maven/org.b/inner/pom.properties", "version=2.0");
    dependency.put("org/a/linux/libinner.so.1", "");
  }

  private static String own(String name) throws IOException {
    try (InputStream in = BundledSoftwareTest.class.getResourceAsStream("/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path zip(String name, Map<String, String> entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private List<String> problems() throws IOException {
    Path file = zip("a.jar", dependency);
    String list =
        "\nThe following files have been resolved:\n"
            + "   dev.strata:strata-driver:jar:0.1.0:compile:/nowhere.jar -- module strata.driver\n"
            + ("   org.a:a:jar:linux-x86_64:1.0:compile:" + file + "\n")
            + artifacts;
    return BundledSoftware.problems(
        zip("strata.jar", jar), Files.writeString(folder.resolve("list.txt"), list));
  }

  private void line(String from, String to) {
    jar.put(TABLE, jar.get(TABLE).replace(from, to));
  }

  @Test
  void aJarWithAllLicencesIsRight() throws IOException {
    assertThat(problems()).isEmpty();
  }

  @Test
  void ownLicenceAndNoticeAreNeeded() throws IOException {
    jar.remove("META-INF/LICENSE");
    jar.put("META-INF/NOTICE", "# Jackson JSON processor");
    assertThat(problems())
        .containsExactly(
            "META-INF/LICENSE is missing in the jar",
            "META-INF/NOTICE is not Strata's",
            "META-INF/LICENSE is not the Apache License 2.0, which is Strata's");
  }

  @Test
  void aTextThatIsNotThereIsReported() throws IOException {
    jar.remove(LICENCES + "MIT.txt");
    assertThat(problems())
        .containsExactly(
            "the licence text META-INF/licenses/MIT.txt of org.b:inner 2.0 (inside org.a:a) is missing");
  }

  @Test
  void aTextThatNoLineNamesIsReported() throws IOException {
    jar.put(LICENCES + "old.txt", "x");
    assertThat(problems())
        .containsExactly("META-INF/licenses/old.txt is named by no line of " + TABLE);
  }

  @Test
  void aNewDependencyNeedsALine() throws IOException {
    artifacts = "   org.c:c:jar:3.0:runtime:" + zip("c.jar", Map.of("C.class", "")) + "\n";
    assertThat(problems())
        .containsExactly(
            "org.c:c 3.0 is bundled and has no line in "
                + TABLE
                + ": add one, with the licence's text");
  }

  @Test
  void whatADependencyContainsNeedsALine() throws IOException {
    dependency.put("META-INF/maven/org.d/d/pom.properties", "version=4.0");
    dependency.put("org/a/linux/libother-2.so", "");
    assertThat(problems())
        .containsExactlyInAnyOrder(
            "org.d:d 4.0 (inside org.a:a) is bundled and has no line in "
                + TABLE
                + ": add one, with the licence's text",
            "library other (inside org.a:a) is bundled and has no line in "
                + TABLE
                + ": add one, with the licence's text");
  }

  @Test
  void anotherVersionIsReported() throws IOException {
    line("org.a:a,1.0", "org.a:a,0.9");
    assertThat(problems())
        .containsExactly(
            "org.a:a 1.0 is bundled, "
                + TABLE
                + " has version 0.9: see whether its licence has changed, then correct the line");
  }

  @Test
  void aLineWithoutSoftwareIsReported() throws IOException {
    line("library inner", "org.e:e,5.0,,MIT,MIT.txt\nlibrary inner");
    assertThat(problems())
        .containsExactly("org.e:e 5.0 is not bundled: remove its line in " + TABLE);
  }

  @Test
  void aLineWithoutALicenceIsReported() throws IOException {
    line("Apache-2.0,Apache-2.0.txt", ",Apache-2.0.txt");
    assertThat(problems()).hasSize(1);
    assertThat(problems().get(0)).contains("without a licence: org.a:a,1.0,,,Apache-2.0.txt");
  }

  @Test
  void aNoticeOfADependencyIsTakenOver() throws IOException {
    dependency.put("META-INF/NOTICE", "A\nCopyright the authors of A");
    assertThat(problems())
        .containsExactly(
            "org.a:a brings META-INF/NOTICE, which is none of the texts in its line of "
                + TABLE
                + ": copy it to META-INF/licenses/ and name it there");

    jar.put(LICENCES + "a-NOTICE.txt", "A\nCopyright the authors of A\n");
    line("Apache-2.0,Apache-2.0.txt", "Apache-2.0,Apache-2.0.txt a-NOTICE.txt");
    assertThat(problems()).isEmpty();
  }

  @Test
  void whatIsInTheJarAndInNoArtifactIsReported() throws IOException {
    jar.put("META-INF/maven/org.f/f/pom.properties", "version=1");
    assertThat(problems())
        .containsExactly("org.f:f is in the jar, and no bundled artifact brings it");
  }
}
