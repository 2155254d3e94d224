package io.cairn.reliability;

/** Something that goes wrong in a cluster under load. */
interface Nemesis {

  /** Does it, and makes it good again. What it did is told to the stage. */
  void strike(Stage stage) throws Exception;

  /** Whether all nodes must be in sync before, because too little would be left otherwise. */
  default boolean needsAll() {
    return false;
  }
}
