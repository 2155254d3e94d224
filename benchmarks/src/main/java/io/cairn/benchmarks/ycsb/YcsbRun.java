package io.cairn.benchmarks.ycsb;

import io.cairn.client.CairnClient;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import site.ycsb.DBException;
import site.ycsb.workloads.CoreWorkload;

/**
 * Runs YCSB's own client for a phase, in a process of its own as its users do: it measures from the
 * start of a JVM, keeps what it measured in static fields, and ends the process when done.
 */
public final class YcsbRun {
  private static final int LOG_LINES = 20;

  private final Path directory;
  private final List<String> jvmFlags;
  private final Map<String, String> properties;

  /**
   * @param directory exists, is empty, and is the caller's to delete
   * @param properties of YCSB and {@link CairnDb}; they win over those of the workloads
   * @throws DBException when the properties cannot be used or no node answers
   */
  public YcsbRun(Path directory, List<String> jvmFlags, Map<String, String> properties)
      throws DBException {
    this.directory = directory;
    this.jvmFlags = List.copyOf(jvmFlags);
    this.properties = new TreeMap<>(properties);
    SharedClient.open(settings()).close(); // YCSB would tell it once for each thread
  }

  private Settings settings() throws DBException {
    return Settings.of(asProperties());
  }

  private Properties asProperties() {
    Properties all = new Properties();
    all.putAll(properties);
    return all;
  }

  /**
   * Returns when the phase is over.
   *
   * @throws IOException when YCSB measured nothing; the end of its output is in the message
   */
  public PhaseResult run(Phase phase) throws IOException, InterruptedException, DBException {
    if (phase == Phase.RELOAD) {
      deleteRecords();
    }
    Path exported = Files.createTempFile(directory, phase.label(), ".txt");
    Path log = Files.createTempFile(directory, phase.label(), ".log");
    Process process =
        new ProcessBuilder(command(phase, exported))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      process.waitFor();
      PhaseResult result = PhaseResult.parse(Files.readString(exported));
      if (!result.failures().isEmpty()) {
        System.err.println(endOf(log));
      }
      return result;
    } catch (IllegalArgumentException e) {
      throw new IOException("YCSB could not run workload " + phase.label() + ":\n" + endOf(log), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** All records of the table, also of earlier runs with the same prefix. */
  private void deleteRecords() throws DBException {
    Settings settings = settings();
    String table =
        asProperties()
            .getProperty(CoreWorkload.TABLENAME_PROPERTY, CoreWorkload.TABLENAME_PROPERTY_DEFAULT);
    try (CairnClient client = settings.connect()) {
      client.clear(settings.wholeTable(table), settings.level());
    }
  }

  private List<String> command(Phase phase, Path exported) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "site.ycsb.Client"));
    command.add(phase.loads() ? "-load" : "-t");
    command.addAll(List.of("-db", CairnDb.class.getName()));
    command.addAll(List.of("-P", extract(phase.propertiesFile()).toString()));
    command.addAll(List.of("-p", "exportfile=" + exported));
    command.addAll(List.of("-p", "hdrhistogram.percentiles=50,95,99"));
    properties.forEach((name, value) -> command.addAll(List.of("-p", name + "=" + value)));
    return command;
  }

  private Path extract(String resource) throws IOException {
    Path file = directory.resolve(resource);
    if (!Files.exists(file)) {
      try (InputStream in = YcsbRun.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new FileNotFoundException(resource);
        }
        Files.copy(in, file);
      }
    }
    return file;
  }

  private static String endOf(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    int first = Math.max(0, lines.size() - LOG_LINES);
    return String.join("\n", lines.subList(first, lines.size()));
  }
}
