package dev.strata.it.support;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.ConnectException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What another JVM of this machine holds: by attaching to it (heap, buffers, JavaCPP's memory) and
 * from {@code /proc} (resident memory, open files).
 */
public final class JvmProbe implements AutoCloseable {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final long pid;
  private final JMXConnector connector;
  private final MBeanServerConnection server;
  private final MemoryMXBean memory;

  private JvmProbe(long pid, JMXConnector connector) throws IOException {
    this.pid = pid;
    this.connector = connector;
    this.server = connector.getMBeanServerConnection();
    this.memory =
        ManagementFactory.newPlatformMXBeanProxy(
            server, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
  }

  /**
   * @param folder for the jar of an agent
   */
  @SuppressWarnings("BanJNDI") // The address is of a process of the test, on this machine.
  public static JvmProbe attach(long pid, Path folder) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        machine.loadAgent(NativeMemoryAgent.write(folder).toString());
        String address = machine.startLocalManagementAgent();
        return new JvmProbe(pid, JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException
        | com.sun.tools.attach.AgentLoadException
        | com.sun.tools.attach.AgentInitializationException e) {
      throw new IOException(e);
    }
  }

  /** Measured now, after a full garbage collection: name → bytes or count. */
  public Map<String, Long> measure() throws IOException {
    memory.gc();
    Map<String, Long> measured = new TreeMap<>();
    try {
      measured.put("heap", memory.getHeapMemoryUsage().getUsed());
      measured.put("metaspace and code", memory.getNonHeapMemoryUsage().getUsed());
      measured.put("direct and mapped buffers", buffers("direct") + buffers("mapped"));
      measured.put(
          "JavaCPP", (Long) server.getAttribute(new ObjectName(NativeMemoryAgent.NAME), "Bytes"));
    } catch (JMException e) {
      throw new IOException(e);
    }
    measured.put("resident memory", resident());
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      measured.put("open files", files.count());
    }
    return measured;
  }

  private long buffers(String pool) throws IOException, JMException {
    ObjectName name = new ObjectName("java.nio:type=BufferPool,name=" + pool);
    return (Long) server.getAttribute(name, "MemoryUsed");
  }

  private long resident() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    Matcher matcher = RESIDENT.matcher(status);
    if (!matcher.find()) {
      throw new IOException("no resident memory of process " + pid);
    }
    return Long.parseLong(matcher.group(1)) << 10;
  }

  /** A variable of the process's environment; empty where it has none. */
  public String environment(String name) throws IOException {
    String all = Files.readString(Path.of("/proc", Long.toString(pid), "environ"));
    return all.lines()
        .flatMap(line -> Stream.of(line.split("\0")))
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() throws IOException {
    try {
      connector.close();
    } catch (ConnectException e) {
      // The process has ended since, and its connections with it.
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        throw e;
      }
    }
  }
}
