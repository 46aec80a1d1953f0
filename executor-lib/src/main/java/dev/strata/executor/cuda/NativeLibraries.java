package dev.strata.executor.cuda;

import com.sun.jna.NativeLibrary;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds CUDA's libraries: by the linker ({@code LD_LIBRARY_PATH}, the system's cache), in the
 * toolkit that {@code CUDA_HOME} or {@code CUDA_PATH} names, in {@code /usr/local/cuda}.
 */
final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Opens the first that there is.
   *
   * @param names of files, the preferred one first
   * @throws UnsatisfiedLinkError if there is none
   */
  static NativeLibrary open(List<String> names) {
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      for (String place : places(name)) {
        try {
          return NativeLibrary.getInstance(place);
        } catch (UnsatisfiedLinkError e) {
          reasons.add(place);
        }
      }
    }
    throw new UnsatisfiedLinkError("none of " + String.join(", ", reasons) + " can be loaded");
  }

  /** Where a file may lie: the linker's places, then the toolkit's. */
  private static List<String> places(String name) {
    List<String> places = new ArrayList<>(List.of(name));
    Stream.of(System.getenv("CUDA_HOME"), System.getenv("CUDA_PATH"), "/usr/local/cuda")
        .filter(home -> home != null && !home.isBlank())
        .map(home -> new File(home, "lib64/" + name))
        .filter(File::isFile)
        .map(File::getPath)
        .forEach(places::add);
    return places;
  }
}
