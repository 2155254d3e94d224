package io.cairn.compare.process;

import io.cairn.compare.client.Client;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client in a process of its own, which is told what to do line by line. */
public final class ClientProcess {
  /** Beyond this it hangs. */
  private static final long ANSWER_MINUTES = 15;

  private static final String ENDED = "";

  private final Child child;
  private final Writer input;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  ClientProcess(Child child) {
    this.child = child;
    this.input = child.process().outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "answers");
    reader.setDaemon(true);
    reader.start();
  }

  public Child child() {
    return child;
  }

  private void read() {
    try (BufferedReader lines = child.process().inputReader(StandardCharsets.UTF_8)) {
      @Nullable String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith(Client.MARK)) {
          answers.add(line.substring(Client.MARK.length()));
        }
      }
    } catch (IOException closed) {
      // as at its end
    }
    answers.add(ENDED);
  }

  /**
   * Has it do something.
   *
   * @return what it answered
   * @throws IOException when it failed or does not answer; what it said is in the message
   */
  public String ask(String command) throws IOException, InterruptedException {
    tell(command);
    return answer(command);
  }

  /** Has it begin something. */
  public void tell(String command) throws IOException {
    child.requireAlive();
    input.write(command + "\n");
    input.flush();
  }

  /** Waits for its next line. */
  public String answer(String command) throws IOException, InterruptedException {
    String answer = answers.poll(ANSWER_MINUTES, TimeUnit.MINUTES);
    if (answer == null) {
      throw child.failure("does not answer \"" + command + "\"");
    }
    if (answer.equals(ENDED)) {
      throw child.failure("ended while it did \"" + command + "\"");
    }
    return answer;
  }
}
