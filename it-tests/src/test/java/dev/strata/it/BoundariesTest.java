package dev.strata.it;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.strata.executor.inference.SliceScores;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.metric.ScoreDistribution;
import dev.strata.executor.shard.MinibatchSource;
import java.net.URI;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What each module and package may know of the others; the reasons are in docs/architecture.md. */
@AnalyzeClasses(
    packages = {"dev.strata.executor", "dev.strata.driver", "dev.strata.api", "dev.strata.jobs"},
    importOptions = {ImportOption.DoNotIncludeTests.class, BoundariesTest.NoTestJars.class})
class BoundariesTest {
  /** The driver's test classes come as a jar when Maven packages. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  /** What runs inside a task has no session there. */
  @ArchTest
  static final ArchRule EXECUTORS_KNOW_NO_SESSION =
      noClasses()
          .that()
          .resideInAPackage("dev.strata.executor..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "org\\.apache\\.spark\\.(SparkContext|api\\.java\\.JavaSparkContext|rdd\\.RDD"
                  + "|api\\.java\\.JavaRDD|sql\\.(SparkSession|SQLContext|Dataset))");

  @ArchTest
  static final ArchRule EXECUTORS_KNOW_NEITHER_DRIVER_NOR_JOBS =
      noClasses()
          .that()
          .resideInAPackage("dev.strata.executor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.strata.driver..", "dev.strata.api", "dev.strata.jobs..");

  @ArchTest
  static final ArchRule THE_DRIVER_KNOWS_NO_JOBS =
      noClasses()
          .that()
          .resideInAnyPackage("dev.strata.driver..", "dev.strata.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.strata.jobs..");

  /** A program that does not use DL4J's Spark module need not have it: strata.jar does not. */
  @ArchTest
  static final ArchRule ONE_PACKAGE_NEEDS_DL4JS_SPARK_MODULE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.strata.api.dl4j")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j.spark..", "org.deeplearning4j.core..");

  /** Keys are read in one place. */
  @ArchTest
  static final ArchRule ONLY_ONE_PACKAGE_READS_CONFIGURATION =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.strata.driver.configuration", "dev.strata.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe.config..");

  /** Flags are read in one place. */
  @ArchTest
  static final ArchRule ONLY_JOBS_READ_COMMAND_LINES =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.strata.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  /** Hadoop's own file system of local disks starts a process for each new file. */
  @ArchTest
  static final ArchRule FILE_SYSTEMS_COME_FROM_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.strata.executor.storage")
          .should()
          .callMethod(Path.class, "getFileSystem", Configuration.class)
          .orShould()
          .callMethod(FileSystem.class, "get", Configuration.class)
          .orShould()
          .callMethod(FileSystem.class, "get", URI.class, Configuration.class)
          .orShould()
          .callMethod(FileSystem.class, "newInstance", Configuration.class)
          .orShould()
          .callMethod(FileSystem.class, "newInstance", URI.class, Configuration.class);

  /** A spec builds a model; the rounds open the rows for it. */
  @ArchTest
  static final ArchRule LEARNER_SPECS_READ_NO_ROWS =
      noClasses()
          .that()
          .areAssignableTo(LearnerSpec.class)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(MinibatchSource.class);

