package dev.strata.executor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which number CUDA gives the device of an address, and where that cannot be known. */
class CudaIndexTest {
  private static final String A = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77";
  private static final String B = "GPU-b1111111-d33d-2b2c-524d-9e3d8d2b8a77";
  private static final String MIG = "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f";
  private static final String OTHER_MIG = "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb";
  private static final String OLD_MIG = "MIG-" + A + "/1/0";

  @Test
  void aUuidIsFoundWhateverTheOrderIs() throws UnfitDeviceException {
    assertThat(all(A, B).of(A)).isZero();
    assertThat(all(B, A).of(A)).isEqualTo(1);
    assertThat(all(B, A).of(A.toUpperCase(Locale.ROOT))).isEqualTo(1);
    assertThat(visible("1,0", B, A).of(A)).isEqualTo(1);
    refused(all(A), B, "gpu " + B + ", and CUDA sees 1 device(s)");
  }

  /** As in a container that was given a slice: the driver tells its UUID like that of a GPU. */
  @Test
  void aSliceThatTheProcessSeesIsFoundByItsUuid() throws UnfitDeviceException {
    assertThat(all(MIG.replace("MIG-", "GPU-")).of(MIG)).isZero();
    refused(all(A), MIG, "MIG slice " + MIG + " without CUDA_VISIBLE_DEVICES");
  }

  @Test
  void aNumberNeedsTheOrderOfNvidiaSmi() throws UnfitDeviceException {
    assertThat(ordered(A, B).of("1")).isEqualTo(1);
    refused(all(A, B), "1", "without CUDA_DEVICE_ORDER = PCI_BUS_ID");
    refused(ordered(A, B), "2", "gpu 2, and CUDA sees 2 device(s)");
    assertThat(all(A).of("0")).as("one GPU has no order").isZero();
    refused(all(A), "1", "gpu 1, and CUDA sees 1 device(s)");
    refused(ordered(), "0", "CUDA sees no device");
    refused(ordered(A), "first", "gpu first");
  }

  @Test
  void theListOfVisibleDevicesCountsFromItsBeginning() throws UnfitDeviceException {
    assertThat(visible("2,3", A, B).of("3")).isEqualTo(1);
    assertThat(visible("3,2", A, B).of("3")).isZero();
    assertThat(visible(" 3 , 2", A, B).of("2")).isEqualTo(1);
    assertThat(visible(B + "," + A, B, A).of(A)).isEqualTo(1);
    assertThat(visible("GPU-b1,GPU-5d", B, A).of(A)).as("beginnings of UUIDs").isEqualTo(1);
    refused(visible("2,3", A, B), "0", "gpu 0, with CUDA_VISIBLE_DEVICES = 2,3");
    refused(visible("", A), "0", "gpu 0, with CUDA_VISIBLE_DEVICES = ");
    refused(visible(A + "," + B, A, B), "1", "with CUDA_VISIBLE_DEVICES");
  }

  /** CUDA ignores what follows an entry that is no device. */
  @Test
  void theListEndsWithTheFirstEntryThatIsNone() throws UnfitDeviceException {
    assertThat(visible("1,-1,0", A).of("1")).isZero();
    refused(visible("1,-1,0", A), "0", "with CUDA_VISIBLE_DEVICES = 1,-1,0");
    refused(visible("1,,0", A), "0", "with CUDA_VISIBLE_DEVICES = 1,,0");
  }

  /** A slice has its GPU's UUID or none in CUDA 11, so that only the list tells which one it is. */
  @Test
  void aSliceMustBeTheOneThatTheProcessSees() throws UnfitDeviceException {
    assertThat(visible(MIG, A).of(MIG)).isZero();
    assertThat(visible("MIG-c6d4", A).of(MIG)).isZero();
    assertThat(visible(OLD_MIG, A).of(OLD_MIG)).isZero();
    refused(all(A), MIG, "MIG slice " + MIG + " without CUDA_VISIBLE_DEVICES");
    refused(visible(OTHER_MIG, A), MIG, "with CUDA_VISIBLE_DEVICES = " + OTHER_MIG);
    refused(visible("0", A), MIG, "with CUDA_VISIBLE_DEVICES = 0");
    UnfitDeviceException second = refused(visible(OTHER_MIG + "," + MIG, A), MIG, "CUDA sees 1");
    assertThat(second.expected()).contains("one MIG slice for each executor");
  }

  @Test
  void aUuidOfBytesIsWrittenAsByNvidiaSmi() {
    byte[] bytes = new byte[16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0xF0 + i);
    }
    assertThat(CudaHost.uuid(bytes)).isEqualTo("GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff");
  }

  private static CudaIndex all(String... uuids) {
    return new CudaIndex(Optional.empty(), Optional.empty(), List.of(uuids));
  }

  private static CudaIndex ordered(String... uuids) {
    return new CudaIndex(Optional.empty(), Optional.of("PCI_BUS_ID"), List.of(uuids));
  }

  private static CudaIndex visible(String list, String... uuids) {
    return new CudaIndex(Optional.of(list), Optional.empty(), List.of(uuids));
  }

  private static UnfitDeviceException refused(CudaIndex index, String address, String found) {
    UnfitDeviceException unfit =
        catchThrowableOfType(UnfitDeviceException.class, () -> index.of(address));
    assertThat(unfit).as(index + " " + address).isNotNull();
    assertThat(unfit.found()).contains(found);
    return unfit;
  }
}
