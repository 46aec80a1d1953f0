package dev.strata.executor.shard;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal, as manifests name it. */
public final class Checksum {
  private Checksum() {}

  /** A digest to be fed. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of everything that is left in the buffer, whose position stays. */
  static String of(ByteBuffer bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes.duplicate());
    return hexadecimal(digest);
  }

  public static String of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /** Ends the digest. */
  public static String hexadecimal(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
