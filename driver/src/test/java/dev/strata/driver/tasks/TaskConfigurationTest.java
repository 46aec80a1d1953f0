package dev.strata.driver.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class TaskConfigurationTest {
  @Test
  void tasksHaveTheSettingsOfTheTimeWhenItWasMade() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("fs.test.key", "before");

    TaskConfiguration sent = sent(TaskConfiguration.of(configuration));
    configuration.set("fs.test.key", "after");
    TaskConfiguration later = sent(TaskConfiguration.of(configuration));

    assertThat(sent.value().get("fs.test.key")).isEqualTo("before");
    assertThat(later.value().get("fs.test.key")).isEqualTo("after");
    assertThat(sent.value().get("io.file.buffer.size"))
        .isEqualTo(configuration.get("io.file.buffer.size"))
        .isNotNull();
  }

  @Test
  void aProcessReadsTheSameSettingsOnce() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("fs.test.key", "once");
    TaskConfiguration of = TaskConfiguration.of(configuration);

    assertThat(sent(of).value()).isSameAs(sent(of).value());
  }

  @Test
  void eachOfManyKeepsItsOwn() {
    List<TaskConfiguration> many =
        IntStream.range(0, 20).mapToObj(TaskConfigurationTest::numbered).toList();

    for (int round = 0; round < 2; round++) {
      assertThat(many.stream().map(of -> of.value().get("fs.test")))
          .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }
  }

  private static TaskConfiguration numbered(int number) {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.test", Integer.toString(number));
    return TaskConfiguration.of(configuration);
  }

  private static TaskConfiguration sent(TaskConfiguration configuration)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(configuration);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (TaskConfiguration) in.readObject();
    }
  }
}
