/** Export of models for programs outside of Spark: safetensors, NumPy and ONNX files. */
package dev.strata.driver.exports;
