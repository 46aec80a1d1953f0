package dev.strata.executor.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.strata.executor.accelerator.UnfitDeviceException;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * cuBLAS and NVRTC of a CUDA toolkit: both of one major version, the newest that the driver runs,
 * as a driver runs toolkits up to its own version. They are looked for where the linker looks
 * ({@code LD_LIBRARY_PATH}, the system's cache), then in the toolkit that {@code CUDA_HOME} or
 * {@code CUDA_PATH} names, and in {@code /usr/local/cuda}.
 */
final class CudaToolkit {
  private static final int NEWEST = 13;
  private static final int OLDEST = 11;
  private static final String BLAS = "libcublas.so";
  private static final String COMPILER = "libnvrtc.so";

  private static Optional<UnfitDeviceException> answer;

  /** Kept, so that they stay loaded. */
  private static final List<NativeLibrary> OPEN = new ArrayList<>();

  private final List<String> reasons = new ArrayList<>();

  private CudaToolkit() {}

  /**
   * Loads both, once.
   *
   * @param driver newest CUDA version that the driver runs: 1000 · major + 10 · minor
   * @throws UnfitDeviceException if the host has no such toolkit; the same each time
   */
  static synchronized void require(int driver) throws UnfitDeviceException {
    if (answer == null) {
      answer = new CudaToolkit().load(driver / 1000);
    }
    if (answer.isPresent()) {
      throw answer.get();
    }
  }

  private Optional<UnfitDeviceException> load(int newest) {
    for (String[] names : names(newest)) {
      Optional<NativeLibrary> blas = open(names[0], "libcublasLt.so");
      Optional<NativeLibrary> compiler = blas.flatMap(found -> open(names[1], "libnvrtc-builtins"));
      if (compiler.isPresent()) {
        try {
          Native.register(BlasLibrary.class, blas.orElseThrow());
          Native.register(CompilerLibrary.class, compiler.get());
          return Optional.empty();
        } catch (LinkageError e) {
          reasons.add(Cuda.reason(e));
        }
      }
    }
    return Optional.of(
        new UnfitDeviceException(
            "CUDA's libraries are missing: " + String.join("; ", reasons),
            "cuBLAS and NVRTC of a CUDA toolkit from 11.4 to the driver's version on the executor's"
                + " host, on LD_LIBRARY_PATH or in CUDA_HOME"));
  }

  /** cuBLAS and NVRTC of each version, the newest first; last those without a version. */
  static List<String[]> names(int newest) {
    List<String[]> names = new ArrayList<>();
    for (int major = Math.min(NEWEST, newest); major >= OLDEST; major--) {
      // NVRTC of all CUDA 11 is called 11.2.
      String compiler = COMPILER + "." + (major == OLDEST ? "11.2" : major);
      names.add(new String[] {BLAS + "." + major, compiler});
    }
    names.add(new String[] {BLAS, COMPILER});
    return names;
  }

  /**
   * @param needed beginning of the name of a library that this one opens by name, and does not find
   *     where it lies in a folder that the linker does not know
   */
  private Optional<NativeLibrary> open(String name, String needed) {
    Optional<NativeLibrary> linked = open(name);
    if (linked.isPresent()) {
      return linked;
    }
    for (File folder : folders()) {
      File file = new File(folder, name);
      if (file.isFile()) {
        String version = needed.equals("libnvrtc-builtins") ? "" : name.substring(BLAS.length());
        Stream.of(Optional.ofNullable(folder.list()).orElse(new String[0]))
            .filter(other -> other.startsWith(needed) && other.contains(version))
            .sorted()
            .forEach(other -> open(new File(folder, other).getPath()));
        Optional<NativeLibrary> found = open(file.getPath());
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<NativeLibrary> open(String place) {
    try {
      NativeLibrary library = NativeLibrary.getInstance(place);
      OPEN.add(library);
      return Optional.of(library);
    } catch (LinkageError e) {
      reasons.add(Cuda.reason(e));
      return Optional.empty();
    }
  }

  private static List<File> folders() {
    return Stream.of(System.getenv("CUDA_HOME"), System.getenv("CUDA_PATH"), "/usr/local/cuda")
        .filter(home -> home != null && !home.isBlank())
        .flatMap(home -> Arrays.stream(new String[] {"lib64", "lib"}).map(l -> new File(home, l)))
        .toList();
  }
}
