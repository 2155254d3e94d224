package io.cairn.benchmarks.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.ycsb.RecordFormat.MalformedException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import site.ycsb.ByteArrayByteIterator;
import site.ycsb.ByteIterator;

class RecordFormatProperties {

  @Property(tries = 200)
  void whatWasWrittenIsRead(@ForAll @Size(max = 12) Map<@AlphaChars String, byte[]> fields)
      throws Exception {
    Map<String, byte[]> read = decode(encode(fields), null);

    assertThat(read.keySet()).containsExactlyElementsOf(fields.keySet());
    read.forEach((name, content) -> assertThat(content).isEqualTo(fields.get(name)));
  }

  @Property(tries = 200)
  void aRecordThatIsCutOffIsRefused(@ForAll byte[] content, @ForAll int anyLength) {
    byte[] record = encode(Map.of("field", content));
    // Without its only field it would be a record of none.
    int length = 2 + Math.floorMod(anyLength, record.length - 2);

    assertThatThrownBy(() -> decode(Arrays.copyOf(record, length), null))
        .isInstanceOf(MalformedException.class);
  }

  @Example
  void onlyTheWantedFieldsAreRead() throws Exception {
    byte[] record = encode(Map.of("a", new byte[] {1}, "b", new byte[300], "ä", new byte[0]));

    assertThat(decode(record, Set.of("b", "missing"))).containsOnlyKeys("b");
    assertThat(decode(record, Set.of("ä"))).containsOnlyKeys("ä");
    assertThat(decode(record, Set.of("b")).get("b")).hasSize(300);
  }

  @Example
  void aRecordOfTenFieldsOfAHundredBytesTakes81BytesMore() {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      fields.put("field" + i, new byte[100]);
    }

    assertThat(encode(fields)).hasSize(1_081);
  }

  @Example
  void whatIsNoRecordIsRefused() {
    for (byte[] value : new byte[][] {{}, {2}, {1, -1}, {1, -1, -1, -1, -1, 15}, {1, 9, 'a'}}) {
      assertThatThrownBy(() -> decode(value, null)).isInstanceOf(MalformedException.class);
    }
  }

  private static byte[] encode(Map<String, byte[]> fields) {
    Map<String, ByteIterator> iterators = new LinkedHashMap<>();
    fields.forEach((name, content) -> iterators.put(name, new ByteArrayByteIterator(content)));
    return RecordFormat.encode(iterators);
  }

  private static Map<String, byte[]> decode(byte[] record, @Nullable Set<String> wanted)
      throws MalformedException {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    RecordFormat.decode(record, wanted)
        .forEach((name, content) -> fields.put(name, content.toArray()));
    return fields;
  }
}
