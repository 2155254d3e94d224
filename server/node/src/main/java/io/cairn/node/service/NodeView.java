package io.cairn.node.service;

import io.cairn.node.config.NodeConfig;
import io.cairn.node.data.NodeIdentity;
import io.cairn.replication.core.metadata.MetadataQuorum;
import io.cairn.v1.NodeHealth;
import java.nio.file.Path;
import java.util.List;

/** What the cluster service tells of the node itself. Any thread. */
public interface NodeView {
  NodeConfig config();

  NodeIdentity identity();

  Path dataDirectory();

  NodeHealth health();

  /** A sentence for each thing that is wrong just now. */
  List<String> problems();

  long uptimeMillis();

  /** What the cluster has agreed on. */
  MetadataQuorum metadataQuorum();
}
