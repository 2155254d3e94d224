package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cli.TestShell.Result;
import io.cairn.node.CairnNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a node that has TLS and admits only clients with a certificate. */
class TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;
  private static CairnNode node;

  @BeforeAll
  static void startNode() throws Exception {
    makeCertificate("node");
    makeCertificate("client");
    node =
        TestNode.start(
            folder.resolve("data"),
            Map.of(
                "tls.certificate", file("node.crt"),
                "tls.key", file("node.key"),
                "tls.client-ca", file("client.crt")));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  /** Signed by itself, so that it is its own authority; the JDK's keytool knows how. */
  private static void makeCertificate(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    writePem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    writePem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
  }

  private static void writePem(String name, String type, byte[] bytes) throws Exception {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type));
  }

  private static Result run(Map<String, String> environment, String... args) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("CAIRN_ENDPOINTS", TestNode.address(node));
    return new TestShell(all).run(args);
  }

  @Test
  void byOptionsAndByEnvironment() {
    Map<String, String> environment =
        Map.of(
            "CAIRN_CLIENT_TLS_CA", file("node.crt"),
            "CAIRN_CLIENT_TLS_CERTIFICATE", file("client.crt"),
            "CAIRN_CLIENT_TLS_KEY", file("client.key"));
    Result put =
        run(
            Map.of(),
            "put",
            "a",
            "1",
            "--tls-ca",
            file("node.crt"),
            "--tls-certificate",
            file("client.crt"),
            "--tls-key",
            file("client.key"));

    assertThat(put.err()).isEmpty();
    assertThat(run(environment, "get", "a").out()).isEqualTo("1\n");
    assertThat(run(environment, "status").exitCode()).isZero();
    assertThat(new TestShell(environment).run("config", "show").err()).isEmpty();
  }

  @Test
  void whoIsNotTrustedIsRefusedOnBothSides() {
    String[] get = {"get", "a", "--timeout", "1s"};
    Map<String, String> noCertificate = Map.of("CAIRN_CLIENT_TLS_CA", file("node.crt"));
    Map<String, String> otherAuthority = Map.of("CAIRN_CLIENT_TLS_CA", file("client.crt"));

    assertThat(run(noCertificate, get).exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run(otherAuthority, get).exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run(Map.of(), get).err()).contains("--tls-ca");
  }

  @Test
  void whatDoesNotFitTogetherIsASentence() throws Exception {
    assertThat(run(Map.of(), "get", "a", "--tls-key", file("client.key")).exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            run(
                    Map.of(),
                    "get",
                    "a",
                    "--tls-certificate",
                    file("client.crt"),
                    "--tls-key",
                    file("client.key"))
                .err())
        .contains("needs --tls-ca");
    Result absent = run(Map.of(), "get", "a", "--tls-ca", file("none.crt"));
    assertThat(absent.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(absent.err()).contains("none.crt").doesNotContain("\tat ");
    Files.writeString(folder.resolve("bad.crt"), "no PEM");
    Result bad = run(Map.of(), "get", "a", "--tls-ca", file("bad.crt"));
    assertThat(bad.err()).startsWith("cairn: ").doesNotContain("\tat ").doesNotContain("bug");
  }
}
