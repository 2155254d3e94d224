package io.cairn.client;

import io.cairn.api.Failure;
import io.cairn.api.FailureStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Strings as UTF-8, without loss: what does not survive the way there and back is refused. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';
  private static final int SHOWN_BYTES = 32;

  private Text() {}

  /**
   * @param what "key" or "value", for the message
   * @throws InvalidRequestException when a surrogate stands alone
   */
  static byte[] encode(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw notText(
              "The " + what + " has half a surrogate pair at position " + i + ": it is not text.");
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param what "key" or "value", for the message
   * @throws InvalidRequestException when the bytes are not UTF-8
   */
  static String decode(String what, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    try { // it may have been there from the start
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw notText(
          "The store holds a "
              + what
              + " that is not UTF-8 text (0x"
              + shown(bytes)
              + "): read it with CairnClient.");
    }
  }

  private static String shown(byte[] bytes) {
    int length = Math.min(bytes.length, SHOWN_BYTES);
    return HexFormat.of().formatHex(bytes, 0, length) + (length < bytes.length ? "..." : "");
  }

  private static CairnException notText(String message) {
    return CairnException.of(FailureStatus.ofRead(Failure.NOT_TEXT, message), null);
  }
}
