package dev.strata.bench;

import dev.strata.executor.device.BlasThreads;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Additions of a bias to rows, as DL4J's dense layers make them, while garbage is collected all the
 * time: {@code plain|reachable SECONDS}. With ND4J's own executioner the JVM crashes in {@code
 * execBroadcast}, mostly within a minute; with Strata's it must not. Young generations of 20 MB
 * ({@code -XX:+UseSerialGC -Xmn20m}) make it quick.
 */
public final class GarbageDuringOperations {
  private static final int THREADS = 2;
  private static final int ROWS = 64;
  private static final int UNITS = 50;

  private GarbageDuringOperations() {}

  public static void main(String[] arguments) throws InterruptedException {
    boolean reachable = arguments[0].equals("reachable");
    AtomicLong calls = new AtomicLong();
    for (int t = 0; t < THREADS; t++) {
      daemon(() -> add(reachable, calls));
    }
    daemon(GarbageDuringOperations::litter);
    Thread.sleep(1000L * Integer.parseInt(arguments[1]));
    System.out.println(calls + " additions by " + Nd4j.getExecutioner().getClass().getSimpleName());
  }

  private static void add(boolean reachable, AtomicLong calls) {
    if (reachable) {
      BlasThreads.single();
    }
    INDArray rows = Nd4j.create(ROWS, UNITS);
    INDArray bias = Nd4j.zeros(1, UNITS);
    while (true) {
      rows.addiRowVector(bias);
      calls.incrementAndGet();
    }
  }

  private static void litter() {
    byte[][] kept = new byte[1000][];
    for (int i = 0; ; i++) {
      kept[i % kept.length] = new byte[20_000];
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }
}
