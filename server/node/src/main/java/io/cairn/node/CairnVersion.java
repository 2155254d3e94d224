package io.cairn.node;

/** The version of this program, as its jar's manifest tells. */
public final class CairnVersion {

  private CairnVersion() {}

  public static String version() {
    String version = CairnVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
