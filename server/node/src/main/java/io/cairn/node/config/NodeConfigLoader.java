package io.cairn.node.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** Brings the sources together: flags before environment before file before defaults. */
public final class NodeConfigLoader {
  private static final String FLAG = "flag";
  private static final String ENVIRONMENT = "environment";
  private static final String DEFAULT = "default";

  /** Variables of the command line and its launcher, which are none of the node's business. */
  private static final Set<String> FOREIGN_VARIABLES =
      Set.of(
          "CAIRN_ENDPOINTS",
          "CAIRN_CLIENT_TLS_CA",
          "CAIRN_CLIENT_TLS_CERTIFICATE",
          "CAIRN_CLIENT_TLS_KEY",
          "CAIRN_CONFIG",
          "CAIRN_HOME",
          "CAIRN_HEAP",
          "CAIRN_JAVA_OPTS",
          "CAIRN_CDS",
          "CAIRN_LOG",
          "CAIRN_DEBUG");

  private NodeConfigLoader() {}

  /**
   * @param flags setting keys to values, as given on the command line
   * @param environment the process's environment variables; those that are not Cairn's are ignored
   * @param yaml the configuration file, or null for none
   * @throws ConfigException listing everything that is wrong
   */
  public static LoadedConfig load(
      Map<String, String> flags, Map<String, String> environment, @Nullable Path yaml) {
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
    builder.withSources(source(defaults(), DEFAULT, 100));
    if (yaml != null) {
      Map<String, String> file = readYaml(yaml, problems);
      checkKeys(file.keySet(), "in " + yaml, problems);
      builder.withSources(source(file, yaml.toString(), 200));
    }
    builder.withSources(source(fromEnvironment(environment, problems, warnings), ENVIRONMENT, 300));
    checkKeys(flags.keySet(), "as a flag", problems);
    builder.withSources(source(flags, FLAG, 400));
    SmallRyeConfig merged = builder.build();

    List<LoadedConfig.Value> values = new ArrayList<>();
    for (Setting setting : Settings.ALL) {
      ConfigValue value = merged.getConfigValue(setting.key());
      String text = value.getValue() == null ? "" : value.getValue();
      String source = value.getConfigSourceName();
      values.add(new LoadedConfig.Value(setting, text, source == null ? DEFAULT : source));
    }
    NodeConfig config = new ConfigReader(values, problems).read();
    return new LoadedConfig(config, List.copyOf(values), List.copyOf(warnings));
  }

  private static Map<String, String> defaults() {
    return Settings.ALL.stream().collect(Collectors.toMap(Setting::key, Setting::defaultText));
  }

  private static Map<String, String> readYaml(Path yaml, List<String> problems) {
    try {
      String text = Files.readString(yaml);
      // A file in which everything is commented out is an empty document, which the library
      // refuses.
      boolean empty =
          text.lines().allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"));
      return empty
          ? Map.of()
          : unquoted(new YamlConfigSource(yaml.toString(), text).getProperties());
    } catch (NoSuchFileException absent) {
      problems.add("The configuration file " + yaml + " does not exist.");
    } catch (IOException unreadable) {
      problems.add(
          "The configuration file " + yaml + " cannot be read: " + unreadable.getMessage());
    } catch (RuntimeException malformed) {
      problems.add(
          "The configuration file "
              + yaml
              + " is not valid YAML: "
              + oneLine(malformed.getMessage()));
    }
    return Map.of();
  }

  private static ConfigSource source(Map<String, String> values, String name, int ordinal) {
    return new MapBackedConfigSource(name, values, ordinal) {};
  }

  /** The library puts a key that has dots of its own in quotes; to us it is the same key. */
  private static Map<String, String> unquoted(Map<String, String> values) {
    Map<String, String> result = new HashMap<>();
    values.forEach((key, value) -> result.put(key.replace("\"", ""), value));
    return result;
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no reason given" : message.replaceAll("\\s+", " ").trim();
  }

  private static Map<String, String> fromEnvironment(
      Map<String, String> environment, List<String> problems, List<String> warnings) {
    Map<String, String> keys = new HashMap<>();
    for (Setting setting : Settings.ALL) {
      keys.put(setting.environmentName(), setting.key());
    }
    Map<String, String> found = new HashMap<>();
    for (String name : new TreeSet<>(environment.keySet())) {
      String key = keys.get(name);
      if (key != null) {
        found.put(key, environment.getOrDefault(name, ""));
      } else if (name.startsWith("CAIRN_") && !FOREIGN_VARIABLES.contains(name)) {
        String nearest = NearestName.of(name, keys.keySet());
        if (nearest != null) {
          problems.add("Unknown environment variable " + name + "; did you mean " + nearest + "?");
        } else {
          warnings.add("The environment variable " + name + " is not one of Cairn's and ignored.");
        }
      }
    }
    return found;
  }

  private static void checkKeys(Set<String> keys, String where, List<String> problems) {
    List<String> known = Settings.ALL.stream().map(Setting::key).toList();
    for (String key : new TreeSet<>(keys)) {
      if (!known.contains(key)) {
        String nearest = NearestName.of(key, known);
        problems.add(
            "Unknown setting "
                + key
                + " "
                + where
                + (nearest == null
                    ? "; docs/configuration.md lists what there is."
                    : "; did you mean " + nearest + "?"));
      }
    }
  }
}
