package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.cli.CairnProcess.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application folder as a user has it: processes, signals, exit codes. */
class DistributionIT {

  private static final byte[] NOTHING = new byte[0];

  @TempDir Path folder;

  @Test
  void aNodeFromItsStartToSigtermAndBack() throws Exception {
    Path data = folder.resolve("data");
    String rows =
        String.join("\n", IntStream.range(0, 5_000).mapToObj(i -> "key" + i + "\t" + i).toList());
    try (CairnProcess node = CairnProcess.startNode(folder, data)) {
      assertThat(node.firstLines().get(0)).startsWith("Cairn ");
      assertThat(node.firstLines().get(5)).contains(node.address());
      assertThat(run(node, "put", "greeting", "hällo").exitCode()).isZero();
      assertThat(run(node, "get", "greeting").out()).isEqualTo("hällo\n");
      assertThat(run(node, rows.getBytes(StandardCharsets.UTF_8), "import", "--format", "tsv", "-"))
          .returns(0, Result::exitCode);
      assertThat(run(node, "status").exitCode()).isZero();

      Result second = CairnProcess.run(folder, NOTHING, "start", "--data-dir", data.toString());
      assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(second.err()).contains("in use");

      Result huge = run(node, new byte[2 << 20], "put", "huge", "-");
      assertThat(huge.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(huge.err()).contains("1048576").doesNotContain("\tat ");

      assertThat(run(node, "log", "verify", "--data-dir", data.toString()).err())
          .contains("stop it first");

      assertThat(node.terminate()).isZero();
    }
    Result verified =
        CairnProcess.run(folder, NOTHING, "log", "verify", "--data-dir", data.toString());
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.out()).contains("intact");
    assertThat(
            CairnProcess.run(
                    folder, NOTHING, "log", "dump", "--keys", "--data-dir", data.toString())
                .out())
        .contains(" put greeting (value of 6 bytes)");
    try (CairnProcess node = CairnProcess.startNode(folder, data)) {
      assertThat(run(node, "get", "greeting").out()).isEqualTo("hällo\n");
      assertThat(run(node, "keys", "--prefix", "key").out().lines()).hasSize(5_000);
      assertThat(node.isAlive()).isTrue();
    }
  }

  /** What agrees on the metadata of a cluster would cost a second; a node by itself has a file. */
  @Test
  void aNodeByItselfLoadsNothingOfRatis() throws Exception {
    Path classes = folder.resolve("classes");
    try (CairnProcess node =
        CairnProcess.startNodeTellingClasses(folder, folder.resolve("data"), classes)) {
      assertThat(run(node, "put", "greeting", "hello").exitCode()).isZero();
    }
    assertThat(Files.readString(classes))
        .contains("io.cairn.node.CairnNode", "io.cairn.replication.metadata.SoleMetadata")
        .doesNotContain("org.apache.ratis");
  }

