package io.cairn.compare.servers;

import io.cairn.compare.process.Child;

/**
 * One server that runs.
 *
 * @param endpoint "host:port" where clients call it
 */
public record Server(Child child, String endpoint) {}
