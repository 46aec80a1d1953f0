package dev.strata.executor.accelerator;

/** Where the random numbers of a key stand that one operation after the other takes. */
public final class DrawnNumbers {
  private final long key;
  private int position;

  public DrawnNumbers(long key) {
    this.key = key;
  }

  public long key() {
    return key;
  }

  /** The position of an operation that takes one number for each element. */
  public int uniform(long elements) {
    return advance(elements);
  }

  /** The position of an operation that takes normal numbers, which come in pairs. */
  public int gaussian(long elements) {
    return advance(elements + elements % 2);
  }

  private int advance(long numbers) {
    int from = position;
    position += (int) numbers;
    return from;
  }
}