  /** Libraries unpack things there, or make folders for what they might want to write. */
  @Test
  void aNodeLeavesNothingInTheTemporaryFolder() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (CairnProcess node =
        CairnProcess.startNodeWithTemporaryFolder(folder, folder.resolve("data"), temporary)) {
      assertThat(run(node, "put", "greeting", "hello").exitCode()).isZero();
      assertThat(node.terminate()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void wrongArgumentsAndNoNode() throws Exception {
    assertThat(CairnProcess.run(folder, NOTHING, "puut", "a", "b").exitCode())
        .isEqualTo(ExitCode.USAGE);
    Result option = CairnProcess.run(folder, NOTHING, "start", "--listne", "127.0.0.1:1");
    assertThat(option.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(option.err()).contains("--listen");
    Result address =
        CairnProcess.run(
            folder,
            NOTHING,
            "start",
            "--data-dir",
            folder.resolve("new").toString(),
            "--listen",
            "0.0.0.0:7400");
    assertThat(address.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(address.err()).contains("insecure");
    Result status =
        CairnProcess.run(
            folder, NOTHING, "status", "--endpoints", "127.0.0.1:1", "--timeout", "300ms");
    assertThat(status.exitCode()).isEqualTo(ExitCode.UNHEALTHY);
  }

  @Test
  void aReaderThatGoesAwayIsNoFailureToTalkAbout() throws Exception {
    // Far more than the buffers of the command and of the pipe hold.
    byte[] rows =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "key" + i + "\t" + i)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.UTF_8);
    try (CairnProcess node = CairnProcess.startNode(folder, folder.resolve("data"))) {
      assertThat(run(node, rows, "import", "--format", "tsv", "-").exitCode()).isZero();
      Path err = folder.resolve("pipe.err");
      String out = pipeline(err, "\"$0\" scan --endpoints \"$1\" | head -n 1", node);
      assertThat(out).isEqualTo("key0\t0\n");
      assertThat(err).isEmptyFile();
    }
  }

  @Test
  void aValueComesThroughAPipe() throws Exception {
    try (CairnProcess node = CairnProcess.startNode(folder, folder.resolve("data"))) {
      Path err = folder.resolve("pipe.err");
      String out = pipeline(err, "echo hello | \"$0\" put greeting - --endpoints \"$1\"", node);
      assertThat(err).isEmptyFile();
      assertThat(out).startsWith("ok, version ");
      assertThat(run(node, "get", "--raw", "greeting").out()).isEqualTo("hello\n");
    }
  }

  /** What a shell command prints, in which $0 is the launcher and $1 the node's address. */
  private static String pipeline(Path err, String command, CairnProcess node) throws Exception {
    Process pipe =
        new ProcessBuilder("sh", "-c", command, CairnProcess.LAUNCHER.toString(), node.address())
            .redirectError(err.toFile())
            .start();
    String out = new String(pipe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(pipe.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  @Test
  void theMainJarRunsByItself() throws Exception {
    assertThat(CairnProcess.runJar(folder, "version").out()).startsWith("cairn ");
    try (CairnProcess node = CairnProcess.startNodeByJar(folder, folder.resolve("data"))) {
      Result put =
          CairnProcess.runJar(folder, "put", "greeting", "hello", "--endpoints", node.address());
      assertThat(put.out()).startsWith("ok, version ");
      assertThat(run(node, "get", "greeting").out()).isEqualTo("hello\n");
      assertThat(node.terminate()).isZero();
    }
  }

  @Test
  void anImportThatBrokeOffIsRepeated() throws Exception {
    Path data = folder.resolve("data");
    List<byte[]> halves =
        Stream.of(IntStream.range(0, 2_000), IntStream.range(2_000, 4_000))
            .map(half -> half.mapToObj(i -> "key" + i + "\t" + i + "\n"))
            .map(lines -> lines.collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8))
            .toList();
    try (CairnProcess node = CairnProcess.startNode(folder, data)) {
      InputStream killing =
          new InputStream() {
            @Override
            public int read() {
              node.kill(); // when the first half has been read
              return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
              return read();
            }
          };
      TestShell.Result first =
          new TestShell()
              .withInput(
                  new SequenceInputStream(
                      new SequenceInputStream(new ByteArrayInputStream(halves.get(0)), killing),
                      new ByteArrayInputStream(halves.get(1))))
              .run(
                  "import",
                  "--format",
                  "tsv",
                  "--timeout",
                  "1s",
                  "--endpoints",
                  node.address(),
                  "-");
      assertThat(first.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(first.err()).contains("ended early, at line ").contains("Run it again");
    }
    try (CairnProcess node = CairnProcess.startNode(folder, data)) {
      for (byte[] half : halves) {
        assertThat(run(node, half, "import", "--format", "tsv", "-").exitCode()).isZero();
      }
      assertThat(run(node, "scan").out().lines())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 4_000).mapToObj(i -> "key" + i + "\t" + i).toList());
    }
  }

  /** A client that shares no code with ours: Node.js with the public protos. */
  @Test
  void aClientInAnotherLanguage() throws Exception {
    assumeTrue(answers("node", "--version"), "skipped: there is no node");
    assumeTrue(answers("npm", "--version"), "skipped: there is no npm");
    Path client = Path.of("target", "node-client");
    Files.createDirectories(client);
    for (String file : List.of("package.json", "package-lock.json", "client.js")) {
      Files.write(client.resolve(file), Files.readAllBytes(Path.of("src/test/node", file)));
    }
    assumeTrue(
        Files.isDirectory(client.resolve("node_modules/@grpc/grpc-js"))
            || ends(
                client,
                "npm",
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--fetch-retries=0",
                "--fetch-timeout=20000"),
        "skipped: npm cannot install @grpc/grpc-js here, for it does not reach its registry");
    try (CairnProcess node = CairnProcess.startNode(folder, folder.resolve("data"))) {
      Path out = folder.resolve("client.out");
      Process process =
          new ProcessBuilder(
                  "node",
                  "client.js",
                  node.address(),
                  Path.of("../api/src/main/protobuf").toAbsolutePath().normalize().toString())
              .directory(client.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isZero();
      assertThat(run(node, "get", "from-node").out()).isEqualTo("grüße\n");
    }
  }

  private static boolean answers(String... command) throws InterruptedException {
    return ends(Path.of("."), command);
  }

  private static boolean ends(Path directory, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(90, TimeUnit.SECONDS);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private Result run(CairnProcess node, String... args) throws Exception {
    return run(node, NOTHING, args);
  }

  private Result run(CairnProcess node, byte[] input, String... args) throws Exception {
    String[] all = Arrays.copyOf(args, args.length + 2);
    if (args[0].equals("log")) {
      return CairnProcess.run(folder, input, args);
    }
    all[args.length] = "--endpoints";
    all[args.length + 1] = node.address();
    return CairnProcess.run(folder, input, all);
  }
}
