package io.cairn.benchmarks.ycsb;

import io.cairn.api.Failure;
import io.cairn.client.BelowLevelException;
import io.cairn.client.CairnException;
import io.cairn.client.InvalidRequestException;
import io.cairn.client.OutcomeUnknownException;
import io.cairn.client.UnavailableException;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import site.ycsb.Status;

/**
 * Failures of Cairn as YCSB counts them: by kind and reason, such as {@code
 * SERVICE_UNAVAILABLE.NOT_ENOUGH_REPLICAS}. The first of each kind is printed with its sentence,
 * which a count does not tell. Thread-safe.
 */
final class Failures {
  private final Map<String, Status> known = new ConcurrentHashMap<>();
  private final PrintStream out;

  Failures(PrintStream out) {
    this.out = out;
  }

  /** The same object for all failures of the same name: YCSB has a counter for each status. */
  Status statusOf(CairnException failure) {
    return known.computeIfAbsent(
        kindOf(failure) + "." + failure.reason(),
        name -> {
          out.println("first failure of " + name + ": " + failure.getMessage());
          return new Status(name, "docs/errors.md of Cairn explains " + failure.reason());
        });
  }

  private static String kindOf(CairnException failure) {
    if (failure instanceof OutcomeUnknownException) {
      return "OUTCOME_UNKNOWN";
    }
    if (failure instanceof BelowLevelException) {
      return "APPLIED";
    }
    if (failure instanceof UnavailableException) {
      return Status.SERVICE_UNAVAILABLE.getName();
    }
    if (failure instanceof InvalidRequestException) {
      return Status.BAD_REQUEST.getName();
    }
    boolean forbidden =
        failure.reason() == Failure.UNAUTHENTICATED
            || failure.reason() == Failure.PERMISSION_DENIED;
    return (forbidden ? Status.FORBIDDEN : Status.ERROR).getName();
  }
}
