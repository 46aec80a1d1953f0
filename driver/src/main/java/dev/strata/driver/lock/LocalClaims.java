package dev.strata.driver.lock;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Claims on a local disk: {@code CREATE_NEW} is one system call that only one caller wins. */
final class LocalClaims implements ClaimPort {
  private final Path folder;

  LocalClaims(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    try {
      // what was claimed survives a loss of power
      Files.write(
          folder.resolve(name),
          content,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(folder.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Long> modified(String name) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(folder.resolve(name)).toMillis());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }
}
