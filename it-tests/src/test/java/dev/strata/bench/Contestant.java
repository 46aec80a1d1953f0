package dev.strata.bench;

/** Something that can train one epoch of the benchmark's data. */
interface Contestant {
  void epoch();
}
