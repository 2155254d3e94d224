package io.cairn.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigLoaderTest {
  @TempDir Path directory;

  @Test
  void defaultsAreValid() {
    NodeConfig config = NodeConfigLoader.load(Map.of(), Map.of(), null).config();
    assertThat(config.network().listen()).isEqualTo(new Address("127.0.0.1", 7400));
    assertThat(config.limits().maxValueBytes()).isEqualTo(1 << 20);
    assertThat(config.network().tls()).isNull();
  }

  @Test
  void flagsGoBeforeEnvironmentBeforeFileBeforeDefaults() throws IOException {
    Path yaml = yaml("node-id: 3\nshards: 2\nlimits:\n  max-key: 1KiB\n  max-keys: 7\n");
    LoadedConfig loaded =
        NodeConfigLoader.load(
            Map.of("node-id", "4", "log.disk-reserve", "1GiB"),
            Map.of("CAIRN_NODE_ID", "from-environment", "CAIRN_SHARDS", "3", "HOME", "/root"),
            yaml);

    NodeConfig config = loaded.config();
    assertThat(config.nodeId()).isEqualTo(4);
    assertThat(config.shards()).isEqualTo(3);
    assertThat(config.limits().maxKeyBytes()).isEqualTo(1024);
    assertThat(config.limits().maxKeysPerRequest()).isEqualTo(7);
    assertThat(source(loaded, "node-id")).isEqualTo("flag");
    assertThat(source(loaded, "shards")).isEqualTo("environment");
    assertThat(source(loaded, "limits.max-key")).isEqualTo(yaml.toString());
    assertThat(source(loaded, "listen")).isEqualTo("default");
  }

  private static String source(LoadedConfig loaded, String key) {
    return loaded.values().stream()
        .filter(value -> value.setting().key().equals(key))
        .findFirst()
        .orElseThrow()
        .source();
  }

  @Test
  void unknownNamesAreRefusedWithASuggestion() throws IOException {
    Path yaml = yaml("limits:\n  max-kye: 1KiB\n");
    assertThat(problems(Map.of("lisen", "127.0.0.1:1"), Map.of("CAIRN_SHARD", "2"), yaml))
        .anySatisfy(p -> assertThat(p).contains("max-kye", "did you mean limits.max-key?"))
        .anySatisfy(p -> assertThat(p).contains("lisen", "did you mean listen?"))
        .anySatisfy(p -> assertThat(p).contains("CAIRN_SHARD", "did you mean CAIRN_SHARDS?"));
  }

  @Test
  void foreignVariablesAreNotRefused() {
    LoadedConfig loaded =
        NodeConfigLoader.load(
            Map.of(),
            Map.of("CAIRN_ENDPOINTS", "a:1", "CAIRN_SERVICE_PORT_7400_TCP_ADDRESS", "10.0.0.1"),
            null);
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .contains("CAIRN_SERVICE_PORT_7400_TCP_ADDRESS");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    List<String> problems =
        problems(
            Map.of(
                "shards", "1000",
                "limits.max-key", "64 parsecs",
                "drain-timeout", "5",
                "listen", "nowhere",
                "insecure", "perhaps"),
            Map.of(),
            null);
    assertThat(problems)
        .hasSize(5)
        .anySatisfy(p -> assertThat(p).contains("shards (1000, from flag)", "0 to 256"))
        .anySatisfy(p -> assertThat(p).contains("limits.max-key (64 parsecs", "64MiB"))
        .anySatisfy(p -> assertThat(p).contains("drain-timeout (5,", "10s"))
        .anySatisfy(p -> assertThat(p).contains("listen (nowhere", "127.0.0.1:7400"))
        .anySatisfy(p -> assertThat(p).contains("insecure (perhaps", "true or false"));
  }

  /** Both values stand in the message. */
  @ParameterizedTest
  @CsvSource({
    "limits.max-message, 64KiB, limits.max-value (1MiB)",
    "log.max-record, 64KiB, limits.max-value (1MiB)",
    "limits.max-unapplied, 2MiB, log.max-record (4MiB)",
    "log.segment-size, 32MiB, limits.max-unapplied (64MiB)",
    "log.disk-reserve, 128MiB, limits.max-unapplied (64MiB)",
    "storage.write-memory, 16MiB, storage.write-buffer (32MiB)",
    "listen, 0.0.0.0:7400, insecure",
    "tls.certificate, cert.pem, tls.key",
  })
  void settingsThatContradictEachOtherAreRefused(String key, String value, String other) {
    assertThat(problems(Map.of(key, value), Map.of(), null))
        .singleElement()
        .asString()
        .contains(key, value, other);
  }

  /** What the log, the replica or the admission of requests would refuse later. */
  @ParameterizedTest
  @CsvSource({
    "limits.max-unapplied=8MiB log.segment-size=8MiB,"
        + " log.segment-size (8MiB), log.max-record (4MiB)",
    "limits.max-unapplied=128MiB log.disk-reserve=512MiB,"
        + " log.segment-size (64MiB), limits.max-unapplied (128MiB)",
    "limits.max-key=1MiB limits.max-value=64KiB log.max-record=2MiB,"
        + " log.max-record (2MiB), limits.max-key (1MiB)",
    "limits.max-value=4KiB log.max-record=128KiB,"
        + " log.max-record (128KiB), limits.max-key (64KiB)",
    "limits.max-value=4KiB limits.max-message=192KiB,"
        + " limits.max-message (192KiB), limits.max-key (64KiB)",
    "limits.scan-chunk=4MiB limits.max-in-flight=4MiB,"
        + " limits.max-in-flight (4MiB), limits.scan-chunk (4MiB)",
  })
  void settingsThatContradictEachOtherTogetherAreRefused(String flags, String one, String other) {
    Map<String, String> given = new HashMap<>();
    for (String flag : flags.split(" ", -1)) {
      given.put(flag.substring(0, flag.indexOf('=')), flag.substring(flag.indexOf('=') + 1));
    }
    assertThat(problems(given, Map.of(), null)).singleElement().asString().contains(one, other);
  }

  @Test
  void aPublicAddressNeedsTlsOrTheWord() {
    assertThat(
            NodeConfigLoader.load(
                    Map.of("listen", "0.0.0.0:7400", "insecure", "true"), Map.of(), null)
                .config()
                .network()
                .listen()
                .port())
        .isEqualTo(7400);
    assertThat(
            NodeConfigLoader.load(
                    Map.of("listen", "[::]:7400", "tls.certificate", "c.pem", "tls.key", "k.pem"),
                    Map.of(),
                    null)
                .config()
                .network()
                .tls())
        .isNotNull();
  }

  @Test
  void aFileThatIsAbsentOrNoYamlIsToldByName() throws IOException {
    Path absent = directory.resolve("absent.yaml");
    assertThat(problems(Map.of(), Map.of(), absent))
        .singleElement()
        .asString()
        .contains(absent.toString(), "does not exist");
    Path broken = yaml("listen: [1\n");
    assertThat(problems(Map.of(), Map.of(), broken))
        .anySatisfy(p -> assertThat(p).contains(broken.toString(), "not valid YAML"));
  }

  @Test
  void metricsCanBeTurnedOff() throws IOException {
    // YAML reads a bare "off" as false.
    assertThat(
            NodeConfigLoader.load(Map.of(), Map.of(), yaml("metrics-listen: off\n"))
                .config()
                .network()
                .metricsListen())
        .isNull();
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(directory.resolve("cairn.yaml"), text);
  }

  private static List<String> problems(
      Map<String, String> flags, Map<String, String> environment, @Nullable Path yaml) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> NodeConfigLoader.load(flags, environment, yaml));
    assertThat(refused).isNotNull();
    return refused.problems();
  }
}
