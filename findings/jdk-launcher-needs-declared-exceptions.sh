#!/usr/bin/env bash
# JDK: the launcher refuses a main class if a public method of it declares an exception whose class is missing.
#
# Packages: the JDK alone, 17.0.15; no others
# Input: four programs that print "runs", compiled with an exception class that is deleted afterwards. Declares: main declares it.
#   Other: another public method declares it. Mentions: main creates it, in a branch that is not taken. Calls: calls Declares.main.
# Expected: classes are linked when they are used. A throws clause is for the compiler, no code uses the class, so that all four
#   run; if one fails, then Mentions, whose code names the class.
# What happens: before it runs main, the launcher looks it up by reflection, which resolves the parameters, results and declared
#   exceptions of all public methods. Declares and Other end before their first line. Mentions runs, and so does Declares.main when
#   another class calls it.
# Output seen on 2026-11-29:
#   Declares: Unable to initialize main class, NoClassDefFoundError: Absent
#   Other: Unable to initialize main class, NoClassDefFoundError: Absent
#   Mentions: runs
#   Calls: runs
# Why it matters: a program that checks for an optional library and reports that it is missing never gets to report it.
# Strata: no public method of its main class names a class of Spark, so that it can say which Spark it needs.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Absent.java <<'JAVA'
public class Absent extends Exception {}
JAVA
cat > Declares.java <<'JAVA'
public class Declares {
  public static void main(String[] arguments) throws Absent {
    System.out.println("runs");
  }
}
JAVA
cat > Other.java <<'JAVA'
public class Other {
  public static void main(String[] arguments) {
    System.out.println("runs");
  }

  public static void other() throws Absent {}
}
JAVA
cat > Mentions.java <<'JAVA'
public class Mentions {
  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      System.out.println(new Absent().getMessage());
    }
    System.out.println("runs");
  }
}
JAVA
cat > Calls.java <<'JAVA'
public class Calls {
  public static void main(String[] arguments) throws Exception {
    Declares.main(arguments);
  }
}
JAVA
javac ./*.java
rm Absent.class

for program in Declares Other Mentions Calls; do
  said="$(java -cp . "$program" 2>&1 || true)"
  case "$said" in
    runs) echo "$program: runs" ;;
    *"Unable to initialize main class"*"NoClassDefFoundError: Absent"*)
      echo "$program: Unable to initialize main class, NoClassDefFoundError: Absent" ;;
    *) echo "$program: $said" ;;
  esac
done | tee seen

cat > expected <<'TEXT'
Declares: Unable to initialize main class, NoClassDefFoundError: Absent
Other: Unable to initialize main class, NoClassDefFoundError: Absent
Mentions: runs
Calls: runs
TEXT
if ! diff expected seen; then
  echo "jdk-launcher-needs-declared-exceptions: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "jdk-launcher-needs-declared-exceptions: as stated in the header"
