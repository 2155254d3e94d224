package io.cairn.cli;

/** Counts the rows that could not be imported and tells of the first ones. Thread-safe. */
final class BadRows {

  private final Shell shell;
  private final Progress progress;
  private final int maxMessages;
  private long count;

  BadRows(Shell shell, Progress progress, int maxMessages) {
    this.shell = shell;
    this.progress = progress;
    this.maxMessages = maxMessages;
  }

  synchronized void add(long lineNumber, String why) {
    count++;
    if (count <= maxMessages) {
      progress.erase();
      shell.err().println("line " + lineNumber + ": " + why);
    }
  }

  synchronized void tellHowManyMore() {
    if (count > maxMessages) {
      shell.err().println("... and " + Units.count(count - maxMessages) + " more bad rows.");
    }
  }

  synchronized long count() {
    return count;
  }
}
