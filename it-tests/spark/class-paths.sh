#!/usr/bin/env bash
# class-paths.sh FOLDER [any arguments for Maven, and -Dstrata.offline=true as another name of -o]...
# Has Maven resolve the libraries of each version in versions.txt, and writes their class path, a line of Maven's
# local repository, to FOLDER/SPARK_SCALA.classpath. Does nothing for a version whose file is newer than the pom.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$1"
shift
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"

arguments=()
for argument in "$@"; do
  case "$argument" in
    -Dstrata.offline=true) arguments+=(-o) ;;
    *) arguments+=("$argument") ;;
  esac
done

while read -r spark scala module; do
  case "$spark" in '' | '#'*) continue ;; esac
  file="$folder/${spark}_$scala.classpath"
  if [ ! -s "$file" ] || [ "$here/pom.xml" -nt "$file" ]; then
    rm -f "$file"
    "$here/../../mvnw" -q -B -ntp ${arguments[@]+"${arguments[@]}"} -f "$here/pom.xml" \
      "-Dspark=$spark" "-Dscala=$scala" "-Dmodule=${module:-mllib}" \
      dependency:build-classpath "-Dmdep.outputFile=$file" </dev/null
  fi
done <"$here/versions.txt"
