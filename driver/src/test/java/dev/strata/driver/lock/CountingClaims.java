package dev.strata.driver.lock;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Counts renewals. */
record CountingClaims(ClaimPort port, CountDownLatch beats) implements ClaimPort {
  @Override
  public boolean create(String name, byte[] content) throws IOException {
    return port.create(name, content);
  }

  @Override
  public void write(String name, byte[] content) throws IOException {
    port.write(name, content);
    if (name.endsWith(".beat")) {
      beats.countDown();
    }
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return port.read(name);
  }

  @Override
  public Optional<Long> modified(String name) throws IOException {
    return port.modified(name);
  }

  @Override
  public List<String> list() throws IOException {
    return port.list();
  }

  @Override
  public void delete(String name) throws IOException {
    port.delete(name);
  }
}
