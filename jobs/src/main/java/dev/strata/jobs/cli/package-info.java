/** The command line: options, help, exit codes, messages, and the Spark session of a command. */
package dev.strata.jobs.cli;
