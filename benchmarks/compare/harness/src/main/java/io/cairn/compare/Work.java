package io.cairn.compare;

/**
 * How much at the same time, and how large.
 *
 * @param inFlight operations under way
 */
public record Work(int inFlight, int valueBytes) {}
