/** The commands of {@code strata}: what each one takes and prints. */
package dev.strata.jobs;
