package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.api.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TextProperties {

  /** Any UTF-16, also halves of surrogate pairs. */
  @Property
  void textSurvivesOrIsRefused(@ForAll String text) {
    boolean wellFormed = StandardCharsets.UTF_16.newEncoder().canEncode(text);
    if (wellFormed) {
      assertThat(Text.decode("value", Text.encode("value", text))).isEqualTo(text);
    } else {
      assertThatThrownBy(() -> Text.encode("value", text))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  @Property
  void bytesSurviveOrAreRefused(@ForAll byte[] bytes) {
    try {
      assertThat(Text.encode("key", Text.decode("key", bytes))).isEqualTo(bytes);
    } catch (InvalidRequestException e) {
      assertThat(e.reason()).isEqualTo(Failure.NOT_TEXT);
      assertThat(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
          .matches(there -> !Arrays.equals(there, bytes));
    }
  }

  @Example
  void halfAPairIsRefusedAndAReplacementCharacterIsNot() {
    for (String half : new String[] {"a\uD83D", "\uDE00", "\uD83Dx", "\uDE00\uD83D"}) {
      assertThatThrownBy(() -> Text.encode("key", half))
          .hasMessageStartingWith("The key has half a surrogate pair at position ");
    }
    assertThat(Text.decode("key", Text.encode("key", "\uFFFD\uD83D\uDE00")))
        .isEqualTo("\uFFFD\uD83D\uDE00");
    assertThatThrownBy(() -> Text.decode("value", new byte[] {(byte) 0xFF, 1}))
        .hasMessage(
            "The store holds a value that is not UTF-8 text (0xff01): read it with CairnClient.");
  }
}
