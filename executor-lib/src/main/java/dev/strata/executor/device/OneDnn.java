package dev.strata.executor.device;

import static java.lang.ref.Reference.reachabilityFence;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.strata.executor.device.Blas.Factor;
import java.io.IOException;
import java.net.URL;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * float32 products by oneDNN. It writes kernels for the processor at hand (AVX2, AVX-512) and does
 * not copy a factor where the other one is small, so that it is faster than OpenBLAS 0.3.19: 1.33
 * times with 64 rows, 1.2 times with 128, 7 times with one (docs/performance.md).
 */
final class OneDnn implements Gemm {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

  /** Bits of {@code dnnl_get_effective_cpu_isa}. */
  private static final int AVX2 = 0x7;

  private static final int AVX512 = 0x27;

  /** Flags of dlopen. */
  private static final int LAZY_AND_LOCAL = 1;

  private static final byte PLAIN = 'N';
  private static final byte TRANSPOSED = 'T';

  /** OpenMP keeps the number of threads for each calling thread. */
  private static final ThreadLocal<Boolean> SINGLE =
      ThreadLocal.withInitial(
          () -> {
            OneDnnLibrary.omp_set_num_threads(1);
            return true;
          });

  private final String name;
  private final Gemm others;

  private OneDnn(String name, Gemm others) {
    this.name = name;
    this.others = others;
  }

  /**
   * @param others computes what this library does not: products without an element to add up
   * @return empty where the jar has no library for this platform, the host cannot load it, or its
   *     processor lacks AVX2
   */
  static Optional<Gemm> load(Gemm others) {
    URL file =
        OneDnn.class.getResource(
            "/org/bytedeco/dnnl/" + Loader.Detector.getPlatform() + "/libdnnl.so.1");
    if (file == null) {
      return Optional.empty();
    }
    try {
      // Loads OpenMP, which both use.
      Nd4j.getBackend();
      // Its symbols stay its own: another oneDNN in the process would take them for its own ones.
      Native.register(
          OneDnnLibrary.class,
          NativeLibrary.getInstance(
              Loader.cacheResource(file).getPath(),
              Map.of(Library.OPTION_OPEN_FLAGS, LAZY_AND_LOCAL)));
    } catch (VirtualMachineError e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      // JNA throws a plain Error where it finds another version of its own library.
      LOG.warn("oneDNN cannot be loaded, OpenBLAS computes all products: {}", e.toString());
      return Optional.empty();
    }
    int isa = OneDnnLibrary.dnnl_get_effective_cpu_isa();
    if ((isa & AVX2) != AVX2) {
      LOG.warn("The processor lacks AVX2, OpenBLAS computes all products instead of oneDNN");
      return Optional.empty();
    }
    Pointer version = OneDnnLibrary.dnnl_version();
    String name =
        "oneDNN %d.%d.%d %s"
            .formatted(
                version.getInt(0),
                version.getInt(4),
                version.getInt(8),
                (isa & AVX512) == AVX512 ? "avx512" : "avx2");
    return Optional.of(new OneDnn(name, others));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void multiply(
      long m, long n, long k, double alpha, Factor left, Factor right, double beta, INDArray into) {
    if (m == 0 || n == 0 || k == 0) {
      others.multiply(m, n, k, alpha, left, right, beta, into);
      return;
    }
    SINGLE.get();
    // A matrix in Fortran order is its transpose in C order, and (A B)' = B' A'.
    int status =
        OneDnnLibrary.dnnl_sgemm(
            order(right),
            order(left),
            n,
            m,
            k,
            (float) alpha,
            address(right.array(), right.offset()),
            right.lead(),
            address(left.array(), left.offset()),
            left.lead(),
            (float) beta,
            address(into, 0),
            m);
    reachabilityFence(left);
    reachabilityFence(right);
    reachabilityFence(into);
    if (status != 0) {
      throw new IllegalStateException(
          "%s multiplies %d x %d by %d x %d with status %d".formatted(name, m, k, k, n, status));
    }
  }

  private static byte order(Factor factor) {
    return factor.transposed() ? TRANSPOSED : PLAIN;
  }

  private static long address(INDArray array, long offset) {
    return HostMemory.of(array).address() + offset * Float.BYTES;
  }
}
