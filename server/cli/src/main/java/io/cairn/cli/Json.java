package io.cairn.cli;

import com.google.gson.stream.JsonWriter;
import io.cairn.cli.rows.JsonLinesCodec;
import io.cairn.client.VersionedValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;

/** One JSON object, on one line. */
final class Json {

  /** What fills the object. */
  interface Fields {
    void write(JsonWriter json) throws IOException;
  }

  private Json() {}

  static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      fields.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** A key and what it holds. */
  static String entry(byte[] key, VersionedValue value) {
    return object(
        json -> {
          JsonLinesCodec.writeBytes(json, "key", key);
          JsonLinesCodec.writeBytes(json, "value", value.value());
          json.name("version").value(value.version());
          json.name("modified").value(Instant.ofEpochMilli(value.modifiedMillis()).toString());
        });
  }
}
