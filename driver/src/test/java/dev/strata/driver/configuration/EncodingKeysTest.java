package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.strata.driver.data.EncodingSettings;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TimePart;
import dev.strata.executor.preprocess.TimeRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of columns of tables: {@code data.column-scaling, data.categories, data.time}. */
class EncodingKeysTest {
  @Test
  void theKeysAreRead() {
    Problems problems = new Problems();
    EncodingSettings read =
        read(
            """
            data {
              scaling = quantile-normal
              column-scaling { amount = log, "price_*" = robust, x = piecewise-linear }
              categories { max = 10, min-count = 2, buckets = 3 }
              time { zone = Europe/Berlin, parts = [weekday, elapsed] }
            }
            """,
            problems);
    assertThat(problems.lines()).isEmpty();
    assertThat(read)
        .isEqualTo(
            new EncodingSettings(
                Map.of(
                    "amount", Scaling.LOG,
                    "price_*", Scaling.ROBUST,
                    "x", Scaling.PIECEWISE_LINEAR),
                new CategoryRule(10, 2, 3),
                new TimeRule("Europe/Berlin", List.of(TimePart.WEEKDAY, TimePart.ELAPSED))));
  }

  @ParameterizedTest
  @CsvSource({
    "data.column-scaling.x = logs, data.column-scaling.x, quantile-normal",
    "data.column-scaling = log, data.column-scaling, a section",
    "data.scaling = quantile, data.scaling, quantile-normal",
    "data.categories.buckets = 0, data.categories.buckets, >= 1",
    "data.categories.min-count = 0, data.categories.min-count, >= 1",
    "data.categories.max = -1, data.categories.max, >= 0",
    "data.time.zone = Mars, data.time.zone, Europe/Berlin",
    "data.time.parts = [], data.time.parts, elapsed",
    "'data.time.parts = [hour, hour]', data.time.parts, twice",
    "'data.time.parts = [hours]', data.time.parts, weekday",
    "data.categorys.max = 3, data.categorys, categories"
  })
  void whatIsWrongIsNamed(String text, String key, String words) {
    Problems problems = new Problems();
    read(text, problems);
    assertThat(problems.lines().toString()).contains(key).contains(words);
  }

  private static EncodingSettings read(String text, Problems problems) {
    return SettingsReader.read(
            ResolvedConfiguration.of(ConfigFactory.parseString(text)),
            EnumSet.noneOf(Need.class),
            problems)
        .data()
        .encodings();
  }
}
