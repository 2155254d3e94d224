package io.cairn.cli;

import io.cairn.cli.rows.Text;
import io.cairn.cli.rows.TsvCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import picocli.CommandLine.Option;

/** How keys and values stand on the command line and in the output: text, hex or base64. */
final class BytesOption {

  private static final char REPLACEMENT = '\uFFFD';

  @Option(
      names = "--hex",
      order = 81,
      description = "Keys and values are hex digits, in arguments and output.")
  boolean hex;

  @Option(
      names = "--base64",
      order = 82,
      description = "Keys and values are base64, in arguments and output.")
  boolean base64;

  /** Refuses both at once. */
  void check() {
    if (hex && base64) {
      throw CliException.usage("--hex and --base64 exclude each other; give one of them.");
    }
  }

  boolean isText() {
    return !hex && !base64;
  }

  /**
   * The bytes that an argument means.
   *
   * @param what names the argument in a message
   */
  byte[] parse(String what, String argument) {
    try {
      if (hex) {
        return HexFormat.of().parseHex(argument);
      }
      if (base64) {
        return Base64.getDecoder().decode(argument);
      }
    } catch (IllegalArgumentException e) {
      throw CliException.usage(
          what + " '" + argument + "' is not " + (hex ? "hex digits" : "base64") + ".");
    }
    // Java puts U+FFFD where the argument was no text in the locale's encoding: what was meant is
    // lost.
    byte[] bytes = argument.indexOf(REPLACEMENT) >= 0 ? null : Text.encodeOrNull(argument);
    if (bytes == null) {
      throw CliException.usage(
          what
              + " is not well-formed UTF-8; give it with --hex or --base64, or set a UTF-8 locale.");
    }
    return bytes;
  }

  /** Bytes as they appear in the output, exactly: text stays as it is. */
  byte[] format(byte[] bytes) {
    if (hex) {
      return HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
    }
    return base64 ? Base64.getEncoder().encode(bytes) : bytes;
  }

  /** Bytes as they appear in a line or a column: text with escapes, as in TSV. */
  byte[] formatOnOneLine(byte[] bytes) {
    if (!isText()) {
      return format(bytes);
    }
    ByteArrayOutputStream escaped = new ByteArrayOutputStream(bytes.length + 8);
    try {
      TsvCodec.escape(bytes, escaped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return escaped.toByteArray();
  }
}
