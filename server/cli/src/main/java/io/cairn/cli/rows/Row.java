package io.cairn.cli.rows;

/** A key and its value, any bytes. */
public record Row(byte[] key, byte[] value) {}
