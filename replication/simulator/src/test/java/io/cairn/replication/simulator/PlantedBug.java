package io.cairn.replication.simulator;

/** A bug of a kind that somebody could make, and the check that must find it. */
interface PlantedBug {
  String name();

  /** How the message of the check begins. */
  String expected();

  /** How many seeds it may take. */
  int seeds();

  Parts parts();
}
