package io.github.checkpointmanager.explorer;

/**
 * The states that were visited, as fingerprints of 128 bits: the probability that two of some
 * millions of states share one is below 1 in 10^24. Open addressing, since objects would need five
 * times the memory.
 */
final class StateSet {
  private long[] table = new long[1 << 16];
  private int size;

  /** Adds a fingerprint; returns false when the set has it already. */
  boolean add(long high, long low) {
    if (size * 3 > table.length) {
      grow();
    }
    boolean added = put(table, high, low);
    size += added ? 1 : 0;
    return added;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 || old[i + 1] != 0) {
        put(table, old[i], old[i + 1]);
      }
    }
  }

  private static boolean put(long[] table, long high, long low) {
    int mask = table.length / 2 - 1;
    int slot = (int) low & mask;
    while (table[2 * slot] != 0 || table[2 * slot + 1] != 0) {
      if (table[2 * slot] == high && table[2 * slot + 1] == low) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    table[2 * slot] = high;
    table[2 * slot + 1] = low;
    return true;
  }
}
