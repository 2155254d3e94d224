package io.cairn.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/configuration.md and the sample file are made from the list of settings. Run with {@code
 * -Dcairn.docs.rewrite=true} to write them anew.
 */
class ConfigurationDocsTest {
  private static final Path DOCS = Path.of("../../docs/configuration.md");
  private static final Path SAMPLE = Path.of("src/main/resources/cairn.yaml");

  @TempDir Path directory;

  @Test
  void theDocumentationListsEverySetting() throws IOException {
    compare(DOCS, markdown());
  }

  @Test
  void theSampleFileListsEverySetting() throws IOException {
    compare(SAMPLE, yaml());
  }

  @Test
  void theSampleFileIsValidWithEverythingUncommented() throws IOException {
    String live = yaml().replaceAll("(?m)^#(?=[a-z])", "");
    Path file = Files.writeString(directory.resolve("cairn.yaml"), live);
    assertThat(NodeConfigLoader.load(Map.of(), Map.of(), file).config())
        .isEqualTo(NodeConfigLoader.load(Map.of(), Map.of(), null).config());
  }

  private static void compare(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("cairn.docs.rewrite")) {
      Files.writeString(file, expected);
    }
    assertThat(file).hasContent(expected);
  }

  private static String markdown() {
    StringBuilder text =
        new StringBuilder(
            """
            # Configuration

            A node takes each setting from the first of these that gives it:

            1. a flag of `cairn start`: `--limits.max-value 2MiB`;
            2. an environment variable: `CAIRN_LIMITS_MAX_VALUE=2MiB`;
            3. the YAML file named by `--config`, nested or dotted: `limits.max-value: 2MiB`;
            4. the default.

            An unknown name is refused with the nearest one that exists. Everything that is wrong is told at once,
            before the node touches any data. `cairn config show` prints every value and where it came from.
            Sizes have a unit (B, KiB, MiB, GiB), durations too (ms, s, m, h).

            This page is compared with the code by `ConfigurationDocsTest`, which can also write it anew.

            | Setting | Type | Default | Range | Environment | Meaning |
            |---|---|---|---|---|---|
            """);
    for (Setting setting : Settings.ALL) {
      text.append("| `").append(setting.key());
      text.append("` | ").append(setting.kind().label());
      text.append(" | ").append(code(setting.defaultText()));
      text.append(" | ").append(setting.range());
      text.append(" | `").append(setting.environmentName());
      text.append("` | ").append(setting.meaning()).append(" |\n");
    }
    text.append(
        """

        ## Settings that depend on each other

        - `limits.max-message` and `log.max-record` hold one key and one value, or the two keys of a Clear, with what is
          around them; `limits.max-message` also the three keys of a Scan that is continued. `limits.max-in-flight` holds
          two such requests, and 3 x `limits.scan-chunk`.
        - `limits.max-unapplied` >= `log.max-record`; `log.segment-size` >= 4 x `log.max-record`.
        - `log.segment-size` >= `limits.max-unapplied`: one segment is prepared ahead, and takes what had been accepted
          when space ran out.
        - `log.disk-reserve` >= 4 x `limits.max-unapplied`, both for each shard: a quarter of the reserve takes what had been accepted
          when space ran out, the rest is for deletes and the store.
        - `storage.write-memory` >= `storage.write-buffer`.
        - `listen` on an address that other machines can reach needs `tls.certificate` and `tls.key`, or `insecure: true`.
        - `cluster.members` needs `cluster.name` and `node-id`, on a node that is not one of them `peer-listen`, and with
          TLS `tls.peer-ca`; `peer-listen` on an address that other machines can reach needs TLS or `insecure: true`.
        - `shards` and `node-id` are fixed when the data directory is created; later another value is refused.
        """);
    return text.toString();
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String yaml() {
    StringBuilder text =
        new StringBuilder(
            """
            # Configuration of a Cairn node: every setting with its default. Remove the # before one to change it.
            # Start with: cairn start --config <this file>. Flags and CAIRN_... variables go before it.
            """);
    for (Setting setting : Settings.ALL) {
      text.append("\n# ").append(setting.meaning()).append('\n');
      if (!setting.range().isEmpty()) {
        text.append("# ").append(setting.range()).append('\n');
      }
      String value = setting.defaultText().isEmpty() ? "\"\"" : setting.defaultText();
      text.append('#').append(setting.key()).append(": ").append(value).append('\n');
    }
    return text.toString();
  }
}
