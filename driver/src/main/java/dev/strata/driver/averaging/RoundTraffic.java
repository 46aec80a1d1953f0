package dev.strata.driver.averaging;

/**
 * What a round moved between the driver and the workers, in bytes of their states; 0 under a local
 * master, whose tasks share the driver's memory.
 *
 * @param sent the averaged state, once, however many executors fetch it, and the workers' own
 *     states that had to travel with their tasks
 * @param received the workers' results
 * @param repeated tasks that ran again because their worker's own state was not there
 */
public record RoundTraffic(long sent, long received, int repeated) {
  /** Of nothing. */
  public static final RoundTraffic NONE = new RoundTraffic(0, 0, 0);
}
