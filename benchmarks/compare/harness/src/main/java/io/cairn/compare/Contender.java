package io.cairn.compare;

/**
 * A store and a way to use its client.
 *
 * @param store the name of the store
 * @param variant what its client is told; empty for the default
 * @param label what the tables call it
 */
public record Contender(String store, String variant, String label) {}
