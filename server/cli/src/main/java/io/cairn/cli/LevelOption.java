package io.cairn.cli;

import io.cairn.client.ConsistencyLevel;
import picocli.CommandLine.Option;

/** The consistency level of a read or write. */
final class LevelOption {

  @Option(
      names = "--consistency",
      order = 83,
      paramLabel = "strong|eventual",
      defaultValue = "strong",
      completionCandidates = Candidates.class,
      description =
          "strong (default): a write is on every in-sync replica's disk and committed, a read sees"
              + " every confirmed write. eventual: a write is on the leader's disk, a read is what the node"
              + " asked has.")
  ConsistencyLevel level;

  /** Lower case, as one types them. */
  static final class Candidates extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Candidates() {
      super(java.util.List.of("strong", "eventual"));
    }
  }
}
