/** Storage: the file system of a path, and local disks without a process for each new file. */
package dev.strata.executor.storage;
