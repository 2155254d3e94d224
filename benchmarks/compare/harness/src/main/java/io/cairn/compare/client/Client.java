package io.cairn.compare.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process of one client. It does what the lines of its input say, answers each with a line that
 * begins with {@link #MARK}, and ends with its input.
 */
public final class Client {
  /** Begins a line that is for the one who gave the command; libraries may print others. */
  public static final String MARK = "@ ";

  private static final long POLL_NANOS = 20_000_000;

  private final Target.Factory factory;
  private final List<String> endpoints;
  private final String variant;
  private final Map<String, Dataset> datasets = new HashMap<>();
  private final Target target;

  private Client(Target.Factory factory, List<String> endpoints, String variant) throws Exception {
    this.factory = factory;
    this.endpoints = endpoints;
    this.variant = variant;
    this.target = factory.connect(endpoints, variant);
  }

  /**
   * Runs until the input ends, then ends the process.
   *
   * @param args the variant and the endpoints, separated by commas
   */
  public static void run(String[] args, Target.Factory factory) throws Exception {
    Client client = new Client(factory, List.of(args[1].split(",", -1)), args[0]);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    @Nullable String line;
    while ((line = input.readLine()) != null) {
      say(client.obey(line.split(" ", -1)));
    }
    // Some clients leave threads behind that would keep the process.
    Runtime.getRuntime().halt(0);
  }

  private static void say(String line) {
    System.out.println(MARK + line);
    System.out.flush();
  }

  private String obey(String[] words) throws Exception {
    switch (words[0]) {
      case "ready" -> awaitReady(Integer.parseInt(words[1]));
      case "fill" -> Load.fill(target.call(Operation.STRONG_PUT), data(words[1], words[2]));
      case "run" -> {
        return Load.measure(
                target.call(Operation.valueOf(words[1])),
                data(words[3], words[4]),
                Integer.parseInt(words[2]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                () -> say("window"))
            .toLine();
      }
      case "failover" -> {
        return Long.toString(new Failover(target, data("1000", "128")).killLeader(words[1]));
      }
      case "answer" ->
          new FirstAnswer(factory, endpoints, variant, data(words[1], words[2])).await();
      default -> throw new IllegalArgumentException("unknown command: " + words[0]);
    }
    return "done";
  }

  private Dataset data(String keyCount, String valueBytes) {
    return datasets.computeIfAbsent(
        keyCount + "/" + valueBytes,
        name -> new Dataset(Integer.parseInt(keyCount), Integer.parseInt(valueBytes)));
  }

  private void awaitReady(int seconds) throws Exception {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    while (true) {
      try {
        if (target.isReady()) {
          return;
        }
      } catch (Exception notYet) {
        if (System.nanoTime() - deadline > 0) {
          throw notYet;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("not ready after " + seconds + " s");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
