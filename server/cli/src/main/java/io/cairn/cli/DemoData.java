package io.cairn.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A file in pieces of 1 KiB: a row each, the piece's position its key. */
final class DemoData {

  static final int PIECE_BYTES = 1024;

  /** 128 MiB, a few seconds' load. */
  static final int MAX_ROWS = 131_072;

  private final Path file;
  private final int rows;

  DemoData(Path file) throws IOException {
    this.file = file;
    long pieces = (Files.size(file) + PIECE_BYTES - 1) / PIECE_BYTES;
    this.rows = (int) Math.min(MAX_ROWS, pieces);
  }

  /** The largest file that every Java has: its own classes. */
  static Path fileOfThisJava() {
    return Path.of(System.getProperty("java.home"), "lib", "modules");
  }

  Path file() {
    return file;
  }

  int rows() {
    return rows;
  }

  /** In an order in which keys sort like positions. */
  static byte[] key(int row) {
    return String.format(Locale.ROOT, "piece/%09d", row).getBytes(StandardCharsets.US_ASCII);
  }

  /** The file from its beginning; read it in pieces. */
  InputStream open() throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), 64 * PIECE_BYTES);
  }

  /** Of all rows' pieces. */
  String checksum() throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = open()) {
      for (int row = 0; row < rows; row++) {
        digest.update(in.readNBytes(PIECE_BYTES));
      }
    }
    return hex(digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
