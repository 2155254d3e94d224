package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ClusterMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest metadata that is known here, and who wants to hear of it. Its lock is what makes the
 * listeners hear the versions in order and from one thread at a time.
 */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final List<Consumer<ClusterMetadata>> listeners = new ArrayList<>();
  private volatile ClusterMetadata current;
  private boolean closed;

  Announcer(ClusterMetadata first) {
    current = first;
  }

  ClusterMetadata current() {
    return current;
  }

  synchronized void listen(Consumer<ClusterMetadata> listener) {
    if (!closed) {
      listeners.add(listener);
      call(listener);
    }
  }

  /** Older versions, and the one that is known already, are passed over. */
  synchronized void announce(ClusterMetadata metadata) {
    if (!closed && metadata.version() > current.version()) {
      current = metadata;
      listeners.forEach(this::call);
    }
  }

  /** When it returns, no listener is called any more. */
  synchronized void close() {
    closed = true;
    listeners.clear();
  }

  private void call(Consumer<ClusterMetadata> listener) {
    try {
      listener.accept(current);
    } catch (RuntimeException e) {
      // One that fails must not keep the others, or the quorum, from what was agreed.
      LOG.error("a listener failed on metadata version {}", current.version(), e);
    }
  }
}
