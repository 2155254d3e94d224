package io.cairn.replication.simulator;

/** What happened in a run, for its summary. */
final class Counts {
  int disks;
  int confirmedWrites;
  int crashes;
  int stops;
  int wipes;
  int rebuilds;
  int partitions;
  int pauses;
  int operatorChanges;
  int undecided;
  int cuts;
  int forced;
  int offersPlaced;
  int offersSuperseded;
  int overloads;
  int leaseReads;
}
