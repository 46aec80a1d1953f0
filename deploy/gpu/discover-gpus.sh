#!/usr/bin/env bash
# Prints the GPUs and MIG slices of this host for Spark, by UUID:
#   {"name": "gpu", "addresses": ["GPU-…", "MIG-…"]}
# Name it in spark.worker.resource.gpu.discoveryScript (standalone) or spark.executor.resource.gpu.discoveryScript (YARN,
# Kubernetes). It needs nvidia-smi. Of a GPU that is cut into MIG slices it prints the slices; one that is in MIG mode and has no
# slice is left out, because CUDA cannot use it. If CUDA_VISIBLE_DEVICES is set, it prints only what that lists.
set -euo pipefail

fail() {
  echo "discover-gpus.sh: $1" >&2
  exit 1
}

command -v nvidia-smi > /dev/null || fail "nvidia-smi is not on PATH; install the NVIDIA driver on $(hostname)"
listing=$(nvidia-smi -L 2>&1) || fail "nvidia-smi -L failed: $(head -n 1 <<< "$listing")"

# "GPU-… Enabled" for each GPU in MIG mode. Drivers before MIG do not know the field; then no GPU is.
modes=$(nvidia-smi --query-gpu=uuid,mig.mode.current --format=csv,noheader 2> /dev/null || true)

# One line a device: number of its GPU, its UUID. nvidia-smi -L:
#   GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-…)
#     MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-…)          drivers before R470: MIG-GPU-5d5ba0d6-…/1/0
devices=$(awk -v modes="$modes" '
  function uuid(line) {
    return match(line, /\(UUID: [^)]+\)/) ? substr(line, RSTART + 7, RLENGTH - 8) : ""
  }
  function whole() {
    if (gpu != "" && !sliced && index(modes, gpu ", Enabled") == 0) print number, gpu
  }
  /^GPU [0-9]+:/ { whole(); gpu = uuid($0); number = $2; sub(/:$/, "", number); sliced = 0 }
  /^[ \t]+MIG /  { sliced = 1; if (uuid($0) != "") print number, uuid($0) }
  END            { whole() }
' <<< "$listing")

# Of CUDA_VISIBLE_DEVICES: a number is a whole GPU as nvidia-smi counts, anything else the beginning of a UUID.
visible() {
  local number=$1 uuid=$2 entry
  [[ -z ${CUDA_VISIBLE_DEVICES+set} ]] && return 0
  for entry in ${CUDA_VISIBLE_DEVICES//,/ }; do
    [[ $uuid == GPU-* && $entry == "$number" ]] && return 0
    [[ $entry == *-* && $uuid == "$entry"* ]] && return 0
  done
  return 1
}

addresses=()
while read -r number uuid; do
  if [[ -n $uuid ]] && visible "$number" "$uuid"; then
    addresses+=("\"$uuid\"")
  fi
done <<< "$devices"

((${#addresses[@]} > 0)) || fail "nvidia-smi lists no GPU on $(hostname) that CUDA can use and CUDA_VISIBLE_DEVICES allows"
joined=$(printf ', %s' "${addresses[@]}")
echo "{\"name\": \"gpu\", \"addresses\": [${joined:2}]}"
