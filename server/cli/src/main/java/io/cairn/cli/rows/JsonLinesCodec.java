package io.cairn.cli.rows;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An object a line: {@code {"key": "a", "value": "b"}}. Bytes that are not well-formed UTF-8 stand
 * in {@code key_base64} and {@code value_base64} instead.
 */
public final class JsonLinesCodec implements RowCodec {

  @Override
  public Row decode(byte[] line, long number) throws BadRowException {
    String text = Text.decodeOrNull(line);
    if (text == null) {
      throw new BadRowException("not well-formed UTF-8");
    }
    JsonReader json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    try {
      return readObject(json);
    } catch (EOFException e) {
      throw new BadRowException("the JSON object does not end");
    } catch (MalformedJsonException e) {
      throw new BadRowException("not a JSON object");
    } catch (IOException | IllegalStateException e) {
      throw new BadRowException("not a JSON object of strings");
    }
  }

  private static Row readObject(JsonReader json) throws IOException, BadRowException {
    byte[] key = null;
    byte[] value = null;
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      switch (name) {
        case "key", "key_base64" -> key = readBytes(json, name, "key", key);
        case "value", "value_base64" -> value = readBytes(json, name, "value", value);
        default -> throw new BadRowException("unknown field \"" + name + "\"");
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new BadRowException("more than one JSON object");
    }
    if (key == null || value == null) {
      throw new BadRowException("no \"" + (key == null ? "key" : "value") + "\"");
    }
    return new Row(key, value);
  }

  private static byte[] readBytes(
      JsonReader json, String name, String what, byte @Nullable [] earlier)
      throws IOException, BadRowException {
    if (earlier != null) {
      throw new BadRowException("two fields give the " + what);
    }
    if (json.peek() != JsonToken.STRING) {
      throw new BadRowException("\"" + name + "\" is not a string");
    }
    String text = json.nextString();
    if (name.endsWith("_base64")) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new BadRowException("\"" + name + "\" is not base64");
      }
    }
    byte[] bytes = Text.encodeOrNull(text);
    if (bytes == null) {
      throw new BadRowException("\"" + name + "\" holds half a surrogate pair");
    }
    return bytes;
  }

  @Override
  public void encode(Row row, OutputStream out) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonWriter json = new JsonWriter(line)) {
      json.beginObject();
      writeBytes(json, "key", row.key());
      writeBytes(json, "value", row.value());
      json.endObject();
    }
    out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** Writes a field as text, or under its base64 name when the bytes are no text. */
  public static void writeBytes(JsonWriter json, String name, byte[] bytes) throws IOException {
    String text = Text.decodeOrNull(bytes);
    if (text != null) {
      json.name(name).value(text);
    } else {
      json.name(name + "_base64").value(Base64.getEncoder().encodeToString(bytes));
    }
  }
}
