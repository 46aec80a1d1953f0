/** Networks: settings as a stock DL4J configuration, its canonical JSON, shapes and parameters. */
package dev.strata.executor.network;
