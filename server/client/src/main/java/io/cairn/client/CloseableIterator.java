package io.cairn.client;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An iterator over something that a node sends bit by bit. Close it, unless it was read to its end;
 * closing twice is allowed. For one thread at a time. {@code hasNext} and {@code next} wait for the
 * node and throw {@link CairnException} when it fails for good.
 *
 * @param <T> never null
 */
public interface CloseableIterator<T> extends Iterator<T>, AutoCloseable {

  @Override
  void close();

  /** The rest as a stream that closes this iterator when it is closed itself. */
  default Stream<T> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }
}
