package io.cairn.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/**
 * The JVM's common pool is not ours. With two processors it has one thread, on which Java 25 also
 * runs what a future does "async", and Ratis appends to its log there. Connections that were closed
 * on it, three seconds each, kept a new cluster from ever agreeing on anything.
 */
class CommonPoolTest {

  @Test
  void nothingOfOursRunsThere() {
    noClasses()
        .should()
        .callMethodWhere(target(runsInTheCommonPool()))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.cairn"));
  }

  private static DescribedPredicate<AccessTarget> runsInTheCommonPool() {
    return DescribedPredicate.describe(
        "it runs in the common pool",
        target -> {
          JavaClass owner = target.getOwner();
          if (owner.isAssignableTo(Collection.class)) {
            return target.getName().equals("parallelStream");
          }
          if (owner.isEquivalentTo(ForkJoinPool.class)) {
            return target.getName().equals("commonPool");
          }
          return owner.isAssignableTo(CompletableFuture.class)
              && target.getName().endsWith("Async")
              && target instanceof AccessTarget.CodeUnitCallTarget call
              && !takesAnExecutor(call.getRawParameterTypes());
        });
  }

  private static boolean takesAnExecutor(List<JavaClass> parameters) {
    return parameters.stream().anyMatch(parameter -> parameter.isEquivalentTo(Executor.class));
  }
}
