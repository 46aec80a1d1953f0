package dev.strata.executor.pair;

import java.util.Arrays;

/**
 * Rows in the order of their groups, and within a group in their own.
 *
 * @param rows indices of the rows, place by place
 * @param starts places where a group begins, ascending; the last is the number of rows
 * @param names number of each group, ascending
 */
record GroupOrder(int[] rows, int[] starts, int[] names) {
  /**
   * @param groups of the rows
   */
  static GroupOrder of(int[] groups) {
    long[] keys = new long[groups.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) groups[i] << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] rows = new int[keys.length];
    int[] starts = new int[keys.length + 1];
    int[] names = new int[keys.length];
    int count = 0;
    for (int place = 0; place < keys.length; place++) {
      rows[place] = (int) keys[place];
      int name = (int) (keys[place] >> Integer.SIZE);
      if (place == 0 || name != names[count - 1]) {
        starts[count] = place;
        names[count++] = name;
      }
    }
    starts[count] = keys.length;
    return new GroupOrder(rows, Arrays.copyOf(starts, count + 1), Arrays.copyOf(names, count));
  }

  /** Number of groups. */
  int count() {
    return names.length;
  }

  /** Rows of the group at an index. */
  int size(int index) {
    return starts[index + 1] - starts[index];
  }

  /** Index of the group that has a place. */
  int index(int place) {
    int found = Arrays.binarySearch(starts, place);
    return found < 0 ? -found - 2 : found;
  }
}
