/**
 * The stable Java API: Spark ML stages that train, pretrain and fine-tune networks and extract
 * their features, and models that are saved and loaded. Every stage runs the same jobs as the
 * command line, so that the same rows, settings and seed give the same {@code modelSha256} through
 * either.
 *
 * <p>The classes of this package, {@code dev.strata.api.dl4j} and {@code dev.strata.api.corruption}
 * keep their names, methods and behaviour from one minor version to the next. All other packages
 * are internal and may change.
 *
 * <p>What the library does to the JVM that uses it: BLAS is set to one thread (Spark runs one task
 * a core), and ND4J's executioner is wrapped so that garbage collection cannot free an array that
 * native code still reads.
 */
package dev.strata.api;
