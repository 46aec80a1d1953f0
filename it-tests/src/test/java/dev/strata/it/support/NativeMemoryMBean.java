package dev.strata.it.support;

/** What {@link NativeMemoryAgent} shows by JMX. */
public interface NativeMemoryMBean {
  /** Bytes of native memory that JavaCPP's pointers hold; 0 where JavaCPP is not loaded. */
  long getBytes() throws ReflectiveOperationException;
}
