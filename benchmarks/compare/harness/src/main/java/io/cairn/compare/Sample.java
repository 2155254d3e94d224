package io.cairn.compare;

import io.cairn.compare.client.Measured;

/**
 * One measurement.
 *
 * @param section the id of its section
 * @param contender its label
 * @param cpuSeconds of all servers and the client, in the window
 */
public record Sample(
    String section, String contender, Work work, int round, Measured measured, double cpuSeconds) {

  /** Processor seconds of 100,000 operations. */
  public double cpuOfHundredThousand() {
    return measured.operations() == 0 ? Double.NaN : cpuSeconds * 100_000 / measured.operations();
  }
}
