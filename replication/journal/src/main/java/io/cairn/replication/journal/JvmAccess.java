package io.cairn.replication.journal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.List;
import net.openhft.chronicle.core.Jvm;

/**
 * Opens the parts of the JDK that Chronicle Queue needs, in a program that was started without the
 * flags for it.
 *
 * <p>It must run before the first class of the library does.
 */
final class JvmAccess {
  /** What to say to the JVM where this class cannot help itself. */
  static final String FLAGS =
      "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
          + " --add-exports=java.base/sun.nio.ch=ALL-UNNAMED";

  private static final List<String> PACKAGES =
      List.of(
          "java.io",
          "java.lang",
          "java.lang.reflect",
          "java.nio",
          "java.util",
          "jdk.internal.ref",
          "jdk.internal.util",
          "sun.nio.ch");
  private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 22;

  private static boolean ensured;

  private JvmAccess() {}

  /**
   * Makes sure that the library can run.
   *
   * @throws IllegalStateException when it cannot, naming the flags that would help
   */
  static synchronized void ensure() {
    if (ensured) {
      return;
    }
    // Jvm.class is only a name here: the library must not be initialised yet.
    Module library = Jvm.class.getModule();
    try {
      if (!isOpen(library)) {
        open(library);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(
          "the log needs access to parts of the JDK: start java with " + FLAGS, e);
    }
    ensured = true;
  }

  private static boolean isOpen(Module library) {
    Module base = Object.class.getModule();
    return base.isOpen("java.lang.reflect", library) && base.isExported("sun.nio.ch", library);
  }

  private static void open(Module library) throws Throwable {
    MethodHandles.Lookup lookup = trustedLookup();
    MethodHandle addOpens =
        lookup.findVirtual(
            Module.class,
            "implAddOpens",
            MethodType.methodType(void.class, String.class, Module.class));
    for (String name : PACKAGES) {
      if (Object.class.getModule().getPackages().contains(name)) {
        addOpens.invoke(Object.class.getModule(), name, library);
      }
    }
    if (Runtime.version().feature() >= FIRST_JDK_WITH_NATIVE_ACCESS) {
      allowNativeAccess(lookup);
    }
  }

  /** Only spares the user a warning. */
  private static void allowNativeAccess(MethodHandles.Lookup lookup) {
    try {
      lookup
          .findStatic(
              Module.class,
              "implAddEnableNativeAccessToAllUnnamed",
              MethodType.methodType(void.class))
          .invoke();
    } catch (Throwable e) {
      // The JVM warns, and goes on.
    }
  }

  /**
   * A lookup that may do everything, made by the constructor that the JDK keeps to itself, the way
   * serialization calls constructors.
   */
  private static MethodHandles.Lookup trustedLookup() throws ReflectiveOperationException {
    Constructor<MethodHandles.Lookup> hidden =
        MethodHandles.Lookup.class.getDeclaredConstructor(Class.class, Class.class, int.class);
    // By name, because the compiler warns of the class, which the JDK supports (JEP 260).
    Class<?> factoryType = Class.forName("sun.reflect.ReflectionFactory");
    Object factory = factoryType.getMethod("getReflectionFactory").invoke(null);
    Constructor<?> callable =
        (Constructor<?>)
            factoryType
                .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(factory, MethodHandles.Lookup.class, hidden);
    int trusted = -1;
    return (MethodHandles.Lookup) callable.newInstance(Object.class, null, trusted);
  }
}
