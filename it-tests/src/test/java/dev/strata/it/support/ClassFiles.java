package dev.strata.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The classes of a class path and of this JVM's Java, by their internal names ({@code
 * org/apache/spark/SparkConf}); answers what another class can link to, as a JVM would.
 */
public final class ClassFiles implements AutoCloseable {
  private static final int FIELD = 9;
  private static final int INTERFACE_METHOD = 11;
  private static final int CLASS = 7;
  private static final String CLASS_FILE = ".class";

  private final List<ZipFile> jars = new ArrayList<>();
  private final Map<String, ZipFile> places = new HashMap<>();
  private final Map<String, Optional<Members>> known = new HashMap<>();

  /** What a class declares: members as name and descriptor in one. */
  private record Members(
      List<String> parents, Set<String> members, Set<String> abstracts, boolean isAbstract) {}

  /** Opens the jars; the first that has a class counts. */
  public ClassFiles(List<Path> classPath) {
    try {
      for (Path path : classPath) {
        ZipFile jar = new ZipFile(path.toFile());
        jars.add(jar);
        jar.stream()
            .filter(entry -> entry.getName().endsWith(CLASS_FILE))
            .forEach(entry -> places.putIfAbsent(className(entry), jar));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the classes whose names begin so, sorted. */
  public Set<String> named(String prefix) {
    Set<String> names = new TreeSet<>(places.keySet());
    names.removeIf(name -> !name.startsWith(prefix));
    return names;
  }

  /** The bytes of a class of the class path. */
  public byte[] bytes(String name) {
    try (InputStream in = places.get(name).getInputStream(entry(name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What that class refers to and would not find here: classes, fields, methods and constructors
   * that are missing, and abstract methods of what it extends that nothing implements.
   */
  public Set<String> missing(byte[] classFile) {
    Set<String> missing = new TreeSet<>();
    ClassReader reader = new ClassReader(classFile);
    char[] buffer = new char[reader.getMaxStringLength()];
    for (int i = 1; i < reader.getItemCount(); i++) {
      int item = reader.getItem(i);
      int tag = item == 0 ? 0 : reader.readByte(item - 1);
      if (tag == CLASS) {
        String name = element(reader.readUTF8(item, buffer));
        boolean itself = name.equals(reader.getClassName());
        if (!name.isEmpty() && !itself && !exists(name)) {
          missing.add("class " + name);
        }
      } else if (tag >= FIELD && tag <= INTERFACE_METHOD) {
        String owner = reader.readClass(item, buffer);
        int description = reader.getItem(reader.readUnsignedShort(item + 2));
        String name = reader.readUTF8(description, buffer);
        String type = reader.readUTF8(description + 2, buffer);
        // Of an array: a method of Object.
        if (!owner.startsWith("[") && exists(owner) && !has(owner, name, type)) {
          missing.add(owner + "." + name + " " + type);
        }
      }
    }
    Members own = read(classFile);
    if (!own.isAbstract()) {
      Set<String> abstracts = new TreeSet<>();
      Set<String> concrete = new HashSet<>(concrete(own));
      collect(own.parents(), abstracts, concrete);
      abstracts.removeAll(concrete);
      abstracts.forEach(method -> missing.add("implementation of " + method));
    }
    return missing;
  }

  /** The class of an array's elements; empty where they are no objects. */
  private static String element(String name) {
    if (!name.startsWith("[")) {
      return name;
    }
    String type = name.substring(name.lastIndexOf('[') + 1);
    return type.startsWith("L") ? type.substring(1, type.length() - 1) : "";
  }

  private boolean exists(String name) {
    return members(name).isPresent();
  }

  private boolean has(String owner, String name, String type) {
    Optional<Members> members = members(owner);
    if (members.isEmpty()) {
      return false;
    }
    // A method handle's, whose descriptor each call chooses.
    boolean chosen = owner.startsWith("java/lang/invoke/") && owner.endsWith("Handle");
    if (chosen || members.get().members().contains(name + type)) {
      return true;
    }
    // Constructors are not inherited.
    return !name.startsWith("<")
        && members.get().parents().stream().anyMatch(parent -> has(parent, name, type));
  }

  private void collect(List<String> parents, Set<String> abstracts, Set<String> concrete) {
    for (String parent : parents) {
      members(parent)
          .ifPresent(
              found -> {
                abstracts.addAll(found.abstracts());
                concrete.addAll(concrete(found));
                collect(found.parents(), abstracts, concrete);
              });
    }
  }

  private static Set<String> concrete(Members members) {
    Set<String> concrete = new HashSet<>(members.members());
    concrete.removeAll(members.abstracts());
    return concrete;
  }

  private Optional<Members> members(String name) {
    Optional<Members> found = known.get(name);
    if (found == null) {
      found = places.containsKey(name) ? Optional.of(read(bytes(name))) : ofJava(name);
      known.put(name, found);
    }
    return found;
  }

  private static Optional<Members> ofJava(String name) {
    ClassLoader java = ClassLoader.getPlatformClassLoader();
    try (InputStream in = java.getResourceAsStream(name + CLASS_FILE)) {
      return in == null ? Optional.empty() : Optional.of(read(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Members read(byte[] classFile) {
    List<String> parents = new ArrayList<>();
    Set<String> members = new HashSet<>();
    Set<String> abstracts = new HashSet<>();
    ClassReader reader = new ClassReader(classFile);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public FieldVisitor visitField(
              int access, String name, String type, String signature, Object value) {
            members.add(name + type);
            return null;
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String name, String type, String signature, String[] thrown) {
            members.add(name + type);
            if ((access & Opcodes.ACC_ABSTRACT) != 0) {
              abstracts.add(name + type);
            }
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    if (reader.getSuperName() != null) {
      parents.add(reader.getSuperName());
    }
    parents.addAll(List.of(reader.getInterfaces()));
    return new Members(
        parents, members, abstracts, (reader.getAccess() & Opcodes.ACC_ABSTRACT) != 0);
  }

  private ZipEntry entry(String name) {
    return places.get(name).getEntry(name + CLASS_FILE);
  }

  private static String className(ZipEntry entry) {
    String name = entry.getName();
    return name.substring(0, name.length() - CLASS_FILE.length());
  }

  @Override
  public void close() throws IOException {
    for (ZipFile jar : jars) {
      jar.close();
    }
  }
}
