/** ONNX files: their nodes, and what they compute, in Java. */
package dev.strata.driver.onnx;
