package io.cairn.storage;

/** The store could not do what it was asked to. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What to do about it. */
  public enum Category {
    /** The data is damaged: rebuild the replica. */
    CORRUPTION,
    /** The disk is full: free space and try again. */
    NO_SPACE,
    /** The store cannot keep up just now: try again. */
    BUSY,
    /** Anything else: stop the node. */
    FAILED
  }

  private final Category category;

  public StoreException(Category category, String message) {
    super(message);
    this.category = category;
  }

  public StoreException(Category category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  public Category category() {
    return category;
  }
}
