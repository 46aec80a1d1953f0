package dev.strata.it.support;

import java.lang.instrument.Instrumentation;

/** Native memory of JavaCPP in this JVM, whichever class loader has it. */
public final class NativeMemory implements NativeMemoryMBean {
  private static final String POINTER = "org.bytedeco.javacpp.Pointer";

  private final Instrumentation instrumentation;
  private Class<?> pointer;

  NativeMemory(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  @Override
  public long getBytes() throws ReflectiveOperationException {
    if (pointer == null) {
      for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
        if (loaded.getName().equals(POINTER)) {
          pointer = loaded;
        }
      }
    }
    return pointer == null ? 0 : (Long) pointer.getMethod("totalBytes").invoke(null);
  }
}
