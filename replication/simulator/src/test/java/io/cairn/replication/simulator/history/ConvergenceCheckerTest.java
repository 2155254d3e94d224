package io.cairn.replication.simulator.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.simulator.history.ConvergenceChecker.Entry;
import io.cairn.replication.simulator.history.ConvergenceChecker.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConvergenceCheckerTest {
  private static final Map<String, Entry> STATE =
      Map.of("a", new Entry("1", 4), "b", new Entry("2", 7));

  private static Map<String, Entry> with(String key, Entry entry) {
    Map<String, Entry> state = new TreeMap<>(STATE);
    state.put(key, entry);
    return state;
  }

  private static Map<String, Entry> without(String key) {
    Map<String, Entry> state = new TreeMap<>(STATE);
    state.remove(key);
    return state;
  }

  @Test
  void acceptsEqualNodes() {
    Result result = ConvergenceChecker.check(Map.of(1, STATE, 2, new TreeMap<>(STATE)));
    assertThat(result.isOk()).isTrue();
    assertThat(result.digests().values()).hasSize(2);
    assertThat(result.digests().get(1)).isEqualTo(result.digests().get(2));
    assertThat(ConvergenceChecker.check(Map.of()).isOk()).isTrue();
  }

  @Test
  void tellsWhichKeysDiffer() {
    Map<Integer, Map<String, Entry>> states =
        Map.of(
            1, STATE,
            2, with("a", new Entry("x", 4)),
            3, with("b", new Entry("2", 8)),
            4, without("b"),
            5, with("c", new Entry("3", 9)));
    states.forEach(
        (node, state) -> {
          Result result = ConvergenceChecker.check(Map.of(0, STATE, node, state));
          assertThat(result.isOk()).isEqualTo(node == 1);
          assertThat(result.digests().values().stream().distinct().count() == 1)
              .isEqualTo(node == 1);
        });
    Result result = ConvergenceChecker.check(states);
    assertThat(result.differences()).containsOnlyKeys("a", "b", "c");
    assertThat(result.toString()).contains("a: {1=1@4, 2=x@4", "c: {5=3@9}");
  }

  @Test
  void aDigestDependsOnTheEntriesAlone() {
    Map<String, Entry> state = new LinkedHashMap<>();
    for (String key : new String[] {"\uFFFD", "z", "\uD83D\uDE00", "a"}) {
      state.put(key, new Entry(key, 1));
    }
    Digest digest = ConvergenceChecker.digest(state);
    assertThat(digest.value()).isEqualTo(ConvergenceChecker.digest(new TreeMap<>(state)).value());
    assertThat(digest.count()).isEqualTo(4);
  }

  @Test
  void aDigestKeepsKeysAndValuesApart() {
    assertThat(digest("a", "bc")).isNotEqualTo(digest("ab", "c"));
    assertThat(digest("a", "")).isNotEqualTo(digest("", "a"));
  }

  private static long digest(String key, String value) {
    Digest digest = new Digest();
    digest.add(key.getBytes(UTF_8), value.getBytes(UTF_8), 1);
    return digest.value();
  }

  @Test
  void aDigestRefusesKeysThatDoNotAscend() {
    Digest digest = new Digest();
    digest.add(new byte[] {(byte) 0x7F}, new byte[0], 1);
    digest.add(new byte[] {(byte) 0x80}, new byte[0], 1);
    for (byte key : new byte[] {(byte) 0x80, 0x7F}) {
      assertThatThrownBy(() -> digest.add(new byte[] {key}, new byte[0], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ascend");
    }
  }
}
