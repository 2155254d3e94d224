package io.cairn.replication.simulator;

/**
 * What a run came to.
 *
 * @param micros of simulated time
 * @param operations of clients
 * @param confirmedWrites of them
 * @param leaderships that began
 * @param rebuilds of a replica from another one's snapshot
 * @param partitions links that were cut
 * @param cuts of logs
 * @param offersPlaced writes that were cut off and have become writes of another leader
 * @param offersSuperseded writes that were cut off and were older than another one
 * @param overloads writes and reads that were refused because a limit was met
 * @param leaseReads STRONG reads that a leader answered by its lease
 * @param forced leaders that were forced, with loss of data
 * @param undecided histories that took too long to check
 */
public record Summary(
    long events,
    long micros,
    int replicas,
    int operations,
    int confirmedWrites,
    int leaderships,
    int crashes,
    int stops,
    int wipes,
    int rebuilds,
    int partitions,
    int pauses,
    int cuts,
    int offersPlaced,
    int offersSuperseded,
    int overloads,
    int leaseReads,
    int forced,
    int undecided) {}
