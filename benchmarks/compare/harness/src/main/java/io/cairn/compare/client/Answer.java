package io.cairn.compare.client;

import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Is told, once, how an operation ended. */
public interface Answer {
  void succeeded();

  void failed(Throwable cause);

  /**
   * Ends when a stage does.
   *
   * @param asExpected false for a result that is not what was asked for, such as a value missing;
   *     the operation has failed then
   */
  default <T> void from(CompletionStage<T> stage, Predicate<@Nullable T> asExpected) {
    stage.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            failed(failure);
          } else if (asExpected.test(result)) {
            succeeded();
          } else {
            failed(new IllegalStateException("unexpected answer: " + result));
          }
        });
  }
}
