package dev.strata.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.management.JMException;
import javax.management.ObjectName;

/** An agent for a running JVM: shows {@link NativeMemory} by JMX, beside what the JDK shows. */
public final class NativeMemoryAgent {
  static final String NAME = "dev.strata.it:type=NativeMemory";

  private NativeMemoryAgent() {}

  /** Called by the JVM that the agent is loaded into. */
  public static void agentmain(String arguments, Instrumentation instrumentation)
      throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .registerMBean(new NativeMemory(instrumentation), new ObjectName(NAME));
  }

  /** Writes the agent's jar. */
  static Path write(Path folder) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(new Attributes.Name("Agent-Class"), NativeMemoryAgent.class.getName());
    Path jar = Files.createTempFile(folder, "agent-", ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> part :
          List.of(NativeMemoryAgent.class, NativeMemory.class, NativeMemoryMBean.class)) {
        String name = part.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = part.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return jar;
  }
}
