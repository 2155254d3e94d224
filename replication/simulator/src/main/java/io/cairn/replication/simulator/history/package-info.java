/**
 * What clients saw of a cluster, and whether it could be: linearizability of STRONG operations,
 * sessions and convergence of EVENTUAL ones. Knows nothing of the simulation, so that a test with
 * real processes can use it as well.
 */
@NullMarked
package io.cairn.replication.simulator.history;

import org.jspecify.annotations.NullMarked;
