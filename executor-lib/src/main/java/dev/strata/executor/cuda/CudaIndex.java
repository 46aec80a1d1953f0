package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The number that CUDA gives a device in this process, of the address that Spark gave a task.
 *
 * <p>CUDA counts the devices that {@code CUDA_VISIBLE_DEVICES} lists, in its order, up to the first
 * entry that is none; without it all devices, in an order of speed, or in nvidia-smi's where {@code
 * CUDA_DEVICE_ORDER} is {@code PCI_BUS_ID}. A process sees one MIG slice at most, and only by that
 * list. (CUDA C++ Programming Guide, environment variables; MIG User Guide, CUDA device
 * enumeration.)
 *
 * @param visible {@code CUDA_VISIBLE_DEVICES}, if it is set
 * @param order {@code CUDA_DEVICE_ORDER}, if it is set
 * @param uuids of the devices that CUDA sees, as {@code GPU-…}, by CUDA's number
 */
record CudaIndex(Optional<String> visible, Optional<String> order, List<String> uuids) {
  private static final String GPU = "GPU-";
  private static final String MIG = "MIG-";

  /** In this process's environment. */
  static CudaIndex ofEnvironment(List<String> uuids) {
    return new CudaIndex(
        Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")),
        Optional.ofNullable(System.getenv("CUDA_DEVICE_ORDER")),
        uuids);
  }

  /**
   * @param address a number as nvidia-smi counts, or a UUID
   * @throws UnfitDeviceException if the device is not visible, or the environment leaves open which
   *     one it is
   */
  int of(String address) throws UnfitDeviceException {
    int index = visible.isPresent() ? amongVisible(address) : amongAll(address);
    if (index >= uuids.size()) {
      throw new UnfitDeviceException(
          "gpu %s, and CUDA sees %s".formatted(address, seen()),
          isMig(address)
              ? "one MIG slice for each executor: a process of CUDA uses only the first"
              : "an address that the discovery script found on this host");
    }
    return index;
  }

  private int amongVisible(String address) throws UnfitDeviceException {
    List<String> entries = entries();
    for (int i = 0; i < entries.size(); i++) {
      if (names(entries.get(i), address)) {
        return i;
      }
    }
    // An entry that is a number may be the GPU of this UUID.
    int known = position(address);
    if (known >= 0) {
      return known;
    }
    throw new UnfitDeviceException(
        "gpu %s, with CUDA_VISIBLE_DEVICES = %s".formatted(address, visible.orElseThrow()),
        "a CUDA_VISIBLE_DEVICES that lists the addresses of the discovery script, in their form"
            + " (numbers or UUIDs), or none");
  }

  private int amongAll(String address) throws UnfitDeviceException {
    int known = position(address);
    if (known >= 0) {
      return known;
    }
    if (isMig(address)) {
      throw new UnfitDeviceException(
          "MIG slice %s without CUDA_VISIBLE_DEVICES".formatted(address),
          "CUDA_VISIBLE_DEVICES with the UUID of the executor's slice: CUDA finds a slice in no"
              + " other way");
    }
    if (!isNumber(address)) {
      throw new UnfitDeviceException(
          "gpu %s, and CUDA sees %s".formatted(address, seen()),
          "an address that the discovery script found on this host");
    }
    boolean ordered = order.filter(o -> o.equals("PCI_BUS_ID")).isPresent();
    if (uuids.size() > 1 && !ordered) {
      throw new UnfitDeviceException(
          "gpu %s of %d, without CUDA_DEVICE_ORDER = PCI_BUS_ID".formatted(address, uuids.size()),
          "--conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID, so that CUDA counts the GPUs as"
              + " nvidia-smi does; or UUIDs as addresses");
    }
    return Integer.parseInt(address);
  }

  private List<String> entries() {
    List<String> entries = new ArrayList<>();
    for (String entry : visible.orElseThrow().split(",", -1)) {
      String name = entry.strip();
      if (!isNumber(name) && !name.startsWith(GPU) && !isMig(name)) {
        break;
      }
      entries.add(name);
    }
    return entries;
  }

  /** Whether an entry of the list means this address; CUDA takes the beginning of a UUID too. */
  private static boolean names(String entry, String address) {
    return isNumber(entry) || isNumber(address)
        ? entry.equals(address)
        : address.toLowerCase(Locale.ROOT).startsWith(entry.toLowerCase(Locale.ROOT));
  }

  private int position(String address) {
    for (int i = 0; i < uuids.size(); i++) {
      if (bare(uuids.get(i)).equalsIgnoreCase(bare(address))) {
        return i;
      }
    }
    return -1;
  }

  /** Without the kind before it: the driver tells a slice's UUID as it tells a GPU's. */
  private static String bare(String uuid) {
    return uuid.startsWith(GPU) || isMig(uuid) ? uuid.substring(GPU.length()) : uuid;
  }

  private String seen() {
    return uuids.isEmpty() ? "no device" : uuids.size() + " device(s) " + uuids;
  }

  private static boolean isMig(String address) {
    return address.startsWith(MIG);
  }

  private static boolean isNumber(String address) {
    return address.matches("\\d{1,4}");
  }
}
