#!/usr/bin/env bash
# Measures a GPU in a few minutes, which may be all the time that there is: everything prepares side by side, and measures
# one after another once the lock is gone.
#
#   npm run build && bash test/bench/gpu.sh h200        # writes test/bench/results/*-h200.json
#   bash test/bench/gpu.sh h200 150                     # with 150 seconds to prepare, in place of 90
#
# PyTorch is measured too where python3 has it with CUDA.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly name=${1:?say what the results are called after, h200 for one} seconds=${2:-90}
readonly results=test/bench/results
lock=$(mktemp) # Exists from here on, which holds everybody back.
readonly lock
trap 'rm -f "$lock"' EXIT

swinc() { node dist/swinc.mjs "$@"; }

bench() { # NAME ARGUMENT…
  swinc bench "${@:2}" --lock "$lock" --format json >"$results/$1-$name.json" &
}

torch() { # MODEL BATCH
  local folder=out/$1-pytorch
  python3 test/bench/torch_bench.py "$folder" --dtype f16 --batch "$2" --gemm-backends ATEN --lock "$lock" \
    >"$results/torch-$1-batch-$2-$name.json" &
}

if python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  for model in swin-t swin-b swin-free-b; do
    swinc export "specs/$model.swin" --to pytorch -o "out/$model-pytorch" >/dev/null
    torch "$model" 1
  done
  torch swin-t 32
fi
for model in swin-t swin-b swin-free-b; do
  bench "$model-f16" "specs/$model.swin" --dtype f16 --against ort-webgpu
done
bench swin-t-f16-batch-32 specs/swin-t.swin --dtype f16 --batch 32 --against ort-webgpu
bench swin-t-f32 specs/swin-t.swin --against ort-webgpu
bench table6-f16 'specs/paper.swin#table6' --dtype f16

sleep "$seconds"
rm -f "$lock"
wait
swinc diff 'specs/paper.swin#table4["0000"]' specs/swin-b.swin --bench --samples 20 --dtype f16 --format json \
  >"$results/shift-f16-$name.json"
for model in swin-b swin-free-b; do
  swinc profile "specs/$model.swin" --dtype f16 --format json >"$results/profile-$model-f16-$name.json"
done
