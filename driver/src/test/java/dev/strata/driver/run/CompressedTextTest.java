package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CompressedTextTest {
  private final CompressedText text = new CompressedText();

  @Test
  void nothingIsNothing() throws IOException {
    text.compress();
    assertThat(written()).isEmpty();
  }

  @Test
  void allMembersComeBackInOrder() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      String line = "{\"round\":%d,\"layer\":\"größte\",\"loss\":0.%d}\n".formatted(i, i * 7919);
      text.add(line);
      all.append(line);
      if (i % 100 == 99) {
        text.compress();
      }
      if (i % 1000 == 999) {
        assertThat(written()).isEqualTo(all.toString());
      }
    }
    assertThat(text.bytes()).isLessThan(all.length() / 3);
  }

  private String written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
