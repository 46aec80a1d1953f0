/** Images as rows: decoding, colours, resizing. */
package dev.strata.executor.image;
