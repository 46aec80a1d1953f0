package dev.strata.driver.zoo;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Which versions the aliases of a model stand for. Every change is a numbered file of its own; the
 * highest one that has content holds, so that a change that is being written, or was cut off,
 * leaves the one before it.
 */
final class Aliases {
  private static final Pattern CHANGE = Pattern.compile("([a-z][a-z0-9_-]*)\\.(\\d{6,9})");

  private final Configuration configuration;
  private final MarkFolder changes;

  Aliases(Configuration configuration, MarkFolder changes) {
    this.configuration = configuration;
    this.changes = changes;
  }

  /** Alias → version. */
  SortedMap<String, Integer> read() {
    SortedMap<String, Integer> aliases = new TreeMap<>();
    numbers()
        .forEach(
            (alias, numbers) ->
                newest(alias, numbers)
                    .map(Mark::version)
                    .ifPresent(version -> aliases.put(alias, version)));
    return aliases;
  }

  /** Aliases of a version, sorted. */
  List<String> of(int version) {
    return read().entrySet().stream()
        .filter(alias -> alias.getValue() == version)
        .map(SortedMap.Entry::getKey)
        .toList();
  }

  /**
   * @param version null: the alias stands for nothing from now on
   */
  void point(String alias, Integer version) {
    byte[] content = Mark.pointing(version).bytes();
    int next;
    do {
      List<Integer> known = numbers().getOrDefault(alias, List.of());
      next = known.stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    } while (!changes.create(file(alias, next), content));
  }

  private SortedMap<String, List<Integer>> numbers() {
    SortedMap<String, List<Integer>> numbers = new TreeMap<>();
    for (String name : changes.names()) {
      Matcher matcher = CHANGE.matcher(name);
      if (matcher.matches()) {
        numbers
            .computeIfAbsent(matcher.group(1), alias -> new ArrayList<>())
            .add(Integer.parseInt(matcher.group(2)));
      }
    }
    return numbers;
  }

  private Optional<Mark> newest(String alias, List<Integer> numbers) {
    return numbers.stream()
        .sorted((a, b) -> b - a)
        .map(number -> mark(new Path(changes.path(), file(alias, number))))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Empty where the file is just being written, or its writer was cut off. */
  private Optional<Mark> mark(Path file) {
    try {
      return OutputFiles.read(configuration, file)
          .filter(text -> !text.isBlank())
          .map(text -> Json.read(text, Mark.class, file));
    } catch (DamagedFileException e) {
      throw StrataException.data("an alias of the zoo is damaged")
          .file(file)
          .found(e.getMessage())
          .build();
    }
  }

  private static String file(String alias, int number) {
    return String.format("%s.%06d", alias, number);
  }
}
