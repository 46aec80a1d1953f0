/**
 * Networks: settings as a stock DL4J configuration, their shapes, layer surgery for reuse,
 * optimizers and schedules.
 */
package dev.strata.executor.network;
