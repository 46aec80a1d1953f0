package dev.strata.executor.shard;

import java.io.Serializable;

/**
 * A ShardSet as it travels to tasks: where it is. The manifest is read (and cached by folder and
 * checksum) in each JVM.
 *
 * @param folder Hadoop URI of the folder that holds {@code manifest.json}
 * @param manifestSha256 of the manifest's bytes, so that a task never works on another version than
 *     the driver planned with
 */
public record ShardSet(String folder, String manifestSha256) implements Serializable {}
