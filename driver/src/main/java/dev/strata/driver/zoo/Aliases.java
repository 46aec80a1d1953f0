package dev.strata.driver.zoo;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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

  /** Folder of the changes. */
  Path path() {
    return changes.path();
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

  /** What one alias stands for, whatever is wrong with others; empty where it is none. */
  Optional<Integer> version(String alias) {
    return newest(alias, numbers().getOrDefault(alias, List.of())).map(Mark::version);
  }

  /** Those whose last change has no content: it is being written, or its writer was cut off. */
  List<String> unfinished() {
    return numbers().entrySet().stream()
        .filter(e -> mark(e.getKey(), Collections.max(e.getValue())).isEmpty())
        .map(SortedMap.Entry::getKey)
        .toList();
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
    String next;
    do {
      List<Integer> known = numbers().getOrDefault(alias, List.of());
      next = file(alias, known.stream().mapToInt(Integer::intValue).max().orElse(0) + 1);
    } while (!changes.create(next, Mark.pointing(next, version).bytes()));
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
        .map(number -> mark(alias, number))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Empty where the file is just being written, or its writer was cut off. */
  private Optional<Mark> mark(String alias, int number) {
    Path file = new Path(changes.path(), file(alias, number));
    try {
      return OutputFiles.read(configuration, file)
          .filter(text -> !text.isBlank())
          .map(text -> intact(Json.read(text, Mark.class, file), file));
    } catch (DamagedFileException e) {
      throw damaged(file, e.getMessage());
    }
  }

  private static Mark intact(Mark mark, Path file) {
    if (!mark.isIntact(file.getName())) {
      throw damaged(file, "content that does not match its checksum");
    }
    if (mark.version() != null && mark.version() < 1) {
      throw damaged(file, "version " + mark.version());
    }
    return mark;
  }

  private static StrataException damaged(Path file, String found) {
    return StrataException.data("an alias of the zoo is damaged")
        .file(file)
        .found(found)
        .expected("the file as written; run models promote to set the alias again")
        .build();
  }

  private static String file(String alias, int number) {
    return String.format(Locale.ROOT, "%s.%06d", alias, number);
  }
}