  /**
   * On YARN even exit(0) marks an application as failed; codes travel in an exception. The one
   * exception runs where there is no Spark.
   */
  @ArchTest
  static final ArchRule NOBODY_ENDS_THE_JVM =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.strata.jobs.ExitWithoutSpark")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  /**
   * A file from anywhere must not choose which classes are made of its bytes. Java's and Kryo's
   * serialisation serve what Spark moves between its own processes only.
   */
  @ArchTest
  static final ArchRule NOBODY_DESERIALISES_OBJECTS =
      noClasses()
          // results of tasks, which Spark moves
          .that()
          .areNotAssignableTo(SliceScores.class)
          .and()
          .areNotAssignableTo(ScoreDistribution.class)
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.io\\.Object(InputStream|Input)|java\\.beans\\.XMLDecoder"
                  + "|java\\.rmi\\..*|javax\\.management\\.remote\\..*"
                  + "|.*\\.SerializationUtils|com\\.esotericsoftware\\.kryo\\.io\\.Input"
                  + "|org\\.apache\\.hadoop\\.io\\.(SequenceFile|ObjectWritable).*"
                  + "|org\\.nd4j\\.linalg\\.dataset\\.api\\.preprocessor\\.serializer\\..*");

  /** Of DL4J's reader of models only the names of its entries: it deserialises some of them. */
  @ArchTest
  static final ArchRule NOBODY_CALLS_DL4JS_READERS =
      noClasses()
          .should()
          .callMethodWhere(
              new DescribedPredicate<JavaMethodCall>(
                  "it reads objects of DL4J or Spark from files") {
                @Override
                public boolean test(JavaMethodCall call) {
                  String owner = call.getTargetOwner().getName();
                  String method = call.getName();
                  return owner.equals("org.deeplearning4j.util.ModelSerializer")
                          && !method.startsWith("write")
                      || method.equals("load") && owner.startsWith("org.deeplearning4j.nn.")
                      || method.equals("objectFile")
                      || method.contains("DefaultTyping") && owner.endsWith("ObjectMapper");
                }
              });

  @ArchTest
  static void packagesAreFreeOfCycles(JavaClasses all) {
    slices().matching("dev.strata.(**)").should().beFreeOfCycles().check(all);
  }

  /** What a user's program calls names no type that may change from one version to the next. */
  @ArchTest
  static final ArchRule THE_API_SHOWS_NO_INTERNAL_TYPE =
      codeUnits()
          .that()
          .areDeclaredInClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.strata.api..").and(modifier(PUBLIC)))
          .and()
          .areNotPrivate()
          .should(
              new ArchCondition<JavaCodeUnit>("show no internal type") {
                @Override
                public void check(JavaCodeUnit unit, ConditionEvents events) {
                  boolean called =
                      unit.getModifiers().contains(PUBLIC)
                          || unit.getModifiers().contains(JavaModifier.PROTECTED);
                  Stream.concat(
                          unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()))
                      .map(JavaClass::getBaseComponentType)
                      .filter(type -> called && type.getPackageName().startsWith("dev.strata."))
                      .filter(type -> !type.getPackageName().startsWith("dev.strata.api"))
                      .forEach(
                          type ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      unit, unit.getFullName() + " shows " + type.getName())));
                }
              });

  /**
   * A reader of a call with more than 8 arguments cannot tell which is which. Records of more
   * components are built by the builder that {@code @RecordBuilder} generates for them.
   */
  @ArchTest
  static final ArchRule MORE_THAN_8_ARGUMENTS_NEED_A_BUILDER =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Builder")
          .should()
          .callConstructorWhere(
              new DescribedPredicate<JavaConstructorCall>("it has more than 8 parameters") {
                @Override
                public boolean test(JavaConstructorCall call) {
                  return call.getTarget().getRawParameterTypes().size() > 8
                      && call.getTargetOwner().getPackageName().startsWith("dev.strata")
                      && !isShorterForm(call);
                }
              });

  /** {@code this(…)} in a record's shorter constructor. */
  private static boolean isShorterForm(JavaConstructorCall call) {
    return call.getOrigin().isConstructor() && call.getOriginOwner().equals(call.getTargetOwner());
  }

  /** A constructor of more than 8 parameters is that of a record, or of the builder of one. */
  @ArchTest
  static void longConstructorsAreThoseOfRecords(JavaClasses all) {
    constructors()
        .that(
            new DescribedPredicate<JavaConstructor>("have more than 8 parameters") {
              @Override
              public boolean test(JavaConstructor constructor) {
                return constructor.getRawParameterTypes().size() > 8;
              }
            })
        .should(
            new ArchCondition<JavaConstructor>("belong to a record with a builder") {
              @Override
              public void check(JavaConstructor constructor, ConditionEvents events) {
                JavaClass owner = constructor.getOwner();
                boolean built =
                    owner.isRecord() && all.contain(builder(owner))
                        || all.stream()
                            .anyMatch(c -> c.isRecord() && builder(c).equals(owner.getName()));
                if (!built) {
                  events.add(SimpleConditionEvent.violated(constructor, constructor.getFullName()));
                }
              }
            })
        .check(all);
  }

  /**
   * Name of the builder that is generated for a record: {@code p.Outer$Inner →
   * p.OuterInnerBuilder}.
   */
  private static String builder(JavaClass type) {
    return type.getName().replace("$", "") + "Builder";
  }
}
