// Generated from the .wgsl files beside it by generate-manifest.ts. Do not edit.

import type { Kernel } from './manifest.ts';

export const kernels: Readonly<Record<string, Kernel>> = {
  "activation": {
    "name": "activation",
    "source": "// y = activation(x), element by element.\n//\n// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: f32) -> f32 {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: f32) -> f32 {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, -10.0, 10.0)));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, 0.0);\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, 80.0)));\n  }\n  return value;\n}\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= K || id.y >= batch * ROWS) {\n    return;\n  }\n  let index = id.y * K + id.x;\n  output[index] = Output(activate(f32(x[index])));\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 2,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "add": {
    "name": "add",
    "source": "// y = a + b, element by element.\n//\n// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias First = f32;\nalias Second = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> a: array<First>;\n@group(0) @binding(2) var<storage, read> b: array<Second>;\n@group(0) @binding(3) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= K || id.y >= batch * ROWS) {\n    return;\n  }\n  let index = id.y * K + id.x;\n  output[index] = Output(f32(a[index]) + f32(b[index]));\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      }
    ],
    "sizes": [],
    "aliases": [
      "First",
      "Second",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "a",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "b",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 3,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "affine": {
    "name": "affine",
    "source": "// y[r] = x[r] * scale[i] + shift[i] + residual[r'], where i is the channel (PER 0) or the token (PER 1).\n//\n// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst PER: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> scale: array<f32>;\n@group(0) @binding(3) var<storage, read> shift: array<f32>;\n@group(0) @binding(4) var<storage, read> residual: array<Output>;\n@group(0) @binding(5) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= K || id.y >= batch * ROWS) {\n    return;\n  }\n  let index = select(id.x, id.y % ROWS, PER == 1u);\n  let element = id.y * K + id.x;\n  var value = f32(x[element]) * scale[index] + shift[index];\n  if (RESIDUAL == 1u) {\n    value += f32(residual[residual_row(id.y) * K + id.x]);\n  }\n  output[element] = Output(value);\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "PER",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "shift",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "attention-plain": {
    "name": "attention-plain",
    "source": "// Attention inside windows whose tokens stand side by side: y = softmax(q kᵀ * factor + bias + mask) v for each head.\n//\n// One invocation a query of a head, which keeps the largest score and rescales as it goes. x is [windows, TOKENS, 3, HEADS,\n// HEAD_DIMENSION]. For graphs whose windows no pass has absorbed.\n//\n// Workgroups: x = { count: TOKENS, tile: 32 }, y = { count: WINDOWS, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: nothing.\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Of one image.\nconst WINDOWS: u32 = 4;\nconst TOKENS: u32 = 16;\nconst HEADS: u32 = 1;\nconst HEAD_DIMENSION: u32 = 16;\nconst SCALE: f32 = 0.25;\nconst BIAS: u32 = 0;\nconst MASK: u32 = 0;\n// Whether scores are cosines times scale[head].\nconst COSINE: u32 = 0;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n// [HEADS, TOKENS, TOKENS] and [WINDOWS, TOKENS, TOKENS].\n@group(0) @binding(2) var<storage, read> bias: array<Weight>;\n@group(0) @binding(3) var<storage, read> mask: array<Weight>;\n@group(0) @binding(4) var<storage, read> scale: array<f32>;\n@group(0) @binding(5) var<storage, read_write> output: array<Output>;\n\nconst LANES = 32;\nconst ROW = 3 * HEADS * HEAD_DIMENSION;\nconst SHORTEST = 1e-12;\n\nfn inverse_length(start: u32) -> f32 {\n  var squares = 0.0;\n  for (var d = 0u; d < HEAD_DIMENSION; d++) {\n    let value = f32(x[start + d]);\n    squares += value * value;\n  }\n  return 1.0 / max(sqrt(squares), SHORTEST);\n}\n\n@compute @workgroup_size(LANES)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  let query = id.x;\n  let window = id.y;\n  let head = id.z;\n  if (query >= TOKENS || window >= batch * WINDOWS) {\n    return;\n  }\n  let first = window * TOKENS * ROW + head * HEAD_DIMENSION;\n  let query_start = first + query * ROW;\n  var factor = SCALE;\n  if (COSINE == 1u) {\n    factor = scale[head] * inverse_length(query_start);\n  }\n  var q: array<f32, HEAD_DIMENSION>;\n  var sum: array<f32, HEAD_DIMENSION>;\n  for (var d = 0u; d < HEAD_DIMENSION; d++) {\n    q[d] = f32(x[query_start + d]);\n  }\n  // Finite, and below every score.\n  var largest = -3e38;\n  var total = 0.0;\n  for (var key = 0u; key < TOKENS; key++) {\n    let key_start = first + key * ROW + HEADS * HEAD_DIMENSION;\n    var score = 0.0;\n    for (var d = 0u; d < HEAD_DIMENSION; d++) {\n      score += q[d] * f32(x[key_start + d]);\n    }\n    score *= factor;\n    if (COSINE == 1u) {\n      score *= inverse_length(key_start);\n    }\n    if (BIAS == 1u) {\n      score += f32(bias[(head * TOKENS + query) * TOKENS + key]);\n    }\n    if (MASK == 1u) {\n      score += f32(mask[(window % WINDOWS * TOKENS + query) * TOKENS + key]);\n    }\n    let higher = max(largest, score);\n    let shrink = exp(max(largest - higher, -100.0));\n    let share = exp(score - higher);\n    largest = higher;\n    total = total * shrink + share;\n    for (var d = 0u; d < HEAD_DIMENSION; d++) {\n      sum[d] = sum[d] * shrink + share * f32(x[key_start + HEADS * HEAD_DIMENSION + d]);\n    }\n  }\n  let to = ((window * TOKENS + query) * HEADS + head) * HEAD_DIMENSION;\n  for (var d = 0u; d < HEAD_DIMENSION; d++) {\n    output[to + d] = Output(sum[d] / total);\n  }\n}\n",
    "workgroupSize": [
      32,
      1,
      1
    ],
    "constants": [
      {
        "name": "WINDOWS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "TOKENS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "HEADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 16
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 0.25
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK",
        "type": "u32",
        "default": 0
      },
      {
        "name": "COSINE",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "mask",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "batch-norm": {
    "name": "batch-norm",
    "source": "// y[r] = (x[r] - mean[i]) / sqrt(variance[i] + EPSILON) * weight[i] + bias[i], where i is the channel (PER 0) or the\n// token (PER 1).\n//\n// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst PER: u32 = 0;\nconst EPSILON: f32 = 1e-5;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<f32>;\n@group(0) @binding(3) var<storage, read> bias: array<f32>;\n@group(0) @binding(4) var<storage, read> mean: array<f32>;\n@group(0) @binding(5) var<storage, read> variance: array<f32>;\n@group(0) @binding(6) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= K || id.y >= batch * ROWS) {\n    return;\n  }\n  let index = select(id.x, id.y % ROWS, PER == 1u);\n  let element = id.y * K + id.x;\n  let normalised = (f32(x[element]) - mean[index]) / sqrt(variance[index] + EPSILON);\n  output[element] = Output(normalised * weight[index] + bias[index]);\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "PER",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "mean",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "variance",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "layer-norm-serial": {
    "name": "layer-norm-serial",
    "source": "// y[r] = (x[r] - mean) / deviation * weight + bias + residual[r'] over the K values of a row.\n//\n// For software adapters: one invocation a row.\n//\n// Workgroups: x = { count: ROWS, batched, tile: 16 }, y = 1, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst EPSILON: f32 = 1e-5;\nconst AFFINE: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<f32>;\n@group(0) @binding(3) var<storage, read> bias: array<f32>;\n@group(0) @binding(4) var<storage, read> residual: array<Output>;\n@group(0) @binding(5) var<storage, read_write> output: array<Output>;\n\nconst LANES = 16;\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\nfn store(row: u32, k: u32, normalised: f32) {\n  var value = normalised;\n  if (AFFINE == 1u) {\n    value = value * weight[k] + bias[k];\n  }\n  if (RESIDUAL == 1u) {\n    value += f32(residual[residual_row(row) * K + k]);\n  }\n  output[row * K + k] = Output(value);\n}\n\n@compute @workgroup_size(LANES)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  let row = id.x;\n  if (row >= batch * ROWS) {\n    return;\n  }\n  var sum = 0.0;\n  for (var k = 0u; k < K; k++) {\n    sum += f32(x[row * K + k]);\n  }\n  let mean = sum / f32(K);\n  var squares = 0.0;\n  for (var k = 0u; k < K; k++) {\n    let difference = f32(x[row * K + k]) - mean;\n    squares += difference * difference;\n  }\n  let scale = inverseSqrt(squares / f32(K) + EPSILON);\n  for (var k = 0u; k < K; k++) {\n    store(row, k, (f32(x[row * K + k]) - mean) * scale);\n  }\n}\n",
    "workgroupSize": [
      16,
      1,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "AFFINE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "layer-norm-workgroup": {
    "name": "layer-norm-workgroup",
    "source": "// y[r] = (x[r] - mean) / deviation * weight + bias + residual[r'] over the K values of a row.\n//\n// For GPUs: 32 invocations a row, 8 rows a workgroup.\n//\n// Workgroups: x = { count: ROWS, batched, tile: 8 }, y = 1, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst EPSILON: f32 = 1e-5;\nconst AFFINE: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<f32>;\n@group(0) @binding(3) var<storage, read> bias: array<f32>;\n@group(0) @binding(4) var<storage, read> residual: array<Output>;\n@group(0) @binding(5) var<storage, read_write> output: array<Output>;\n\nconst LANES = 32u;\nconst ROW_TILE = 8u;\n\nvar<workgroup> partial: array<array<f32, LANES>, ROW_TILE>;\n\n// The sum of a value over the lanes of a row; every invocation of the workgroup must call it.\nfn sum_lanes(local: vec3u, value: f32) -> f32 {\n  partial[local.y][local.x] = value;\n  workgroupBarrier();\n  for (var half = LANES / 2u; half > 0u; half /= 2u) {\n    if (local.x < half) {\n      partial[local.y][local.x] += partial[local.y][local.x + half];\n    }\n    workgroupBarrier();\n  }\n  let sum = partial[local.y][0];\n  workgroupBarrier();\n  return sum;\n}\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\nfn store(row: u32, k: u32, normalised: f32) {\n  var value = normalised;\n  if (AFFINE == 1u) {\n    value = value * weight[k] + bias[k];\n  }\n  if (RESIDUAL == 1u) {\n    value += f32(residual[residual_row(row) * K + k]);\n  }\n  output[row * K + k] = Output(value);\n}\n\n@compute @workgroup_size(LANES, ROW_TILE)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {\n  let row = group.x * ROW_TILE + local.y;\n  let source_row = min(row, batch * ROWS - 1u);\n  var sum = 0.0;\n  for (var k = local.x; k < K; k += LANES) {\n    sum += f32(x[source_row * K + k]);\n  }\n  let mean = sum_lanes(local, sum) / f32(K);\n  var squares = 0.0;\n  for (var k = local.x; k < K; k += LANES) {\n    let difference = f32(x[source_row * K + k]) - mean;\n    squares += difference * difference;\n  }\n  let scale = inverseSqrt(sum_lanes(local, squares) / f32(K) + EPSILON);\n  if (row >= batch * ROWS) {\n    return;\n  }\n  for (var k = local.x; k < K; k += LANES) {\n    store(row, k, (f32(x[row * K + k]) - mean) * scale);\n  }\n}\n",
    "workgroupSize": [
      32,
      8,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "AFFINE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "partial",
        "type": "array<array<f32, LANES>, ROW_TILE>"
      }
    ]
  },
  "linear-any": {
    "name": "linear-any",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For shapes that the tiled kernels cannot take, on any adapter: scalar loads, one invocation an output.\n//\n// Workgroups: x = { count: N, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Output rows of one image, and the sizes of the product.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst N: u32 = 16;\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\n// The grid of x (the image for SOURCE 2) and its channels.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst CHANNELS: u32 = 4;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the output tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<Weight>;\n@group(0) @binding(3) var<storage, read> bias: array<f32>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<Output>;\n@group(0) @binding(6) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x.\nconst RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);\nconst RUNS = K / RUN;\n\nfn unroll(row: u32, column: u32) -> u32 {\n  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;\n}\n\n// Where a run of an output row begins in x, or OUTSIDE.\nfn run_start(row: u32, run: u32) -> u32 {\n  let image = row / ROWS;\n  let token = row % ROWS;\n  if (SOURCE == 0u) {\n    if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n      return row * K;\n    }\n    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * K;\n  }\n  if (SOURCE == 1u) {\n    const COLUMNS = (WIDTH + 1u) / 2u;\n    let pixel_row = token / COLUMNS * 2u + run % 2u;\n    let pixel_column = token % COLUMNS * 2u + run / 2u;\n    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * CHANNELS;\n    return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);\n  }\n  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);\n  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * CHANNELS + run / PATCH_HEIGHT;\n  return (plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH;\n}\n\nfn load(start: u32, offset: u32) -> f32 {\n  if (start == OUTSIDE) {\n    return 0.0;\n  }\n  return f32(x[start + offset]);\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: f32, b: f32, c: f32) -> f32 {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// The scale and shift of a row.\nfn normalisation(row: u32) -> vec2f {\n  if (NORMALISE == 1u) {\n    let start = run_start(row, 0u);\n    return vec2f(1.0, -middle(load(start, 0u), load(start, RUN / 2u), load(start, RUN - 1u)));\n  }\n  if (NORMALISE == 2u) {\n    return rows[row % ROWS];\n  }\n  return vec2f(1.0, 0.0);\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: f32) -> f32 {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: f32) -> f32 {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, -10.0, 10.0)));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, 0.0);\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, 80.0)));\n  }\n  return value;\n}\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  let column = id.x;\n  let row = id.y;\n  if (column >= N || row >= batch * ROWS) {\n    return;\n  }\n  let norm = normalisation(row);\n  var value = 0.0;\n  var sum = 0.0;\n  var squares = 0.0;\n  for (var run = 0u; run < RUNS; run++) {\n    let start = run_start(row, run);\n    for (var offset = 0u; offset < RUN; offset++) {\n      let a = load(start, offset) * norm.x + norm.y;\n      value += a * f32(weight[(run * RUN + offset) * N + column]);\n      sum += a;\n      squares += a * a;\n    }\n  }\n  if (NORMALISE == 1u) {\n    let mean = sum / f32(K);\n    value *= inverseSqrt(max(squares / f32(K) - mean * mean, 0.0) + EPSILON);\n  }\n  if (BIAS == 1u) {\n    value += bias[column];\n  }\n  value = activate(value);\n  if (RESIDUAL == 1u) {\n    value += f32(residual[residual_row(row) * N + column]);\n  }\n  output[row * N + column] = Output(value);\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "N",
        "type": "u32",
        "default": 16
      },
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "CHANNELS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "linear-matrix": {
    "name": "linear-matrix",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. Tiles of A and of\n// the weight go through workgroup memory, two of each: while one is read the other is filled, with one barrier in between.\n// A subgroup computes BELOW x BESIDE matrices of 16 x 16. SPOTS subgroups, ACROSS of them side by side, cover the outputs\n// of a workgroup; SLICES times as many divide K among them, and at the end the slices are added in their order. What a tile\n// needs is loaded AHEAD tiles before. Sums reach the epilogue through the memory of the tiles. Values of A are rounded to\n// f16 after they are normalised.\n//\n// Workgroups: x = { count: N, tile: 16 * BESIDE * ACROSS },\n//             y = { count: ROWS, batched, tile: 16 * BELOW * SPOTS / ACROSS }, z = 1.\n// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2); subgroups of\n// 32 invocations; matrices of 16 x 16 by 16 x 16, f16 in and f32 out. Constants are powers of two; DEPTH is a multiple of\n// 16 * SLICES, and SPOTS of ACROSS; each tile has as many quads as the workgroup has invocations, or a multiple. BESIDE may\n// also be 3, and AHEAD is 1 or 2.\n\nenable f16;\nenable subgroups;\nenable chromium_experimental_subgroup_matrix;\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Output rows of one image, and the sizes of the product.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst N: u32 = 16;\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\n// The grid of x (the image for SOURCE 2) and its channels.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst CHANNELS: u32 = 4;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the output tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n// How the work is divided, and how much of K a tile holds.\nconst ACROSS: u32 = 2;\nconst SPOTS: u32 = 4;\nconst SLICES: u32 = 1;\nconst BELOW: u32 = 1;\nconst BESIDE: u32 = 1;\nconst DEPTH: u32 = 32;\nconst AHEAD: u32 = 2;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;\n@group(0) @binding(3) var<storage, read> bias: array<vec4f>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;\n@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;\n\n// Invocations of a subgroup, and rows and columns of a matrix.\nconst LANES = 32u;\nconst SIDE = 16u;\nconst INVOCATIONS = LANES * SPOTS * SLICES;\nconst TILE_ROWS = SIDE * BELOW * (SPOTS / ACROSS);\nconst TILE_COLUMNS = SIDE * BESIDE * ACROSS;\n// Vec4s of a row of the tiles, and how many of each an invocation brings.\nconst QUADS = DEPTH / 4u;\nconst COLUMN_QUADS = TILE_COLUMNS / 4u;\nconst A_LOADS = TILE_ROWS * QUADS / INVOCATIONS;\nconst WEIGHT_LOADS = DEPTH * COLUMN_QUADS / INVOCATIONS;\nconst STEPS = DEPTH / (SIDE * SLICES);\nconst LOAD_ROWS = INVOCATIONS / QUADS;\n// Rows of the tiles lie further apart than they are long, so that those of a matrix are in different banks.\nconst A_STRIDE = QUADS + 2u;\nconst WEIGHT_STRIDE = COLUMN_QUADS + 2u;\nconst A_TILE = TILE_ROWS * A_STRIDE;\nconst WEIGHT_TILE = DEPTH * WEIGHT_STRIDE;\nconst TILES = 2u * (A_TILE + WEIGHT_TILE);\nconst WEIGHT_START = 2u * A_TILE;\n// A matrix of sums, in the same units of eight bytes, and how many of a subgroup's the memory of the tiles takes at once.\nconst SUM_STRIDE = SIDE / 2u + 2u;\nconst SUMS = SIDE * SUM_STRIDE;\nconst MATRICES = BELOW * BESIDE;\nconst ROUND = min(MATRICES, TILES / (SPOTS * SLICES * SUMS));\nconst ROUNDS = (MATRICES + ROUND - 1u) / ROUND;\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x.\nconst RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);\n\n// The tiles of A, then those of the weight; at the end matrices of sums.\nvar<workgroup> tiles: array<vec4<f16>, TILES>;\nvar<workgroup> scales: array<f32, TILE_ROWS>;\n\nfn unroll(row: u32, column: u32) -> u32 {\n  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;\n}\n\n// Where a run of an output row begins in x, counted in vec4s, or OUTSIDE.\nfn run_start(row: u32, run: u32) -> u32 {\n  let image = row / ROWS;\n  let token = row % ROWS;\n  if (SOURCE == 0u) {\n    if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n      return row * (K / 4u);\n    }\n    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * (K / 4u);\n  }\n  if (SOURCE == 1u) {\n    const COLUMNS = (WIDTH + 1u) / 2u;\n    let pixel_row = token / COLUMNS * 2u + run % 2u;\n    let pixel_column = token % COLUMNS * 2u + run / 2u;\n    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * (CHANNELS / 4u);\n    return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);\n  }\n  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);\n  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * CHANNELS + run / PATCH_HEIGHT;\n  return ((plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH) / 4u;\n}\n\n// Four elements of a row of x, without a branch; zeros outside, and whatever behind the end of a K that tiles divide.\nfn load(row: u32, k: u32) -> vec4<Input> {\n  let inside = min(k, K - 4u);\n  let start = run_start(row, select(inside / RUN, 0u, SOURCE == 0u));\n  let place = select(inside % RUN, inside, SOURCE == 0u) / 4u;\n  let value = x[select(start, 0u, SOURCE == 1u && start == OUTSIDE) + place];\n  let is_zero = (SOURCE == 1u && start == OUTSIDE) || (K % DEPTH > 0u && k >= K);\n  return select(value, vec4<Input>(), is_zero);\n}\n\n// Columns behind the last one are whatever: they are not stored.\nfn weight_at(k: u32, column: u32) -> vec4<Weight> {\n  let value = weight[min(k, K - 1u) * (N / 4u) + min(column, N / 4u - 1u)];\n  return select(value, vec4<Weight>(), K % DEPTH > 0u && k >= K);\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: f32, b: f32, c: f32) -> f32 {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// The scale and shift of a row.\nfn normalisation(row: u32) -> vec2f {\n  if (NORMALISE == 1u) {\n    let start = run_start(row, 0u);\n    return vec2f(1.0, -middle(f32(x[start].x), f32(x[start + RUN / 8u].x), f32(x[start + RUN / 4u - 1u].w)));\n  }\n  if (NORMALISE == 2u) {\n    return rows[row % ROWS];\n  }\n  return vec2f(1.0, 0.0);\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: vec4f) -> vec4f {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: vec4f) -> vec4f {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, vec4f());\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, vec4f(80.0))));\n  }\n  return value;\n}\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\n// Where the outputs of a workgroup begin, those of a subgroup in them, and an invocation among those that share K.\nstruct Place {\n  first_row: u32,\n  first_column: u32,\n  below: u32,\n  beside: u32,\n  lane: u32,\n}\n\n// What an invocation stores: quads of each matrix, in turns.\nconst TURNS = max(2u / SLICES, 1u);\n\nstruct Quad {\n  tile_row: u32,\n  row: u32,\n  column: u32,\n  // Whether it is one of the outputs; otherwise row and column are those of another.\n  exists: bool,\n}\n\nfn quad_at(matrix: u32, turn: u32, at: Place) -> Quad {\n  let quad = turn * SLICES * LANES + at.lane;\n  let tile_row = at.below + matrix / BESIDE * SIDE + quad / 4u;\n  let row = at.first_row + tile_row;\n  let column = at.first_column + (at.beside + matrix % BESIDE * SIDE) / 4u + quad % 4u;\n  let exists = quad < SIDE * SIDE / 4u && row < batch * ROWS && column < N / 4u;\n  return Quad(tile_row, min(row, batch * ROWS - 1u), min(column, N / 4u - 1u), exists);\n}\n\n// What an invocation brings for the tiles: loaded before the tiles at hand are read, and put in place afterwards.\nstruct Brought {\n  a: array<vec4<Input>, A_LOADS>,\n  weights: array<vec4<Weight>, WEIGHT_LOADS>,\n}\n\nfn bring(first_row: u32, first_column: u32, k: u32, invocation: u32) -> Brought {\n  var brought: Brought;\n  for (var i = 0u; i < A_LOADS; i++) { // unrolled\n    let row = min(first_row + invocation / QUADS + i * LOAD_ROWS, batch * ROWS - 1u);\n    brought.a[i] = load(row, k + invocation % QUADS * 4u);\n  }\n  for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled\n    let place = invocation + i * INVOCATIONS;\n    brought.weights[i] = weight_at(k + place / COLUMN_QUADS, first_column + place % COLUMN_QUADS);\n  }\n  return brought;\n}\n\nalias Left = subgroup_matrix_left<f16, SIDE, SIDE>;\nalias Right = subgroup_matrix_right<f16, SIDE, SIDE>;\nalias Result = subgroup_matrix_result<f32, SIDE, SIDE>;\n\n// Finds the scale of each row of the tile, from the moments of the quads that invocations brought. Those of a row are\n// side by side in a subgroup.\nfn find_scales(moments: array<vec2f, A_LOADS>, invocation: u32) {\n  for (var i = 0u; i < A_LOADS; i++) { // unrolled\n    var total = moments[i];\n    for (var step = 0u; step < 5u; step++) { // unrolled\n      if ((1u << step) < QUADS) {\n        total += subgroupShuffleXor(total, 1u << step);\n      }\n    }\n    total /= f32(K);\n    if (invocation % QUADS == 0u) {\n      scales[invocation / QUADS + i * LOAD_ROWS] = inverseSqrt(max(total.y - total.x * total.x, 0.0) + EPSILON);\n    }\n  }\n  workgroupBarrier();\n}\n\n// A quad of a matrix of sums.\nfn sum_at(matrix: u32, quad: u32) -> vec4f {\n  let place = matrix * SUMS + quad / 4u * SUM_STRIDE + quad % 4u * 2u;\n  return vec4f(bitcast<vec2f>(tiles[place]), bitcast<vec2f>(tiles[place + 1u]));\n}\n\n@compute @workgroup_size(LANES, SPOTS, SLICES)\nfn main(\n  @builtin(workgroup_id) group: vec3u,\n  @builtin(local_invocation_index) invocation: u32,\n  @builtin(subgroup_id) subgroup: u32,\n  @builtin(subgroup_invocation_id) subgroup_lane: u32,\n) {\n  let first_row = group.y * TILE_ROWS;\n  let first_column = group.x * COLUMN_QUADS;\n  let spot = subgroup % SPOTS;\n  let slice = subgroup / SPOTS;\n  let below = spot / ACROSS * (BELOW * SIDE);\n  let beside = spot % ACROSS * (BESIDE * SIDE);\n  let at = Place(first_row, first_column, below, beside, slice * LANES + subgroup_lane);\n  var norms: array<vec2f, A_LOADS>;\n  var moments: array<vec2f, A_LOADS>;\n  for (var i = 0u; i < A_LOADS; i++) { // unrolled\n    norms[i] = normalisation(min(first_row + invocation / QUADS + i * LOAD_ROWS, batch * ROWS - 1u));\n  }\n  var brought: array<Brought, 2>;\n  brought[0] = bring(first_row, first_column, 0u, invocation);\n  if (AHEAD == 2u) {\n    brought[1] = bring(first_row, first_column, DEPTH, invocation);\n  }\n  var results: array<Result, MATRICES>;\n  for (var first = 0u; first < K; first += 2u * DEPTH) {\n    for (var tile = 0u; tile < 2u; tile++) { // unrolled\n      let k = first + tile * DEPTH;\n      if (k < K) {\n        for (var i = 0u; i < A_LOADS; i++) { // unrolled\n          var a = vec4<f16>(brought[tile % AHEAD].a[i]);\n          if (NORMALISE > 0u) {\n            var value = vec4f(brought[tile % AHEAD].a[i]) * norms[i].x + norms[i].y;\n            if (K % DEPTH > 0u) {\n              value = select(value, vec4f(), k + invocation % QUADS * 4u >= K);\n            }\n            moments[i] += vec2f(dot(value, vec4f(1.0)), dot(value, value));\n            a = vec4<f16>(value);\n          }\n          tiles[tile * A_TILE + (invocation / QUADS + i * LOAD_ROWS) * A_STRIDE + invocation % QUADS] = a;\n        }\n        for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled\n          let place = invocation + i * INVOCATIONS;\n          tiles[WEIGHT_START + tile * WEIGHT_TILE + place / COLUMN_QUADS * WEIGHT_STRIDE + place % COLUMN_QUADS] =\n            vec4<f16>(brought[tile % AHEAD].weights[i]);\n        }\n        workgroupBarrier();\n        brought[tile % AHEAD] = bring(first_row, first_column, k + AHEAD * DEPTH, invocation);\n        for (var step = 0u; step < STEPS; step++) { // unrolled\n          let depth = (step * SLICES + slice) * SIDE;\n          var left: array<Left, BELOW>;\n          for (var i = 0u; i < BELOW; i++) { // unrolled\n            let start = tile * A_TILE + (below + i * SIDE) * A_STRIDE + depth / 4u;\n            left[i] = subgroupMatrixLoad<Left, row_major>(&tiles, start, A_STRIDE);\n          }\n          for (var j = 0u; j < BESIDE; j++) { // unrolled\n            let start = WEIGHT_START + tile * WEIGHT_TILE + depth * WEIGHT_STRIDE + (beside + j * SIDE) / 4u;\n            let right = subgroupMatrixLoad<Right, row_major>(&tiles, start, WEIGHT_STRIDE);\n            for (var i = 0u; i < BELOW; i++) { // unrolled\n              results[i * BESIDE + j] = subgroupMatrixMultiplyAccumulate(left[i], right, results[i * BESIDE + j]);\n            }\n          }\n        }\n      }\n    }\n  }\n  if (NORMALISE == 1u) {\n    find_scales(moments, invocation);\n  }\n  // Loaded before any is used, so that an invocation waits once.\n  var residuals: array<vec4<Output>, MATRICES * TURNS>;\n  var biases: array<vec4f, BESIDE>;\n  for (var i = 0u; i < MATRICES; i++) { // unrolled\n    for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n      let quad = quad_at(i, turn, at);\n      if (RESIDUAL == 1u) {\n        residuals[i * TURNS + turn] = residual[residual_row(quad.row) * (N / 4u) + quad.column];\n      }\n      if (BIAS == 1u && i < BESIDE && turn == 0u) {\n        biases[i % BESIDE] = bias[quad.column];\n      }\n    }\n  }\n  for (var round = 0u; round < ROUNDS; round++) { // unrolled\n    // Nobody reads the tiles, or the sums of the round before, any more.\n    workgroupBarrier();\n    for (var i = 0u; i < MATRICES; i++) { // unrolled\n      if (i / ROUND == round) {\n        let start = (i % ROUND * (SPOTS * SLICES) + subgroup) * SUMS;\n        subgroupMatrixStore<row_major>(&tiles, start, results[i], SUM_STRIDE);\n      }\n    }\n    workgroupBarrier();\n    for (var i = 0u; i < MATRICES; i++) { // unrolled\n      for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n        let quad = quad_at(i, turn, at);\n        if (i / ROUND == round && quad.exists) {\n          var value = vec4f();\n          for (var other = 0u; other < SLICES; other++) { // unrolled\n            value += sum_at((i % ROUND * SLICES + other) * SPOTS + spot, turn * SLICES * LANES + at.lane);\n          }\n          if (NORMALISE == 1u) {\n            value *= scales[quad.tile_row];\n          }\n          if (BIAS == 1u) {\n            value += biases[i % BESIDE];\n          }\n          value = activate(value);\n          if (RESIDUAL == 1u) {\n            value += vec4f(residuals[i * TURNS + turn]);\n          }\n          output[quad.row * (N / 4u) + quad.column] = vec4<Output>(value);\n        }\n      }\n    }\n  }\n}\n",
    "workgroupSize": [
      32,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "N",
        "type": "u32",
        "default": 16
      },
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "CHANNELS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ACROSS",
        "type": "u32",
        "default": 2
      },
      {
        "name": "SPOTS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "SLICES",
        "type": "u32",
        "default": 1
      },
      {
        "name": "BELOW",
        "type": "u32",
        "default": 1
      },
      {
        "name": "BESIDE",
        "type": "u32",
        "default": 1
      },
      {
        "name": "DEPTH",
        "type": "u32",
        "default": 32
      },
      {
        "name": "AHEAD",
        "type": "u32",
        "default": 2
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "tiles",
        "type": "array<vec4<f16>, TILES>"
      },
      {
        "name": "scales",
        "type": "array<f32, TILE_ROWS>"
      }
    ]
  },
  "linear-quad": {
    "name": "linear-quad",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For software adapters that run four invocations together, and keep what they hold in memory and not in registers: each\n// sum is read and written once for four steps of k, as a matrix times a vector, whose terms are added while they are at\n// hand. Each element of A is loaded once for a workgroup, which is a quad, and changes places within it; so an invocation\n// holds as many rows as the tile x 8 columns, but the rows of a quad in an order of its own. At the end the sums go to\n// indexed arrays, so that the epilogue is written once and loops over the tile.\n//\n// Workgroups: x = { count: N, tile: 32 }, y = { count: ROWS, batched, tile: 4 * PARTS }, z = 1.\n// Requires: N % 4 == 0, and K (SOURCE 1: CHANNELS; 2: PATCH_WIDTH and WIDTH) % 4 == 0; subgroups.\n\nenable subgroups;\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// Rows of A that an invocation loads: a fourth of the tile's.\nconst PARTS: u32 = 4;\n\n// No part of the text, so that one pipeline serves the products of all stages: software adapters take longer to compile\n// one than to run it.\nstruct Sizes {\n  // Output rows of one image, and the sizes of the product.\n  ROWS: u32,\n  K: u32,\n  N: u32,\n  // The grid of x (the image for SOURCE 2) and its channels.\n  HEIGHT: u32,\n  WIDTH: u32,\n  CHANNELS: u32,\n  // The grid of the output tokens.\n  OUTPUT_HEIGHT: u32,\n  OUTPUT_WIDTH: u32,\n}\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;\n@group(0) @binding(3) var<storage, read> bias: array<vec4f>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;\n@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;\n@group(0) @binding(7) var<uniform> sizes: Sizes;\n\nconst TILE = 4u * PARTS;\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x: where they begin, and as long as they are, counted in vec4s.\nfn run_quads(size: Sizes) -> u32 {\n  return select(select(size.K, size.CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u) / 4u;\n}\n\nfn rolled_place(size: Sizes, row: u32, column: u32) -> u32 {\n  let from_row = (row + size.HEIGHT - ROLL_HEIGHT) % size.HEIGHT;\n  return from_row * size.WIDTH + (column + size.WIDTH - ROLL_WIDTH) % size.WIDTH;\n}\n\n// Or OUTSIDE.\nfn run_start(size: Sizes, row: u32, run: u32) -> u32 {\n  if (SOURCE == 0u && ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n    return row * (size.K / 4u);\n  }\n  let width = size.WIDTH;\n  let image = row / size.ROWS;\n  let token = row % size.ROWS;\n  if (SOURCE == 0u) {\n    return (image * size.ROWS + rolled_place(size, token / width, token % width)) * (size.K / 4u);\n  }\n  if (SOURCE == 1u) {\n    let columns = (width + 1u) / 2u;\n    let pixel_row = token / columns * 2u + run % 2u;\n    let pixel_column = token % columns * 2u + run / 2u;\n    let start = (image * (size.HEIGHT * width) + rolled_place(size, pixel_row, pixel_column)) * (size.CHANNELS / 4u);\n    return select(start, OUTSIDE, pixel_row >= size.HEIGHT || pixel_column >= width);\n  }\n  let columns = width / PATCH_WIDTH;\n  let pixel_row = token / columns * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * size.CHANNELS + run / PATCH_HEIGHT;\n  return ((plane * size.HEIGHT + pixel_row) * width + token % columns * PATCH_WIDTH) / 4u;\n}\n\n// Four elements of a run.\nfn load(start: u32, offset: u32) -> vec4f {\n  if (SOURCE == 1u && start == OUTSIDE) {\n    return vec4f();\n  }\n  return vec4f(x[start + offset]);\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: f32, b: f32, c: f32) -> f32 {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// The scale and the shift of a row.\nfn normalisation(size: Sizes, row: u32) -> vec2f {\n  if (NORMALISE == 1u) {\n    let start = run_start(size, row, 0u);\n    let quads = run_quads(size);\n    return vec2f(1.0, -middle(f32(x[start].x), f32(x[start + quads / 2u].x), f32(x[start + quads - 1u].w)));\n  }\n  if (NORMALISE == 2u) {\n    return rows[row % size.ROWS];\n  }\n  return vec2f(1.0, 0.0);\n}\n\nfn normalise(values: vec4f, norm: vec2f) -> vec4f {\n  if (NORMALISE == 0u) {\n    return values;\n  }\n  if (NORMALISE == 1u) {\n    return values + norm.y;\n  }\n  return values * norm.x + norm.y;\n}\n\nfn inverse_deviation(size: Sizes, moments: vec2f) -> f32 {\n  let mean = moments / f32(size.K);\n  return inverseSqrt(max(mean.y - mean.x * mean.x, 0.0) + EPSILON);\n}\n\n// Four columns of the weight for each of four steps of k.\nfn load_weights(index: u32, stride: u32) -> mat4x4f {\n  return mat4x4f(\n    vec4f(weight[index]),\n    vec4f(weight[index + stride]),\n    vec4f(weight[index + 2u * stride]),\n    vec4f(weight[index + 3u * stride]),\n  );\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: vec4f) -> vec4f {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: vec4f) -> vec4f {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, vec4f());\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, vec4f(80.0))));\n  }\n  return value;\n}\n\nfn residual_from(size: Sizes, row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let height = size.OUTPUT_HEIGHT;\n  let width = size.OUTPUT_WIDTH;\n  let token = row % size.ROWS;\n  let from_row = (token / width + height - RESIDUAL_ROLL_HEIGHT) % height;\n  let from_column = (token % width + width - RESIDUAL_ROLL_WIDTH) % width;\n  return row - token + from_row * width + from_column;\n}\n\nfn store(size: Sizes, row: u32, column: u32, sum: vec4f) {\n  let quads = size.N / 4u;\n  var value = activate(sum);\n  if (RESIDUAL == 1u) {\n    value += vec4f(residual[residual_from(size, row) * quads + column]);\n  }\n  output[row * quads + column] = vec4<Output>(value);\n}\n\nfn bias_of(column: u32) -> vec4f {\n  if (BIAS == 1u) {\n    return bias[column];\n  }\n  return vec4f();\n}\n\n@compute @workgroup_size(4)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let size = sizes;\n  let row = group.y * TILE;\n  let end = batch * size.ROWS;\n  let quads = size.N / 4u;\n  let left = group.x * 8u + lane;\n  let right = left + 4u;\n  let left_source = min(left, quads - 1u);\n  let right_source = min(right, quads - 1u);\n  var norms: array<vec2f, PARTS>;\n  for (var part = 0u; part < PARTS; part++) { // unrolled\n    norms[part] = normalisation(size, min(row + 4u * part + lane, end - 1u));\n  }\n  var starts: array<u32, PARTS>;\n  var moments: array<vec2f, PARTS>;\n  // Of row 4 * part + (lane ^ turn), four columns at the left and four at the right.\n  var left_sums: array<vec4f, TILE>;\n  var right_sums: array<vec4f, TILE>;\n  let steps = run_quads(size);\n  let runs = size.K / 4u / steps;\n  for (var run = 0u; run < runs; run++) { // once if SOURCE == 0u\n    for (var part = 0u; part < PARTS; part++) { // unrolled\n      starts[part] = run_start(size, min(row + 4u * part + lane, end - 1u), run);\n    }\n    for (var offset = 0u; offset < steps; offset++) {\n      let first = (run * steps + offset) * (4u * quads);\n      let left_weights = load_weights(first + left_source, quads);\n      let right_weights = load_weights(first + right_source, quads);\n      for (var part = 0u; part < PARTS; part++) { // unrolled\n        let values = normalise(load(starts[part], offset), norms[part]);\n        if (NORMALISE == 1u) {\n          moments[part] += vec2f(dot(values, vec4f(1.0)), dot(values, values));\n        }\n        let beside = quadSwapX(values);\n        let below = quadSwapY(values);\n        let across = quadSwapDiagonal(values);\n        left_sums[4u * part] += left_weights * values;\n        left_sums[4u * part + 1u] += left_weights * beside;\n        left_sums[4u * part + 2u] += left_weights * below;\n        left_sums[4u * part + 3u] += left_weights * across;\n        right_sums[4u * part] += right_weights * values;\n        right_sums[4u * part + 1u] += right_weights * beside;\n        right_sums[4u * part + 2u] += right_weights * below;\n        right_sums[4u * part + 3u] += right_weights * across;\n      }\n    }\n  }\n  // Indexed from here on, so that the epilogue is written once.\n  var scales: array<f32, PARTS>;\n  if (NORMALISE == 1u) {\n    for (var part = 0u; part < PARTS; part++) { // unrolled\n      scales[part] = inverse_deviation(size, moments[part]);\n    }\n  }\n  var left_tile: array<vec4f, TILE>;\n  var right_tile: array<vec4f, TILE>;\n  for (var index = 0u; index < TILE; index++) { // unrolled\n    left_tile[index] = left_sums[index];\n    right_tile[index] = right_sums[index];\n  }\n  let left_bias = bias_of(left_source);\n  let right_bias = bias_of(right_source);\n  // No constant, so that no driver unrolls the loop that counts to it.\n  for (var index = 0u; index < TILE * min(batch, 1u); index++) {\n    let stored = row + (index ^ lane);\n    var scale = 1.0;\n    if (NORMALISE == 1u) {\n      scale = subgroupShuffleXor(scales[index / 4u], index % 4u);\n    }\n    if (stored < end && left < quads) {\n      store(size, stored, left, left_tile[index] * scale + left_bias);\n    }\n    if (stored < end && right < quads) {\n      store(size, stored, right, right_tile[index] * scale + right_bias);\n    }\n  }\n}\n",
    "workgroupSize": [
      4,
      1,
      1
    ],
    "constants": [
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "PARTS",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [
      "ROWS",
      "K",
      "N",
      "HEIGHT",
      "WIDTH",
      "CHANNELS",
      "OUTPUT_HEIGHT",
      "OUTPUT_WIDTH"
    ],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      },
      {
        "name": "sizes",
        "group": 0,
        "binding": 7,
        "access": "uniform"
      }
    ],
    "workgroupVariables": []
  },
  "linear-register": {
    "name": "linear-register",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For software adapters: one invocation holds 8 rows x 8 columns in matrices; no workgroup memory, no barriers, no\n// indexed private arrays. The text is kept small in loads and stores, which such drivers are slow to compile: one step\n// of k at a time, and an epilogue that is written once and loops over the tile.\n//\n// Workgroups: x = { count: N, tile: 32 }, y = { count: ROWS, batched, tile: 32 }, z = 1.\n// Requires: N % 4 == 0.\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Output rows of one image, and the sizes of the product.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst N: u32 = 16;\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\n// The grid of x (the image for SOURCE 2) and its channels.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst CHANNELS: u32 = 4;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the output tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;\n@group(0) @binding(3) var<storage, read> bias: array<vec4f>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;\n@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;\n\nconst SIDE = 4;\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x.\nconst RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);\nconst RUNS = K / RUN;\nconst ROLLED = ROLL_HEIGHT + ROLL_WIDTH > 0u;\nconst RAGGED = SOURCE == 1u && (HEIGHT % 2u + WIDTH % 2u > 0u);\n\nfn unroll(row: vec4u, column: vec4u) -> vec4u {\n  if (!ROLLED) {\n    return row * WIDTH + column;\n  }\n  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;\n}\n\n// Where a run of four output rows begins in x, or OUTSIDE.\nfn run_start(row: vec4u, run: u32) -> vec4u {\n  let image = row / ROWS;\n  let token = row % ROWS;\n  if (SOURCE == 0u) {\n    if (!ROLLED) {\n      return row * K;\n    }\n    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * K;\n  }\n  if (SOURCE == 1u) {\n    const COLUMNS = (WIDTH + 1u) / 2u;\n    let pixel_row = token / COLUMNS * 2u + run % 2u;\n    let pixel_column = token % COLUMNS * 2u + run / 2u;\n    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * CHANNELS;\n    return select(start, vec4u(OUTSIDE), (pixel_row >= vec4u(HEIGHT)) | (pixel_column >= vec4u(WIDTH)));\n  }\n  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);\n  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * CHANNELS + run / PATCH_HEIGHT;\n  return (plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH;\n}\n\n// One element of a run in each of four rows.\nfn load(start: vec4u, offset: u32) -> vec4f {\n  var index = start + offset;\n  if (RAGGED) {\n    index = select(index, vec4u(0u), start == vec4u(OUTSIDE));\n  }\n  let values = vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));\n  if (RAGGED) {\n    return select(values, vec4f(), start == vec4u(OUTSIDE));\n  }\n  return values;\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: vec4f, b: vec4f, c: vec4f) -> vec4f {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// Four rows' scales and shifts, a column each. Rows that are standardised are shifted by their first element, so that a\n// large mean costs no digits, and scaled at the end.\nfn normalisation(row: vec4u) -> mat2x4f {\n  if (NORMALISE == 1u) {\n    let start = run_start(row, 0u);\n    return mat2x4f(vec4f(1.0), -middle(load(start, 0u), load(start, RUN / 2u), load(start, RUN - 1u)));\n  }\n  if (NORMALISE == 2u) {\n    let index = row % ROWS;\n    return transpose(mat4x2f(rows[index.x], rows[index.y], rows[index.z], rows[index.w]));\n  }\n  return mat2x4f();\n}\n\nfn normalise(values: vec4f, norm: mat2x4f) -> vec4f {\n  if (NORMALISE == 0u) {\n    return values;\n  }\n  return values * norm[0] + norm[1];\n}\n\n// One over the deviation of four rows, from the sums of their elements and of the squares.\nfn inverse_deviation(sums: vec4f, squares: vec4f) -> vec4f {\n  let mean = sums / f32(K);\n  return inverseSqrt(max(squares / f32(K) - mean * mean, vec4f()) + EPSILON);\n}\n\n// Four rows by four columns: a column of the matrix is a row of the product.\nfn outer(weights: vec4f, values: vec4f) -> mat4x4f {\n  return mat4x4f(weights * values.x, weights * values.y, weights * values.z, weights * values.w);\n}\n\nfn drop_first(sums: mat4x4f, next: vec4f) -> mat4x4f {\n  return mat4x4f(sums[1], sums[2], sums[3], next);\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: vec4f) -> vec4f {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: vec4f) -> vec4f {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, vec4f());\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, vec4f(80.0))));\n  }\n  return value;\n}\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\nfn store(row: u32, column: u32, sum: vec4f, scale: f32) {\n  var value = sum;\n  if (NORMALISE == 1u) {\n    value *= scale;\n  }\n  if (BIAS == 1u) {\n    value += bias[column];\n  }\n  value = activate(value);\n  if (RESIDUAL == 1u) {\n    value += vec4f(residual[residual_row(row) * (N / 4u) + column]);\n  }\n  output[row * (N / 4u) + column] = vec4<Output>(value);\n}\n\n@compute @workgroup_size(SIDE, SIDE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  let column = id.x * 2u;\n  let row = id.y * 8u;\n  let end = batch * ROWS;\n  if (column >= N / 4u || row >= end) {\n    return;\n  }\n  let columns = min(2u, N / 4u - column);\n  let upper_rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));\n  let lower_rows = min(row + vec4u(4u, 5u, 6u, 7u), vec4u(end - 1u));\n  let upper_norm = normalisation(upper_rows);\n  let lower_norm = normalisation(lower_rows);\n  var upper_left = mat4x4f();\n  var upper_right = mat4x4f();\n  var lower_left = mat4x4f();\n  var lower_right = mat4x4f();\n  var upper_sums = vec4f();\n  var lower_sums = vec4f();\n  var upper_squares = vec4f();\n  var lower_squares = vec4f();\n  for (var run = 0u; run < RUNS; run++) {\n    let upper_start = run_start(upper_rows, run);\n    let lower_start = run_start(lower_rows, run);\n    for (var offset = 0u; offset < RUN; offset++) {\n      let left = (run * RUN + offset) * (N / 4u) + column;\n      let left_weights = vec4f(weight[left]);\n      let right_weights = vec4f(weight[left + columns - 1u]);\n      let upper = normalise(load(upper_start, offset), upper_norm);\n      let lower = normalise(load(lower_start, offset), lower_norm);\n      if (NORMALISE == 1u) {\n        upper_sums += upper;\n        lower_sums += lower;\n        upper_squares += upper * upper;\n        lower_squares += lower * lower;\n      }\n      upper_left += outer(left_weights, upper);\n      upper_right += outer(right_weights, upper);\n      lower_left += outer(left_weights, lower);\n      lower_right += outer(right_weights, lower);\n    }\n  }\n  var scales = inverse_deviation(upper_sums, upper_squares);\n  var lower_scales = inverse_deviation(lower_sums, lower_squares);\n  for (var stored = row; stored < min(row + 8u, end); stored++) {\n    for (var right = 0u; right < columns; right++) {\n      store(stored, column + right, select(upper_left[0], upper_right[0], right == 1u), scales.x);\n    }\n    scales = vec4f(scales.yzw, lower_scales.x);\n    lower_scales = lower_scales.yzww;\n    upper_left = drop_first(upper_left, lower_left[0]);\n    upper_right = drop_first(upper_right, lower_right[0]);\n    lower_left = drop_first(lower_left, lower_left[0]);\n    lower_right = drop_first(lower_right, lower_right[0]);\n  }\n}\n",
    "workgroupSize": [
      4,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "N",
        "type": "u32",
        "default": 16
      },
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "CHANNELS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "linear-subgroup": {
    "name": "linear-subgroup",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For software adapters with subgroups: loads are what costs there, so that each element of A is loaded once for a\n// workgroup, which is one subgroup, and handed round. An invocation holds 16 rows x 8 columns in matrices; no workgroup\n// memory, no barriers, no indexed private arrays, and an epilogue that is written once and loops over the tile.\n//\n// Workgroups: x = { count: N, tile: 8 * SUBGROUP }, y = { count: ROWS, batched, tile: 16 }, z = 1.\n// Requires: N % 4 == 0, subgroups of SUBGROUP invocations.\n\nenable subgroups;\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Invocations that run together on this adapter: 4 or 8.\nconst SUBGROUP: u32 = 8;\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n\n// No part of the text, so that one pipeline serves the products of all stages: software adapters take longer to compile\n// one than to run it.\nstruct Sizes {\n  // Output rows of one image, and the sizes of the product.\n  ROWS: u32,\n  K: u32,\n  N: u32,\n  // The grid of x (the image for SOURCE 2) and its channels.\n  HEIGHT: u32,\n  WIDTH: u32,\n  CHANNELS: u32,\n  // The grid of the output tokens.\n  OUTPUT_HEIGHT: u32,\n  OUTPUT_WIDTH: u32,\n}\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;\n@group(0) @binding(3) var<storage, read> bias: array<vec4f>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;\n@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;\n@group(0) @binding(7) var<uniform> sizes: Sizes;\n\nconst TILE = 16u;\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x: how long they are, and where four of them begin, or OUTSIDE.\nfn run_length(size: Sizes) -> u32 {\n  return select(select(size.K, size.CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);\n}\n\nfn rolled_places(size: Sizes, row: vec4u, column: vec4u) -> vec4u {\n  if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n    return row * size.WIDTH + column;\n  }\n  let from_row = (row + size.HEIGHT - ROLL_HEIGHT) % size.HEIGHT;\n  return from_row * size.WIDTH + (column + size.WIDTH - ROLL_WIDTH) % size.WIDTH;\n}\n\nfn run_starts(size: Sizes, row: vec4u, run: u32) -> vec4u {\n  if (SOURCE == 0u && ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n    return row * size.K;\n  }\n  let width = size.WIDTH;\n  let image = row / size.ROWS;\n  let token = row % size.ROWS;\n  if (SOURCE == 0u) {\n    return (image * size.ROWS + rolled_places(size, token / width, token % width)) * size.K;\n  }\n  if (SOURCE == 1u) {\n    let columns = (width + 1u) / 2u;\n    let pixel_row = token / columns * 2u + run % 2u;\n    let pixel_column = token % columns * 2u + run / 2u;\n    let start = (image * (size.HEIGHT * width) + rolled_places(size, pixel_row, pixel_column)) * size.CHANNELS;\n    return select(start, vec4u(OUTSIDE), (pixel_row >= vec4u(size.HEIGHT)) | (pixel_column >= vec4u(width)));\n  }\n  let columns = width / PATCH_WIDTH;\n  let pixel_row = token / columns * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * size.CHANNELS + run / PATCH_HEIGHT;\n  return (plane * size.HEIGHT + pixel_row) * width + token % columns * PATCH_WIDTH;\n}\n\n// One element of a run in each row that an invocation loads: four rows, or two where eight invocations share them.\nfn load(start: vec4u, offset: u32) -> vec4f {\n  let outside = start == vec4u(OUTSIDE);\n  var index = start + offset;\n  if (SOURCE == 1u) {\n    index = select(index, vec4u(0u), outside);\n  }\n  var values = vec4f(f32(x[index.x]), f32(x[index.y]), 0.0, 0.0);\n  if (SUBGROUP == 4u) {\n    values = vec4f(values.xy, f32(x[index.z]), f32(x[index.w]));\n  }\n  if (SOURCE == 1u) {\n    return select(values, vec4f(), outside);\n  }\n  return values;\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: vec4f, b: vec4f, c: vec4f) -> vec4f {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// The scales and shifts of the rows that an invocation loads, a column each.\nfn normalisation(size: Sizes, row: vec4u) -> mat2x4f {\n  if (NORMALISE == 1u) {\n    let start = run_starts(size, row, 0u);\n    let length = run_length(size);\n    return mat2x4f(vec4f(1.0), -middle(load(start, 0u), load(start, length / 2u), load(start, length - 1u)));\n  }\n  if (NORMALISE == 2u) {\n    let index = row % size.ROWS;\n    return transpose(mat4x2f(rows[index.x], rows[index.y], rows[index.z], rows[index.w]));\n  }\n  return mat2x4f();\n}\n\nfn normalise(values: vec4f, norm: mat2x4f) -> vec4f {\n  if (NORMALISE == 0u) {\n    return values;\n  }\n  return values * norm[0] + norm[1];\n}\n\n// From what each invocation loaded to all 16 rows, four in a column.\nfn share(values: vec4f) -> mat4x4f {\n  if (SUBGROUP == 4u) {\n    return transpose(mat4x4f(\n      subgroupBroadcast(values, 0u),\n      subgroupBroadcast(values, 1u),\n      subgroupBroadcast(values, 2u),\n      subgroupBroadcast(values, 3u),\n    ));\n  }\n  let two = values.xy;\n  let upper = transpose(mat4x2f(\n    subgroupBroadcast(two, 0u),\n    subgroupBroadcast(two, 1u),\n    subgroupBroadcast(two, 2u),\n    subgroupBroadcast(two, 3u),\n  ));\n  let lower = transpose(mat4x2f(\n    subgroupBroadcast(two, 4u),\n    subgroupBroadcast(two, 5u),\n    subgroupBroadcast(two, 6u),\n    subgroupBroadcast(two, 7u),\n  ));\n  return mat4x4f(upper[0], lower[0], upper[1], lower[1]);\n}\n\n// Four rows by four columns: a column of the matrix is a row of the product.\nfn outer(weights: vec4f, values: vec4f) -> mat4x4f {\n  return mat4x4f(weights * values.x, weights * values.y, weights * values.z, weights * values.w);\n}\n\nfn drop_first(sums: mat4x4f, next: vec4f) -> mat4x4f {\n  return mat4x4f(sums[1], sums[2], sums[3], next);\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: vec4f) -> vec4f {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: vec4f) -> vec4f {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, vec4f());\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, vec4f(80.0))));\n  }\n  return value;\n}\n\nfn residual_from(size: Sizes, row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let height = size.OUTPUT_HEIGHT;\n  let width = size.OUTPUT_WIDTH;\n  let token = row % size.ROWS;\n  let from_row = (token / width + height - RESIDUAL_ROLL_HEIGHT) % height;\n  let from_column = (token % width + width - RESIDUAL_ROLL_WIDTH) % width;\n  return row - token + from_row * width + from_column;\n}\n\nfn store(size: Sizes, row: u32, column: u32, sum: vec4f) {\n  let quads = size.N / 4u;\n  var value = sum;\n  if (BIAS == 1u) {\n    value += bias[column];\n  }\n  value = activate(value);\n  if (RESIDUAL == 1u) {\n    value += vec4f(residual[residual_from(size, row) * quads + column]);\n  }\n  output[row * quads + column] = vec4<Output>(value);\n}\n\n@compute @workgroup_size(SUBGROUP)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let size = sizes;\n  let row = group.y * TILE;\n  let end = batch * size.ROWS;\n  let quads = size.N / 4u;\n  let left = group.x * (2u * SUBGROUP) + lane;\n  let right = left + SUBGROUP;\n  let left_source = min(left, quads - 1u);\n  let right_source = min(right, quads - 1u);\n  let loaded = min(row + lane + SUBGROUP * vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));\n  let norm = normalisation(size, loaded);\n  var sums = vec4f();\n  var squares = vec4f();\n  // Four rows by four columns each: rows 0 to 3, 4 to 7, 8 to 11, 12 to 15.\n  var left0 = mat4x4f();\n  var left1 = mat4x4f();\n  var left2 = mat4x4f();\n  var left3 = mat4x4f();\n  var right0 = mat4x4f();\n  var right1 = mat4x4f();\n  var right2 = mat4x4f();\n  var right3 = mat4x4f();\n  let length = run_length(size);\n  let runs = size.K / length;\n  for (var run = 0u; run < runs; run++) { // once if SOURCE == 0u\n    let start = run_starts(size, loaded, run);\n    for (var offset = 0u; offset < length; offset++) {\n      let weights = (run * length + offset) * quads;\n      let left_weights = vec4f(weight[weights + left_source]);\n      let right_weights = vec4f(weight[weights + right_source]);\n      let values = normalise(load(start, offset), norm);\n      if (NORMALISE == 1u) {\n        sums += values;\n        squares += values * values;\n      }\n      let a = share(values);\n      left0 += outer(left_weights, a[0]);\n      left1 += outer(left_weights, a[1]);\n      left2 += outer(left_weights, a[2]);\n      left3 += outer(left_weights, a[3]);\n      right0 += outer(right_weights, a[0]);\n      right1 += outer(right_weights, a[1]);\n      right2 += outer(right_weights, a[2]);\n      right3 += outer(right_weights, a[3]);\n    }\n  }\n  let mean = sums / f32(size.K);\n  let scales = inverseSqrt(max(squares / f32(size.K) - mean * mean, vec4f()) + EPSILON);\n  for (var stored = row; stored < min(row + TILE, end); stored++) {\n    var scale = 1.0;\n    if (NORMALISE == 1u) {\n      let index = stored - row;\n      scale = subgroupShuffle(scales, index % SUBGROUP)[index / SUBGROUP];\n    }\n    if (left < quads) {\n      store(size, stored, left, left0[0] * scale);\n    }\n    if (right < quads) {\n      store(size, stored, right, right0[0] * scale);\n    }\n    left0 = drop_first(left0, left1[0]);\n    left1 = drop_first(left1, left2[0]);\n    left2 = drop_first(left2, left3[0]);\n    left3 = drop_first(left3, left3[0]);\n    right0 = drop_first(right0, right1[0]);\n    right1 = drop_first(right1, right2[0]);\n    right2 = drop_first(right2, right3[0]);\n    right3 = drop_first(right3, right3[0]);\n  }\n}\n",
    "workgroupSize": [
      8,
      1,
      1
    ],
    "constants": [
      {
        "name": "SUBGROUP",
        "type": "u32",
        "default": 8
      },
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [
      "ROWS",
      "K",
      "N",
      "HEIGHT",
      "WIDTH",
      "CHANNELS",
      "OUTPUT_HEIGHT",
      "OUTPUT_WIDTH"
    ],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      },
      {
        "name": "sizes",
        "group": 0,
        "binding": 7,
        "access": "uniform"
      }
    ],
    "workgroupVariables": []
  },
  "linear-tile": {
    "name": "linear-tile",
    "source": "// y[r, n] = activation(sum over k of A(r, k) * weight[k, n] + bias[n]) + residual[r', n]\n//\n// For GPUs: tiles of A and of the weight go through workgroup memory, and an invocation computes 8 rows x 4 columns. A\n// workgroup has ACROSS x DOWN x SLICES invocations. Each slice covers all outputs of the workgroup and sums its own share\n// of K; at the end the slices are added in their order. Few outputs by a long K keep a GPU busy that way. There are two\n// of each tile: while one is read the other is filled, with one barrier in between.\n//\n// Workgroups: x = { count: N, tile: 4 * ACROSS }, y = { count: ROWS, batched, tile: 8 * DOWN }, z = 1.\n// Requires: N % 4 == 0, and the contiguous run of A % 4 == 0: K (SOURCE 0), CHANNELS (1), PATCH_WIDTH (2).\n// ACROSS, DOWN, SLICES and DEPTH are powers of two, 4 * SLICES <= DEPTH and ACROSS * SLICES <= 2 * DEPTH.\n\nalias Input = f32;\nalias Weight = f32;\nalias Output = f32;\n\n// Output rows of one image, and the sizes of the product.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst N: u32 = 16;\n// Where A comes from: 0 rows of x, 1 patch merging (2 x 2 pixels), 2 patches of an NCHW image.\nconst SOURCE: u32 = 0;\n// The grid of x (the image for SOURCE 2) and its channels.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst CHANNELS: u32 = 4;\nconst PATCH_HEIGHT: u32 = 4;\nconst PATCH_WIDTH: u32 = 4;\n// x is rolled by this much before it is read (SOURCE 0 and 1).\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// 0 rows of A as they are; 1 over their deviation, sqrt(variance + EPSILON); 2 x * scale + shift by `rows`, a pair for\n// each token position. For 1 the columns of the weight sum to zero, so that the mean of a row need not be taken off.\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\nconst BIAS: u32 = 0;\n// 0 none, 1 GELU (erf), 2 GELU (tanh), 3 ReLU, 4 SiLU.\nconst ACTIVATION: u32 = 0;\nconst RESIDUAL: u32 = 0;\nconst RESIDUAL_ROLL_HEIGHT: u32 = 0;\nconst RESIDUAL_ROLL_WIDTH: u32 = 0;\n// The grid of the output tokens.\nconst OUTPUT_HEIGHT: u32 = 4;\nconst OUTPUT_WIDTH: u32 = 4;\n// Invocations along columns, rows and K, and how much of K a tile holds.\nconst ACROSS: u32 = 16;\nconst DOWN: u32 = 8;\nconst SLICES: u32 = 1;\nconst DEPTH: u32 = 16;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> weight: array<vec4<Weight>>;\n@group(0) @binding(3) var<storage, read> bias: array<vec4f>;\n@group(0) @binding(4) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(5) var<storage, read> residual: array<vec4<Output>>;\n@group(0) @binding(6) var<storage, read_write> output: array<vec4<Output>>;\n\nconst INVOCATIONS = ACROSS * DOWN * SLICES;\nconst TILE = 8u * DOWN;\n// Vec4s of a row of the tile of A.\nconst QUADS = DEPTH / 4u;\n// Vec4s of each tile that an invocation brings; those of A are one quad of rows that lie this far apart.\nconst A_LOADS = TILE * QUADS / INVOCATIONS;\nconst A_STRIDE = INVOCATIONS / QUADS;\nconst WEIGHTS = DEPTH * ACROSS;\nconst WEIGHT_LOADS = max(WEIGHTS / INVOCATIONS, 1u);\nconst OUTSIDE = 0xffffffffu;\n\n// Row r of A is a sequence of contiguous runs of x.\nconst RUN = select(select(K, CHANNELS, SOURCE == 1u), PATCH_WIDTH, SOURCE == 2u);\n\n// The tile of A by rows. A row's quads change places with the row, so that rows side by side are in different banks.\nvar<workgroup> a_tile: array<array<vec4f, TILE * QUADS>, 2>;\n// That of the weight by k.\nvar<workgroup> weight_tile: array<array<vec4<Weight>, WEIGHTS>, 2>;\n\nfn unroll(row: u32, column: u32) -> u32 {\n  return (row + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (column + WIDTH - ROLL_WIDTH) % WIDTH;\n}\n\n// Where a run of an output row begins in x, counted in vec4s, or OUTSIDE.\nfn run_start(row: u32, run: u32) -> u32 {\n  let image = row / ROWS;\n  let token = row % ROWS;\n  if (SOURCE == 0u) {\n    if (ROLL_HEIGHT + ROLL_WIDTH == 0u) {\n      return row * (K / 4u);\n    }\n    return (image * ROWS + unroll(token / WIDTH, token % WIDTH)) * (K / 4u);\n  }\n  if (SOURCE == 1u) {\n    const COLUMNS = (WIDTH + 1u) / 2u;\n    let pixel_row = token / COLUMNS * 2u + run % 2u;\n    let pixel_column = token % COLUMNS * 2u + run / 2u;\n    let start = (image * (HEIGHT * WIDTH) + unroll(pixel_row, pixel_column)) * (CHANNELS / 4u);\n    return select(start, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);\n  }\n  const COLUMNS = max(WIDTH / PATCH_WIDTH, 1u);\n  let pixel_row = token / COLUMNS * PATCH_HEIGHT + run % PATCH_HEIGHT;\n  let plane = image * CHANNELS + run / PATCH_HEIGHT;\n  return ((plane * HEIGHT + pixel_row) * WIDTH + token % COLUMNS * PATCH_WIDTH) / 4u;\n}\n\n// Four elements of a row of x; zeros outside.\nfn load(row: u32, k: u32) -> vec4<Input> {\n  if (k >= K) {\n    return vec4<Input>();\n  }\n  let start = run_start(row, k / RUN);\n  if (start == OUTSIDE) {\n    return vec4<Input>();\n  }\n  return x[start + k % RUN / 4u];\n}\n\nfn load_weight(k: u32, column: u32) -> vec4<Weight> {\n  if (k >= K || column >= N / 4u) {\n    return vec4<Weight>();\n  }\n  return weight[k * (N / 4u) + column];\n}\n\n// The one in the middle of three elements of a row. Rows that are standardised are shifted by it, so that neither a large\n// mean nor one large element costs digits, and scaled at the end.\nfn middle(a: f32, b: f32, c: f32) -> f32 {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// The scale and shift of a row.\nfn normalisation(row: u32) -> vec2f {\n  if (NORMALISE == 1u) {\n    let start = run_start(row, 0u);\n    return vec2f(1.0, -middle(f32(x[start].x), f32(x[start + RUN / 8u].x), f32(x[start + RUN / 4u - 1u].w)));\n  }\n  if (NORMALISE == 2u) {\n    return rows[row % ROWS];\n  }\n  return vec2f(1.0, 0.0);\n}\n\n// After Abramowitz and Stegun 7.1.26: within 2e-7 everywhere.\nfn erf(value: vec4f) -> vec4f {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(value));\n  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;\n  return sign(value) * (1.0 - series * exp(-value * value));\n}\n\nfn activate(value: vec4f) -> vec4f {\n  if (ACTIVATION == 1u) {\n    return 0.5 * value * (1.0 + erf(value * 0.70710678118654752));\n  }\n  if (ACTIVATION == 2u) {\n    let inner = 0.79788456080286536 * (value + 0.044715 * value * value * value);\n    return 0.5 * value * (1.0 + tanh(clamp(inner, vec4f(-10.0), vec4f(10.0))));\n  }\n  if (ACTIVATION == 3u) {\n    return max(value, vec4f());\n  }\n  if (ACTIVATION == 4u) {\n    return value / (1.0 + exp(min(-value, vec4f(80.0))));\n  }\n  return value;\n}\n\nfn residual_row(row: u32) -> u32 {\n  if (RESIDUAL_ROLL_HEIGHT + RESIDUAL_ROLL_WIDTH == 0u) {\n    return row;\n  }\n  let token = row % ROWS;\n  let from_row = (token / OUTPUT_WIDTH + OUTPUT_HEIGHT - RESIDUAL_ROLL_HEIGHT) % OUTPUT_HEIGHT;\n  let from_column = (token % OUTPUT_WIDTH + OUTPUT_WIDTH - RESIDUAL_ROLL_WIDTH) % OUTPUT_WIDTH;\n  return row - token + from_row * OUTPUT_WIDTH + from_column;\n}\n\nfn a_place(row: u32, quad: u32) -> u32 {\n  return row * QUADS + (quad ^ (row % QUADS));\n}\n\n// The sums in `moments` of the quads of a row.\nfn inverse_deviation(tile_row: u32) -> f32 {\n  var sums = vec2f();\n  for (var quad = 0u; quad < QUADS; quad++) {\n    sums += a_tile[0][tile_row * QUADS + quad].xy;\n  }\n  sums /= f32(K);\n  return inverseSqrt(max(sums.y - sums.x * sums.x, 0.0) + EPSILON);\n}\n\nfn store(row: u32, column: u32, sum: vec4f) {\n  if (row >= batch * ROWS || column >= N / 4u) {\n    return;\n  }\n  var value = sum;\n  if (NORMALISE == 1u) {\n    value *= inverse_deviation(row % TILE);\n  }\n  if (BIAS == 1u) {\n    value += bias[column];\n  }\n  value = activate(value);\n  if (RESIDUAL == 1u) {\n    value += vec4f(residual[residual_row(row) * (N / 4u) + column]);\n  }\n  output[row * (N / 4u) + column] = vec4<Output>(value);\n}\n\n// What an invocation brings for the tiles: loaded before the tiles at hand are read, and put in place afterwards.\nstruct Brought {\n  a: array<vec4<Input>, A_LOADS>,\n  weights: array<vec4<Weight>, WEIGHT_LOADS>,\n}\n\nfn bring(first_row: u32, first_column: u32, k: u32, invocation: u32) -> Brought {\n  var brought: Brought;\n  for (var i = 0u; i < A_LOADS; i++) { // unrolled\n    let row = min(first_row + invocation / QUADS + i * A_STRIDE, batch * ROWS - 1u);\n    brought.a[i] = load(row, k + invocation % QUADS * 4u);\n  }\n  for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled\n    let place = invocation + i * INVOCATIONS;\n    brought.weights[i] = load_weight(k + place / ACROSS, first_column + place % ACROSS);\n  }\n  return brought;\n}\n\n// Four rows by four columns: a column of the matrix is a row of the product.\nfn outer(weights: vec4f, values: vec4f) -> mat4x4f {\n  return mat4x4f(weights * values.x, weights * values.y, weights * values.z, weights * values.w);\n}\n\n// Adds four of K, for four rows of which a quad each is at hand.\nfn multiply_add(sums: mat4x4f, weights: mat4x4f, quads: mat4x4f) -> mat4x4f {\n  let a = transpose(quads);\n  var added = sums;\n  added += outer(weights[0], a[0]);\n  added += outer(weights[1], a[1]);\n  added += outer(weights[2], a[2]);\n  added += outer(weights[3], a[3]);\n  return added;\n}\n\nfn drop_first(sums: mat4x4f, next: vec4f) -> mat4x4f {\n  return mat4x4f(sums[1], sums[2], sums[3], next);\n}\n\n@compute @workgroup_size(ACROSS, DOWN, SLICES)\nfn main(\n  @builtin(workgroup_id) group: vec3u,\n  @builtin(local_invocation_id) local: vec3u,\n  @builtin(local_invocation_index) invocation: u32,\n) {\n  let first_row = group.y * TILE;\n  let first_column = group.x * ACROSS;\n  let slice = local.z;\n  var norms: array<vec2f, A_LOADS>;\n  var moments: array<vec2f, A_LOADS>;\n  for (var i = 0u; i < A_LOADS; i++) { // unrolled\n    norms[i] = normalisation(min(first_row + invocation / QUADS + i * A_STRIDE, batch * ROWS - 1u));\n  }\n  var brought = bring(first_row, first_column, 0u, invocation);\n  // Of the rows local.y + i * DOWN of the tile, the first four and the others.\n  var upper = mat4x4f();\n  var lower = mat4x4f();\n  for (var k = 0u; k < K; k += DEPTH) {\n    let tile = k / DEPTH % 2u;\n    for (var i = 0u; i < A_LOADS; i++) { // unrolled\n      var a = vec4f();\n      if (k + invocation % QUADS * 4u < K) {\n        a = vec4f(brought.a[i]) * norms[i].x + norms[i].y;\n      }\n      moments[i] += vec2f(dot(a, vec4f(1.0)), dot(a, a));\n      a_tile[tile][a_place(invocation / QUADS + i * A_STRIDE, invocation % QUADS)] = a;\n    }\n    for (var i = 0u; i < WEIGHT_LOADS; i++) { // unrolled\n      if (WEIGHTS >= INVOCATIONS || invocation < WEIGHTS) {\n        weight_tile[tile][invocation + i * INVOCATIONS] = brought.weights[i];\n      }\n    }\n    workgroupBarrier();\n    brought = bring(first_row, first_column, k + DEPTH, invocation);\n    for (var quad = slice; quad < QUADS; quad += SLICES) {\n      let weights = mat4x4f(\n        vec4f(weight_tile[tile][quad * 4u * ACROSS + local.x]),\n        vec4f(weight_tile[tile][(quad * 4u + 1u) * ACROSS + local.x]),\n        vec4f(weight_tile[tile][(quad * 4u + 2u) * ACROSS + local.x]),\n        vec4f(weight_tile[tile][(quad * 4u + 3u) * ACROSS + local.x]),\n      );\n      upper = multiply_add(upper, weights, mat4x4f(\n        a_tile[tile][a_place(local.y, quad)],\n        a_tile[tile][a_place(local.y + DOWN, quad)],\n        a_tile[tile][a_place(local.y + 2u * DOWN, quad)],\n        a_tile[tile][a_place(local.y + 3u * DOWN, quad)],\n      ));\n      lower = multiply_add(lower, weights, mat4x4f(\n        a_tile[tile][a_place(local.y + 4u * DOWN, quad)],\n        a_tile[tile][a_place(local.y + 5u * DOWN, quad)],\n        a_tile[tile][a_place(local.y + 6u * DOWN, quad)],\n        a_tile[tile][a_place(local.y + 7u * DOWN, quad)],\n      ));\n    }\n  }\n  // No constant, so that software adapters do not unroll the loops that count to it.\n  let rows_each = 8u * min(batch, 1u);\n  if (SLICES > 1u) {\n    workgroupBarrier();\n    // The tiles of A take turns in carrying one of the rows between slices. A slice keeps each SLICES-th row.\n    for (var i = 0u; i < rows_each; i++) {\n      var sum = upper[0];\n      a_tile[i % 2u][invocation] = sum;\n      workgroupBarrier();\n      if (i % SLICES == slice) {\n        sum = vec4f();\n        for (var other = 0u; other < SLICES; other++) {\n          sum += a_tile[i % 2u][other * (ACROSS * DOWN) + local.y * ACROSS + local.x];\n        }\n      }\n      upper = drop_first(upper, lower[0]);\n      lower = drop_first(lower, sum);\n    }\n  }\n  if (NORMALISE == 1u) {\n    workgroupBarrier();\n    for (var i = 0u; i < A_LOADS; i++) { // unrolled\n      a_tile[0][invocation + i * INVOCATIONS] = vec4f(moments[i], 0.0, 0.0);\n    }\n    workgroupBarrier();\n  }\n  for (var i = 0u; i < rows_each; i++) {\n    if (i % SLICES == slice) {\n      store(first_row + local.y + i * DOWN, first_column + local.x, upper[0]);\n    }\n    upper = drop_first(upper, lower[0]);\n    lower = drop_first(lower, lower[3]);\n  }\n}\n",
    "workgroupSize": [
      16,
      8,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "N",
        "type": "u32",
        "default": 16
      },
      {
        "name": "SOURCE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "CHANNELS",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PATCH_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ACTIVATION",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "RESIDUAL_ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "OUTPUT_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ACROSS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "DOWN",
        "type": "u32",
        "default": 8
      },
      {
        "name": "SLICES",
        "type": "u32",
        "default": 1
      },
      {
        "name": "DEPTH",
        "type": "u32",
        "default": 16
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Weight",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "weight",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "bias",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "residual",
        "group": 0,
        "binding": 5,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 6,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "a_tile",
        "type": "array<array<vec4f, TILE * QUADS>, 2>"
      },
      {
        "name": "weight_tile",
        "type": "array<array<vec4<Weight>, WEIGHTS>, 2>"
      }
    ]
  },
  "move": {
    "name": "move",
    "source": "// y[r, c] = x[r', c'], or the fill where there is no such element: what moves data and computes nothing.\n//\n// One invocation an element. Compiled models have no use for it but where passes are switched off.\n//\n// Workgroups: x = { count: K, tile: 16 }, y = { count: ROWS, batched, tile: 4 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\n// Output rows of one image, and channels of the output.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\n// 0 roll, 1 padding and cropping, 2 into windows, 3 out of windows, 4 patch merging, 5 patches of an NCHW image.\nconst MOVE: u32 = 0;\n// The grid of x (3: the grid of the output; 5: the image) and its channels.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst CHANNELS: u32 = 16;\n// Columns of the output's grid.\nconst OUTPUT_WIDTH: u32 = 4;\nconst ROLL_HEIGHT: u32 = 0;\nconst ROLL_WIDTH: u32 = 0;\n// Of a window or a patch.\nconst TILE_HEIGHT: u32 = 4;\nconst TILE_WIDTH: u32 = 4;\n// What stands outside of x: 0 zeros, 1 fill[channel].\nconst FILL: u32 = 0;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> fill: array<f32>;\n@group(0) @binding(3) var<storage, read_write> output: array<Output>;\n\nconst COLUMN_TILE = 16;\nconst ROW_TILE = 4;\nconst OUTSIDE = 0xffffffffu;\nconst TILE_TOKENS = TILE_HEIGHT * TILE_WIDTH;\nconst TILES_ACROSS = max(WIDTH / TILE_WIDTH, 1u);\n\n// The row of x, within its image, that an output row holds, or OUTSIDE.\nfn source_row(row: u32) -> u32 {\n  let down = row / OUTPUT_WIDTH;\n  let across = row % OUTPUT_WIDTH;\n  if (MOVE == 0u) {\n    return (down + HEIGHT - ROLL_HEIGHT) % HEIGHT * WIDTH + (across + WIDTH - ROLL_WIDTH) % WIDTH;\n  }\n  if (MOVE == 1u) {\n    return select(down * WIDTH + across, OUTSIDE, down >= HEIGHT || across >= WIDTH);\n  }\n  if (MOVE == 2u) {\n    let tile = row / TILE_TOKENS;\n    let token = row % TILE_TOKENS;\n    let top = tile / TILES_ACROSS * TILE_HEIGHT;\n    let left = tile % TILES_ACROSS * TILE_WIDTH;\n    return (top + token / TILE_WIDTH) * WIDTH + left + token % TILE_WIDTH;\n  }\n  let tile = down / TILE_HEIGHT * TILES_ACROSS + across / TILE_WIDTH;\n  return tile * TILE_TOKENS + down % TILE_HEIGHT * TILE_WIDTH + across % TILE_WIDTH;\n}\n\n// Where an element comes from within its image, or OUTSIDE.\nfn source(row: u32, column: u32) -> u32 {\n  let down = row / OUTPUT_WIDTH;\n  let across = row % OUTPUT_WIDTH;\n  if (MOVE == 4u) {\n    let part = column / CHANNELS;\n    let pixel_row = 2u * down + part % 2u;\n    let pixel_column = 2u * across + part / 2u;\n    let index = (pixel_row * WIDTH + pixel_column) * CHANNELS + column % CHANNELS;\n    return select(index, OUTSIDE, pixel_row >= HEIGHT || pixel_column >= WIDTH);\n  }\n  if (MOVE == 5u) {\n    let pixel_row = down * TILE_HEIGHT + column / TILE_WIDTH % TILE_HEIGHT;\n    let pixel_column = across * TILE_WIDTH + column % TILE_WIDTH;\n    return (column / TILE_TOKENS * HEIGHT + pixel_row) * WIDTH + pixel_column;\n  }\n  let from_row = source_row(row);\n  return select(from_row * CHANNELS + column, OUTSIDE, from_row == OUTSIDE);\n}\n\n@compute @workgroup_size(COLUMN_TILE, ROW_TILE)\nfn main(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= K || id.y >= batch * ROWS) {\n    return;\n  }\n  let from_element = source(id.y % ROWS, id.x);\n  var value = 0.0;\n  if (from_element != OUTSIDE) {\n    value = f32(x[id.y / ROWS * (HEIGHT * WIDTH * CHANNELS) + from_element]);\n  } else if (FILL == 1u) {\n    value = fill[id.x];\n  }\n  output[id.y * K + id.x] = Output(value);\n}\n",
    "workgroupSize": [
      16,
      4,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "MOVE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "CHANNELS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "OUTPUT_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "ROLL_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "ROLL_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "TILE_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "TILE_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 3,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "pool": {
    "name": "pool",
    "source": "// y[image, channel] = the mean over tokens of the normalised x.\n//\n// One invocation a channel of an image; where rows are standardised, one a token first, for its statistics.\n//\n// Workgroups: x = { count: K, tile: 32 }, y = { count: 1, batched, tile: 1 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\n// Tokens of one image, and channels.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\n// 0 none; 1 each token less its mean, over its deviation sqrt(variance + EPSILON); 2 x * scale + shift by rows[token].\nconst NORMALISE: u32 = 0;\nconst EPSILON: f32 = 1e-5;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> rows: array<vec2f>;\n@group(0) @binding(3) var<storage, read_write> output: array<Output>;\n\nconst LANES = 32u;\n\n// Scales and shifts of as many tokens as there are lanes.\nvar<workgroup> norms: array<vec2f, LANES>;\n\n// The one in the middle of three elements of a row. Sums are those of the differences from it, so that neither a large\n// mean nor one large element costs digits.\nfn middle(a: f32, b: f32, c: f32) -> f32 {\n  return max(min(a, b), min(max(a, b), c));\n}\n\n// What standardises a row by one multiply-add.\nfn standardisation(row: u32) -> vec2f {\n  let origin = middle(f32(x[row * K]), f32(x[row * K + K / 2u]), f32(x[row * K + K - 1u]));\n  var sum = 0.0;\n  var squares = 0.0;\n  for (var k = 0u; k < K; k++) {\n    let difference = f32(x[row * K + k]) - origin;\n    sum += difference;\n    squares += difference * difference;\n  }\n  let mean = sum / f32(K);\n  let scale = inverseSqrt(max(squares / f32(K) - mean * mean, 0.0) + EPSILON);\n  return vec2f(scale, -(origin + mean) * scale);\n}\n\n@compute @workgroup_size(LANES)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let image = group.y;\n  let channel = group.x * LANES + lane;\n  let source = min(channel, K - 1u);\n  var sum = 0.0;\n  for (var first = 0u; first < ROWS; first += LANES) {\n    if (NORMALISE == 1u) {\n      norms[lane] = standardisation(image * ROWS + min(first + lane, ROWS - 1u));\n      workgroupBarrier();\n    }\n    for (var token = first; token < min(first + LANES, ROWS); token++) {\n      var norm = vec2f(1.0, 0.0);\n      if (NORMALISE == 1u) {\n        norm = norms[token - first];\n      }\n      if (NORMALISE == 2u) {\n        norm = rows[token];\n      }\n      sum += f32(x[(image * ROWS + token) * K + source]) * norm.x + norm.y;\n    }\n    if (NORMALISE == 1u) {\n      workgroupBarrier();\n    }\n  }\n  if (channel < K) {\n    output[image * K + channel] = Output(sum / f32(ROWS));\n  }\n}\n",
    "workgroupSize": [
      32,
      1,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "NORMALISE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "rows",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 3,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "norms",
        "type": "array<vec2f, LANES>"
      }
    ]
  },
  "pool-workgroup": {
    "name": "pool-workgroup",
    "source": "// y[image, channel] = the mean over tokens of the standardised x: each token less its mean, over its deviation\n// sqrt(variance + EPSILON).\n//\n// For GPUs: a workgroup takes 256 channels, and the statistics of 8 tokens at a time, 32 invocations each.\n//\n// Workgroups: x = { count: K, tile: 256 }, y = { count: 1, batched, tile: 1 }, z = 1.\n// Requires: nothing.\n\nalias Input = f32;\nalias Output = f32;\n\n// Tokens of one image, and channels.\nconst ROWS: u32 = 16;\nconst K: u32 = 16;\nconst EPSILON: f32 = 1e-5;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read_write> output: array<Output>;\n\nconst LANES = 32u;\nconst ROW_TILE = 8u;\n\nvar<workgroup> partial: array<array<vec2f, LANES>, ROW_TILE>;\n\n// The sum over the lanes of each row stands in the first of them; every invocation of the workgroup must call it.\nfn sum_lanes(local: vec3u, value: vec2f) {\n  partial[local.y][local.x] = value;\n  workgroupBarrier();\n  for (var half = LANES / 2u; half > 0u; half /= 2u) {\n    if (local.x < half) {\n      partial[local.y][local.x] += partial[local.y][local.x + half];\n    }\n    workgroupBarrier();\n  }\n}\n\n// The one in the middle of three elements of a row. Sums are those of the differences from it, so that neither a large\n// mean nor one large element costs digits.\nfn origin_of(start: u32) -> f32 {\n  let a = f32(x[start]);\n  let b = f32(x[start + K / 2u]);\n  let c = f32(x[start + K - 1u]);\n  return max(min(a, b), min(max(a, b), c));\n}\n\n@compute @workgroup_size(LANES, ROW_TILE)\nfn main(\n  @builtin(workgroup_id) group: vec3u,\n  @builtin(local_invocation_id) local: vec3u,\n  @builtin(local_invocation_index) invocation: u32,\n) {\n  let channel = group.x * (LANES * ROW_TILE) + invocation;\n  let source = min(channel, K - 1u);\n  var total = 0.0;\n  for (var first = 0u; first < ROWS; first += ROW_TILE) {\n    let start = (group.y * ROWS + min(first + local.y, ROWS - 1u)) * K;\n    let origin = origin_of(start);\n    var moments = vec2f();\n    for (var k = local.x; k < K; k += LANES) {\n      let difference = f32(x[start + k]) - origin;\n      moments += vec2f(difference, difference * difference);\n    }\n    sum_lanes(local, moments);\n    for (var token = first; token < min(first + ROW_TILE, ROWS); token++) {\n      let row = (group.y * ROWS + token) * K;\n      let means = partial[token - first][0] / f32(K);\n      let scale = inverseSqrt(max(means.y - means.x * means.x, 0.0) + EPSILON);\n      total += (f32(x[row + source]) - origin_of(row) - means.x) * scale;\n    }\n    workgroupBarrier();\n  }\n  if (channel < K) {\n    output[group.y * K + channel] = Output(total / f32(ROWS));\n  }\n}\n",
    "workgroupSize": [
      32,
      8,
      1
    ],
    "constants": [
      {
        "name": "ROWS",
        "type": "u32",
        "default": 16
      },
      {
        "name": "K",
        "type": "u32",
        "default": 16
      },
      {
        "name": "EPSILON",
        "type": "f32",
        "default": 0.00001
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 2,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "partial",
        "type": "array<array<vec2f, LANES>, ROW_TILE>"
      }
    ]
  },
  "window-attention-matrix": {
    "name": "window-attention-matrix",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, per window and head. x holds q, k and v in the order\n// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.\n//\n// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. A workgroup takes\n// 16 * SUBGROUPS queries of one window and head, a subgroup 16 of them, and as many keys at a time. A window of more keys is\n// gone through twice: first for the largest score and the sum of each query, then for the answer, so that no sum is ever\n// corrected.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 16 * SUBGROUPS },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 16 == 0; SUBGROUPS 1, 2 or 4; subgroups of 32 invocations; matrices of 16 x 16 by 16 x 16, f16\n// in and f32 out.\n\nenable f16;\nenable subgroups;\nenable chromium_experimental_subgroup_matrix;\n\nalias Input = f32;\nalias Output = f32;\n\n// The grid of x, and the padded grid that windows tile.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst PADDED_HEIGHT: u32 = 4;\nconst PADDED_WIDTH: u32 = 4;\n// The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\nconst MODULUS_HEIGHT: u32 = 4;\nconst MODULUS_WIDTH: u32 = 4;\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEADS: u32 = 1;\nconst HEAD_DIMENSION: u32 = 16;\n// Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\nconst GATHER_HEIGHT: u32 = 0;\nconst GATHER_WIDTH: u32 = 0;\nconst SCATTER_HEIGHT: u32 = 0;\nconst SCATTER_WIDTH: u32 = 0;\n// Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\nconst MASK_HEIGHT: u32 = 0;\nconst MASK_WIDTH: u32 = 0;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\nconst SUBGROUPS: u32 = 1;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<vec4f>;\n@group(0) @binding(4) var<storage, read_write> output: array<vec4<Output>>;\n\nconst OUTSIDE = 0xffffffffu;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;\nconst WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;\nconst PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;\nconst MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;\n// Vec4s of one head, of one of q, k and v, and of the columns of the bias table.\nconst HEAD = HEAD_DIMENSION / 4u;\nconst CHANNELS = HEADS * HEAD;\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\nfn padded_position(window: u32, token: u32) -> vec2u {\n  return vec2u(\n    window / ROW_WINDOWS * WINDOW_HEIGHT + token / WINDOW_WIDTH,\n    window % ROW_WINDOWS * WINDOW_WIDTH + token % WINDOW_WIDTH,\n  );\n}\n\n// The token of the grid at a position moved by an offset, or OUTSIDE.\nfn grid_token(position: vec2u, offset: vec2u) -> u32 {\n  const MODULUS = vec2u(MODULUS_HEIGHT, MODULUS_WIDTH);\n  let moved = (position + offset) % MODULUS;\n  let outside = any(position >= MODULUS) || any(moved >= vec2u(HEIGHT, WIDTH));\n  return select(moved.x * WIDTH + moved.y, OUTSIDE, PADDED && outside);\n}\n\nfn source_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));\n}\n\nfn target_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));\n}\n\n// A number for the region that a token belongs to in the shifted grid.\nfn region(position: vec2u) -> u32 {\n  let row = u32(position.x + WINDOW_HEIGHT >= PADDED_HEIGHT) + u32(position.x + MASK_HEIGHT >= PADDED_HEIGHT);\n  let column = u32(position.y + WINDOW_WIDTH >= PADDED_WIDTH) + u32(position.y + MASK_WIDTH >= PADDED_WIDTH);\n  return select(row, 0u, MASK_HEIGHT == 0u) * 3u + select(column, 0u, MASK_WIDTH == 0u);\n}\n\n// The bias of a query and a key is table[place(query) - place(key) + the middle of the table].\nfn place(token: u32) -> u32 {\n  return token / WINDOW_WIDTH * TABLE_WIDTH + token % WINDOW_WIDTH;\n}\n\n// Four channels of q (part 0), k (1) or v (2) of a token that begins at a vec4 of x, or OUTSIDE.\nfn load(start: u32, channel: u32) -> vec4<f16> {\n  if (!PADDED) {\n    return vec4<f16>(x[start + channel]);\n  }\n  if (start != OUTSIDE) {\n    return vec4<f16>(x[start + channel]);\n  }\n  if (FILL == 1u) {\n    return vec4<f16>(fill[channel]);\n  }\n  return vec4<f16>();\n}\n\nconst LANES = 32u;\nconst INVOCATIONS = LANES * SUBGROUPS;\nconst SIDE = 16u;\n// Queries of a workgroup, and keys that are at hand.\nconst BLOCK = SIDE * SUBGROUPS;\nconst BLOCKS = (TOKENS + BLOCK - 1u) / BLOCK;\nconst DEPTHS = HEAD_DIMENSION / SIDE;\nconst KEY_MATRICES = BLOCK / SIDE;\n// Lanes that share a row of scores, each with two quads of it, and how many times those of a subgroup make up its rows.\nconst SHARERS = BLOCK / 8u;\nconst TURNS = SIDE / (LANES / SHARERS);\nconst LOADS = BLOCK * HEAD / INVOCATIONS;\n// Vec4s of a row. Rows lie further apart than they are long, so that those of a matrix are in different banks.\nconst STRIDE = HEAD + 2u;\nconst SCORE_STRIDE = BLOCK / 4u + 1u;\nconst SHARE_STRIDE = BLOCK / 4u + 2u;\n\nalias Left = subgroup_matrix_left<f16, SIDE, SIDE>;\nalias Right = subgroup_matrix_right<f16, SIDE, SIDE>;\nalias Result = subgroup_matrix_result<f32, SIDE, SIDE>;\n\n// Queries, keys and values by tokens, then channels.\nvar<workgroup> queries: array<vec4<f16>, BLOCK * STRIDE>;\nvar<workgroup> keys: array<vec4<f16>, BLOCK * STRIDE>;\nvar<workgroup> values: array<vec4<f16>, BLOCK * STRIDE>;\n// Scores of each subgroup, in the end its answers; and what the softmax makes of the scores.\nvar<workgroup> scores: array<vec4f, BLOCK * SCORE_STRIDE>;\nvar<workgroup> shares: array<vec4<f16>, BLOCK * SHARE_STRIDE>;\n\nfn token_start(image: u32, window: u32, token: u32) -> u32 {\n  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));\n  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);\n}\n\nstruct Site {\n  image: u32,\n  window: u32,\n  head: u32,\n}\n\n// Brings a block of keys, and of values unless only scores are wanted.\nfn stage(site: Site, first: u32, invocation: u32, with_values: bool) {\n  for (var i = 0u; i < LOADS; i++) { // unrolled\n    let place = invocation + i * INVOCATIONS;\n    let start = token_start(site.image, site.window, first + place / HEAD);\n    let channel = site.head * HEAD + place % HEAD;\n    keys[place / HEAD * STRIDE + place % HEAD] = load(start, CHANNELS + channel);\n    if (with_values) {\n      values[place / HEAD * STRIDE + place % HEAD] = load(start, 2u * CHANNELS + channel);\n    }\n  }\n}\n\n// Writes q . k of a subgroup's queries and the keys at hand.\nfn multiply_keys(subgroup: u32) {\n  var left: array<Left, DEPTHS>;\n  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n    left[depth] = subgroupMatrixLoad<Left, row_major>(&queries, subgroup * SIDE * STRIDE + depth * 4u, STRIDE);\n  }\n  for (var j = 0u; j < KEY_MATRICES; j++) { // unrolled\n    var result = Result();\n    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n      let right = subgroupMatrixLoad<Right, col_major>(&keys, j * SIDE * STRIDE + depth * 4u, STRIDE);\n      result = subgroupMatrixMultiplyAccumulate(left[depth], right, result);\n    }\n    subgroupMatrixStore<row_major>(&scores, subgroup * SIDE * SCORE_STRIDE + j * 4u, result, SCORE_STRIDE);\n  }\n}\n\n// Four keys: where their biases are and their regions.\nstruct Keys {\n  place: vec4u,\n  region: vec4u,\n  exists: vec4<bool>,\n}\n\nfn keys_at(window: u32, first: u32) -> Keys {\n  let tokens = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(TOKENS - 1u));\n  let exists = vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(TOKENS);\n  var regions = vec4u();\n  if (MASKED) {\n    regions = vec4u(\n      region(padded_position(window, tokens.x)),\n      region(padded_position(window, tokens.y)),\n      region(padded_position(window, tokens.z)),\n      region(padded_position(window, tokens.w)),\n    );\n  }\n  return Keys(vec4u(place(tokens.x), place(tokens.y), place(tokens.z), place(tokens.w)), regions, exists);\n}\n\n// Scores of a query and four keys, with bias and mask; keys behind the last one get none of the softmax.\nfn finish_scores(product: vec4f, head: u32, query: vec2u, four: Keys) -> vec4f {\n  var value = product * SCALE;\n  if (BIAS == 1u) {\n    let at = vec4u(head * TABLE + query.x + place(TOKENS - 1u)) - four.place;\n    value += vec4f(table[at.x], table[at.y], table[at.z], table[at.w]);\n  }\n  if (MASKED) {\n    value += select(vec4f(), vec4f(-100.0), four.region != vec4u(query.y));\n  }\n  return select(vec4f(-1e30), value, four.exists);\n}\n\nfn largest_of(value: vec4f, other: vec4f) -> f32 {\n  let both = max(value, other);\n  var largest = max(max(both.x, both.y), max(both.z, both.w));\n  for (var step = 0u; step < 3u; step++) { // unrolled\n    if ((1u << step) < SHARERS) {\n      largest = max(largest, subgroupShuffleXor(largest, 1u << step));\n    }\n  }\n  return largest;\n}\n\nfn sum_of(value: vec4f, other: vec4f) -> f32 {\n  var sum = dot(value + other, vec4f(1.0));\n  for (var step = 0u; step < 3u; step++) { // unrolled\n    if ((1u << step) < SHARERS) {\n      sum += subgroupShuffleXor(sum, 1u << step);\n    }\n  }\n  return sum;\n}\n\n@compute @workgroup_size(LANES, SUBGROUPS)\nfn main(\n  @builtin(workgroup_id) group: vec3u,\n  @builtin(local_invocation_index) invocation: u32,\n  @builtin(subgroup_id) subgroup: u32,\n  @builtin(subgroup_invocation_id) lane: u32,\n) {\n  let site = Site(group.y / WINDOWS, group.y % WINDOWS, group.z);\n  let first_query = group.x * BLOCK;\n  for (var i = 0u; i < LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    let start = token_start(site.image, site.window, first_query + at / HEAD);\n    queries[at / HEAD * STRIDE + at % HEAD] = load(start, site.head * HEAD + at % HEAD);\n  }\n  // A lane's rows, TURNS of them, and of each its place and region, the largest score and the sum of the exponentials.\n  let row = subgroup * SIDE + lane / SHARERS;\n  var row_places: array<vec2u, TURNS>;\n  var largest: array<f32, TURNS>;\n  var sums: array<f32, TURNS>;\n  for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n    let query = min(first_query + row + turn * (LANES / SHARERS), TOKENS - 1u);\n    row_places[turn] = vec2u(place(query), region(padded_position(site.window, query)));\n    largest[turn] = -1e30;\n  }\n  if (BLOCKS > 1u) {\n    for (var block = 0u; block < BLOCKS; block++) {\n      stage(site, block * BLOCK, invocation, false);\n      workgroupBarrier();\n      multiply_keys(subgroup);\n      workgroupBarrier();\n      let left = keys_at(site.window, block * BLOCK + lane % SHARERS * 4u);\n      let right = keys_at(site.window, block * BLOCK + (SHARERS + lane % SHARERS) * 4u);\n      for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n        let start = (row + turn * (LANES / SHARERS)) * SCORE_STRIDE + lane % SHARERS;\n        let one = finish_scores(scores[start], site.head, row_places[turn], left);\n        let other = finish_scores(scores[start + SHARERS], site.head, row_places[turn], right);\n        let larger = max(largest[turn], largest_of(one, other));\n        sums[turn] = sums[turn] * exp(largest[turn] - larger) + sum_of(exp(one - larger), exp(other - larger));\n        largest[turn] = larger;\n      }\n    }\n  }\n  var answers: array<Result, DEPTHS>;\n  for (var block = 0u; block < BLOCKS; block++) {\n    if (BLOCKS > 1u) {\n      workgroupBarrier();\n    }\n    stage(site, block * BLOCK, invocation, true);\n    workgroupBarrier();\n    multiply_keys(subgroup);\n    workgroupBarrier();\n    let left = keys_at(site.window, block * BLOCK + lane % SHARERS * 4u);\n    let right = keys_at(site.window, block * BLOCK + (SHARERS + lane % SHARERS) * 4u);\n    for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n      let tile_row = row + turn * (LANES / SHARERS);\n      let start = tile_row * SCORE_STRIDE + lane % SHARERS;\n      var one = finish_scores(scores[start], site.head, row_places[turn], left);\n      var other = finish_scores(scores[start + SHARERS], site.head, row_places[turn], right);\n      if (BLOCKS == 1u) {\n        largest[turn] = largest_of(one, other);\n      }\n      one = exp(one - largest[turn]);\n      other = exp(other - largest[turn]);\n      if (BLOCKS == 1u) {\n        sums[turn] = sum_of(one, other);\n      }\n      let share = tile_row * SHARE_STRIDE + lane % SHARERS;\n      shares[share] = vec4<f16>(one / sums[turn]);\n      shares[share + SHARERS] = vec4<f16>(other / sums[turn]);\n    }\n    workgroupBarrier();\n    for (var j = 0u; j < KEY_MATRICES; j++) { // unrolled\n      let share = subgroupMatrixLoad<Left, row_major>(&shares, subgroup * SIDE * SHARE_STRIDE + j * 4u, SHARE_STRIDE);\n      for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n        let value = subgroupMatrixLoad<Right, row_major>(&values, j * SIDE * STRIDE + depth * 4u, STRIDE);\n        answers[depth] = subgroupMatrixMultiplyAccumulate(share, value, answers[depth]);\n      }\n    }\n  }\n  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n    subgroupMatrixStore<row_major>(\n      &scores, subgroup * SIDE * SCORE_STRIDE + depth * 4u, answers[depth], SCORE_STRIDE);\n  }\n  workgroupBarrier();\n  for (var i = 0u; i < LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    let query = first_query + at / HEAD;\n    let token = target_token(padded_position(site.window, min(query, TOKENS - 1u)));\n    if (query < TOKENS && token != OUTSIDE) {\n      let start = (site.image * (HEIGHT * WIDTH) + token) * CHANNELS + site.head * HEAD;\n      output[start + at % HEAD] = vec4<Output>(scores[at / HEAD * SCORE_STRIDE + at % HEAD]);\n    }\n  }\n}\n",
    "workgroupSize": [
      32,
      1,
      1
    ],
    "constants": [
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 16
      },
      {
        "name": "GATHER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "GATHER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SUBGROUPS",
        "type": "u32",
        "default": 1
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 4,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "queries",
        "type": "array<vec4<f16>, BLOCK * STRIDE>"
      },
      {
        "name": "keys",
        "type": "array<vec4<f16>, BLOCK * STRIDE>"
      },
      {
        "name": "values",
        "type": "array<vec4<f16>, BLOCK * STRIDE>"
      },
      {
        "name": "scores",
        "type": "array<vec4f, BLOCK * SCORE_STRIDE>"
      },
      {
        "name": "shares",
        "type": "array<vec4<f16>, BLOCK * SHARE_STRIDE>"
      }
    ]
  },
  "window-attention-quad": {
    "name": "window-attention-quad",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head.\n// x holds q, k and v in the order of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No\n// window is ever laid out in memory.\n//\n// For software adapters that run four invocations together, execute both sides of every branch, and keep what a loop\n// carries in memory: a workgroup is a quad, which takes two queries an invocation and four keys at a time. An invocation\n// loads one of the keys and its value, and the four change places within the quad, so that each invocation has them in an\n// order of its own. What is mixed is read and written once for four keys, and rescaled without a branch.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 8 },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 32, subgroups.\n\nenable subgroups;\n\nalias Input = f32;\nalias Output = f32;\n\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEAD_DIMENSION: u32 = 4;\n// Whether windows tile a grid that is padded.\nconst PADS: u32 = 1;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\n// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.\nconst COSINE: u32 = 0;\n\n// No part of the text, so that one pipeline serves all stages, shifted or not: software adapters take longer to compile\n// one than to run it.\nstruct Sizes {\n  // The grid of x, and the padded grid that windows tile.\n  HEIGHT: u32,\n  WIDTH: u32,\n  PADDED_HEIGHT: u32,\n  PADDED_WIDTH: u32,\n  // The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\n  MODULUS_HEIGHT: u32,\n  MODULUS_WIDTH: u32,\n  HEADS: u32,\n  // Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\n  GATHER_HEIGHT: u32,\n  GATHER_WIDTH: u32,\n  SCATTER_HEIGHT: u32,\n  SCATTER_WIDTH: u32,\n  // Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\n  MASK_HEIGHT: u32,\n  MASK_WIDTH: u32,\n}\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<vec4f>;\n@group(0) @binding(4) var<storage, read> scale: array<f32>;\n@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;\n@group(0) @binding(6) var<uniform> sizes: Sizes;\n\nconst OUTSIDE = 0xffffffffu;\n// Vectors shorter than 1e-12 are divided by that.\nconst SHORTEST_SQUARED = 1e-24;\n// How far a score may exceed the maximum that its exponential is taken from: e to the power of it is far from the end of\n// the range, and sums are rescaled a few times instead of at every new maximum.\nconst HEADROOM = 8.0;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\n// 32 channels of a token's q, k or v, or of its output; zeros beyond the head's.\nstruct Channels {\n  low: mat4x4f,\n  high: mat4x4f,\n}\n\n// Tokens of a window, of which an invocation has two queries and a key.\nstruct Token {\n  // Where it stands in the padded grid.\n  row: u32,\n  column: u32,\n  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].\n  place: u32,\n  region: u32,\n}\n\n// The window's first row and column are given. A half more than an index is no multiple of the width: rounding cannot carry\n// it over one, and no integers are divided, which software adapters do one by one.\nfn token_of(size: Sizes, window: vec2u, index: u32) -> Token {\n  let window_row = u32((f32(index) + 0.5) * (1.0 / f32(WINDOW_WIDTH)));\n  let window_column = index - window_row * WINDOW_WIDTH;\n  let row = window.x + window_row;\n  let column = window.y + window_column;\n  let region = region_of(row, WINDOW_HEIGHT, size.MASK_HEIGHT, size.PADDED_HEIGHT) * 3u\n    + region_of(column, WINDOW_WIDTH, size.MASK_WIDTH, size.PADDED_WIDTH);\n  return Token(row, column, window_row * TABLE_WIDTH + window_column, region);\n}\n\n// A number for the region of the shifted grid that a position belongs to.\nfn region_of(position: u32, window: u32, mask: u32, length: u32) -> u32 {\n  let index = u32(position + window >= length) + u32(position + mask >= length);\n  return select(index, 0u, mask == 0u);\n}\n\n// The token of the grid at a position moved by less than the modulus, or OUTSIDE.\nfn grid_token(size: Sizes, token: Token, by: vec2u) -> u32 {\n  let row = wrap(token.row + by.x, size.MODULUS_HEIGHT);\n  let column = wrap(token.column + by.y, size.MODULUS_WIDTH);\n  let place = row * size.WIDTH + column;\n  if (PADS == 0u) {\n    return place;\n  }\n  let beyond = token.row >= size.MODULUS_HEIGHT || token.column >= size.MODULUS_WIDTH;\n  let outside = row >= size.HEIGHT || column >= size.WIDTH;\n  return select(place, OUTSIDE, beyond || outside);\n}\n\n// Positions within the modulus are moved by no more than that.\nfn wrap(position: u32, modulus: u32) -> u32 {\n  return select(position, position - modulus, position >= modulus);\n}\n\n// Where a token begins in x, counted in vec4s, or OUTSIDE.\nfn token_start(size: Sizes, image: u32, token: Token) -> u32 {\n  let by = vec2u(size.MODULUS_HEIGHT - size.GATHER_HEIGHT, size.MODULUS_WIDTH - size.GATHER_WIDTH);\n  let place = grid_token(size, token, by);\n  let start = (image * (size.HEIGHT * size.WIDTH) + place) * (3u * size.HEADS * HEAD_DIMENSION / 4u);\n  return select(start, OUTSIDE, place == OUTSIDE);\n}\n\n// Four channels from the given one on; zeros beyond the head's.\nfn load(start: u32, first: u32, part: u32) -> vec4f {\n  if (4u * part >= HEAD_DIMENSION) {\n    return vec4f();\n  }\n  let quad = first / 4u + part;\n  if (PADS == 1u && start == OUTSIDE) {\n    if (FILL == 0u) {\n      return vec4f();\n    }\n    return fill[quad];\n  }\n  return vec4f(x[start + quad]);\n}\n\n// q, k or v of a token, whose channels begin at the first.\nfn load_channels(start: u32, first: u32) -> Channels {\n  return Channels(\n    mat4x4f(load(start, first, 0u), load(start, first, 1u), load(start, first, 2u), load(start, first, 3u)),\n    mat4x4f(load(start, first, 4u), load(start, first, 5u), load(start, first, 6u), load(start, first, 7u)),\n  );\n}\n\n// The channels of the invocation beside this one, of that below, and of that across.\nfn beside(own: Channels) -> Channels {\n  let low = own.low;\n  let high = own.high;\n  return Channels(\n    mat4x4f(quadSwapX(low[0]), quadSwapX(low[1]), quadSwapX(low[2]), quadSwapX(low[3])),\n    mat4x4f(quadSwapX(high[0]), quadSwapX(high[1]), quadSwapX(high[2]), quadSwapX(high[3])),\n  );\n}\n\nfn below(own: Channels) -> Channels {\n  let low = own.low;\n  let high = own.high;\n  return Channels(\n    mat4x4f(quadSwapY(low[0]), quadSwapY(low[1]), quadSwapY(low[2]), quadSwapY(low[3])),\n    mat4x4f(quadSwapY(high[0]), quadSwapY(high[1]), quadSwapY(high[2]), quadSwapY(high[3])),\n  );\n}\n\nfn across(own: Channels) -> Channels {\n  let low = own.low;\n  let high = own.high;\n  return Channels(\n    mat4x4f(quadSwapDiagonal(low[0]), quadSwapDiagonal(low[1]), quadSwapDiagonal(low[2]), quadSwapDiagonal(low[3])),\n    mat4x4f(quadSwapDiagonal(high[0]), quadSwapDiagonal(high[1]), quadSwapDiagonal(high[2]), quadSwapDiagonal(high[3])),\n  );\n}\n\n// Four values of a quad, in an invocation's own order.\nfn exchange_numbers(value: u32) -> vec4u {\n  return vec4u(value, quadSwapX(value), quadSwapY(value), quadSwapDiagonal(value));\n}\n\nfn exchange(value: f32) -> vec4f {\n  return vec4f(value, quadSwapX(value), quadSwapY(value), quadSwapDiagonal(value));\n}\n\n// The product, and what its last sum rounds off.\nfn product(a: Channels, b: Channels) -> vec2f {\n  // Few sums are as large as the whole: each of those rounds off the most.\n  var low = a.low[0] * b.low[0];\n  low += a.low[1] * b.low[1];\n  low += a.low[2] * b.low[2];\n  low += a.low[3] * b.low[3];\n  var high = a.high[0] * b.high[0];\n  high += a.high[1] * b.high[1];\n  high += a.high[2] * b.high[2];\n  high += a.high[3] * b.high[3];\n  let sums = low + high;\n  let pairs = sums.xy + sums.zw;\n  let sum = pairs.x + pairs.y;\n  let second = sum - pairs.x;\n  return vec2f(sum, (pairs.x - (sum - second)) + (pairs.y - second));\n}\n\nfn times(channels: Channels, factor: f32) -> Channels {\n  return Channels(channels.low * factor, channels.high * factor);\n}\n\n// e to the power of values, to about a unit in the last place; drivers that compute it by themselves are off by several.\n// Cody and Waite's reduction and a polynomial (Cephes, expf).\nfn exponential(value: vec2f) -> vec2f {\n  let x = max(value, vec2f(-87.0));\n  let power = round(x * 1.44269504088896341);\n  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;\n  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest\n    + 1.6666665459e-1) * rest + 5.0000001201e-1;\n  let mantissa = (series * rest * rest + rest) + 1.0;\n  let scale = bitcast<vec2f>((vec2i(power) + 127) << vec2u(23u));\n  return select(mantissa * scale, vec2f(), value < vec2f(-87.0));\n}\n\nfn exponentials(value: vec4f) -> vec4f {\n  let x = max(value, vec4f(-87.0));\n  let power = round(x * 1.44269504088896341);\n  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;\n  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest\n    + 1.6666665459e-1) * rest + 5.0000001201e-1;\n  let mantissa = (series * rest * rest + rest) + 1.0;\n  let scale = bitcast<vec4f>((vec4i(power) + 127) << vec4u(23u));\n  return select(mantissa * scale, vec4f(), value < vec4f(-87.0));\n}\n\nfn inverse_length(channels: Channels) -> f32 {\n  return inverseSqrt(max(product(channels, channels).x, SHORTEST_SQUARED));\n}\n\n// (value + rest) * factor - origin, where value * factor is close to the origin and both are large: products of halves of\n// a number are exact, so that nothing is rounded off before the difference is small.\nfn scaled_difference(value: vec4f, rest: vec4f, factor: vec4f, origin: f32) -> vec4f {\n  let upper = upper_half(value);\n  let upper_factor = upper_half(factor);\n  return (upper * upper_factor - origin) + (upper * (factor - upper_factor) + (value - upper + rest) * factor);\n}\n\nfn upper_half(value: vec4f) -> vec4f {\n  return bitcast<vec4f>(bitcast<vec4u>(value) & vec4u(0xfffff000u));\n}\n\n// What is added to the scores of a query and four keys.\nfn bias_and_mask(head: u32, query_place: u32, query_region: u32, key_places: vec4u, key_regions: vec4u) -> vec4f {\n  var value = vec4f();\n  if (BIAS == 1u) {\n    let index = head * TABLE + TABLE / 2u + query_place - key_places;\n    value = vec4f(table[index.x], table[index.y], table[index.z], table[index.w]);\n  }\n  return value + select(vec4f(), vec4f(-100.0), vec4u(query_region) != key_regions);\n}\n\n// Four keys or their values, each of which another invocation of the quad loaded.\nstruct Quad {\n  own: Channels,\n  beside: Channels,\n  below: Channels,\n  across: Channels,\n}\n\nfn quad_of(own: Channels) -> Quad {\n  return Quad(own, beside(own), below(own), across(own));\n}\n\n// The largest score so far, the shares of four keys, and by what earlier shares shrink.\nstruct Shares {\n  largest: f32,\n  correction: f32,\n  values: vec4f,\n}\n\nfn shares_of(query: Channels, keys: Quad, factors: vec4f, added: vec4f, largest: f32) -> Shares {\n  let own = product(query, keys.own);\n  let beside = product(query, keys.beside);\n  let below = product(query, keys.below);\n  let across = product(query, keys.across);\n  let values = vec4f(own.x, beside.x, below.x, across.x);\n  let rests = vec4f(own.y, beside.y, below.y, across.y);\n  let scores = values * factors + added;\n  let pairs = max(scores.xy, scores.zw);\n  let most = max(pairs.x, pairs.y);\n  let larger = select(largest, most, most > largest + HEADROOM);\n  let correction = exponential(vec2f(largest - larger)).x;\n  return Shares(larger, correction, exponentials(scaled_difference(values, rests, factors, larger) + added));\n}\n\nfn mix(mixed: mat4x4f, correction: f32, quads: array<mat4x4f, 4>, shares: vec4f) -> mat4x4f {\n  return mat4x4f(\n    mixed[0] * correction + mat4x4f(quads[0][0], quads[1][0], quads[2][0], quads[3][0]) * shares,\n    mixed[1] * correction + mat4x4f(quads[0][1], quads[1][1], quads[2][1], quads[3][1]) * shares,\n    mixed[2] * correction + mat4x4f(quads[0][2], quads[1][2], quads[2][2], quads[3][2]) * shares,\n    mixed[3] * correction + mat4x4f(quads[0][3], quads[1][3], quads[2][3], quads[3][3]) * shares,\n  );\n}\n\nfn mix_all(mixed: Channels, shares: Shares, values: Quad) -> Channels {\n  let low = array(values.own.low, values.beside.low, values.below.low, values.across.low);\n  let high = array(values.own.high, values.beside.high, values.below.high, values.across.high);\n  return Channels(\n    mix(mixed.low, shares.correction, low, shares.values),\n    mix(mixed.high, shares.correction, high, shares.values),\n  );\n}\n\nfn drop_first(channels: Channels, next: vec4f) -> Channels {\n  let low = channels.low;\n  let high = channels.high;\n  return Channels(mat4x4f(low[1], low[2], low[3], high[0]), mat4x4f(high[1], high[2], high[3], next));\n}\n\n// At a row of the output, unless it is OUTSIDE.\nfn store(size: Sizes, row: u32, head: u32, channels: Channels) {\n  var rest = channels;\n  let first = (row * size.HEADS + head) * (HEAD_DIMENSION / 4u);\n  for (var quad = 0u; quad < HEAD_DIMENSION / 4u * min(batch, 1u); quad++) {\n    if (row != OUTSIDE) {\n      output[first + quad] = vec4<Output>(rest.low[0]);\n    }\n    rest = drop_first(rest, rest.high[3]);\n  }\n}\n\n// The row of the output that a query goes to, or OUTSIDE.\nfn target_row(size: Sizes, image: u32, token: Token, query: u32) -> u32 {\n  let place = grid_token(size, token, vec2u(size.SCATTER_HEIGHT, size.SCATTER_WIDTH));\n  let row = image * (size.HEIGHT * size.WIDTH) + place;\n  return select(row, OUTSIDE, place == OUTSIDE || query >= TOKENS);\n}\n\n@compute @workgroup_size(4)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let size = sizes;\n  let row_windows = size.PADDED_WIDTH / WINDOW_WIDTH;\n  let windows = size.PADDED_HEIGHT / WINDOW_HEIGHT * row_windows;\n  let image = group.y / windows;\n  let number = group.y % windows;\n  let window = vec2u(number / row_windows * WINDOW_HEIGHT, number % row_windows * WINDOW_WIDTH);\n  let head = group.z;\n  let index0 = group.x * 8u + lane;\n  let index1 = index0 + 4u;\n  let query0 = token_of(size, window, min(index0, TOKENS - 1u));\n  let query1 = token_of(size, window, min(index1, TOKENS - 1u));\n  let q0 = load_channels(token_start(size, image, query0), head * HEAD_DIMENSION);\n  let q1 = load_channels(token_start(size, image, query1), head * HEAD_DIMENSION);\n  let k_channel = (size.HEADS + head) * HEAD_DIMENSION;\n  let v_channel = (2u * size.HEADS + head) * HEAD_DIMENSION;\n  // Products and not queries are scaled: scores of a thousand make felt what is rounded off each channel.\n  var factors = vec2f(SCALE);\n  if (COSINE == 1u) {\n    factors = scale[head] * vec2f(inverse_length(q0), inverse_length(q1));\n  }\n  var largest = vec2f(-1e30);\n  var sums = vec2f();\n  var mixed0 = Channels();\n  var mixed1 = Channels();\n  // No constant, so that no driver unrolls the loop that counts to it.\n  for (var first = 0u; first < TOKENS * min(batch, 1u); first += 4u) {\n    let index = first + lane;\n    let key = token_of(size, window, min(index, TOKENS - 1u));\n    let start = token_start(size, image, key);\n    let own = load_channels(start, k_channel);\n    let keys = quad_of(own);\n    var key_factors = vec4f(1.0);\n    if (COSINE == 1u) {\n      key_factors = exchange(inverse_length(own));\n    }\n    let places = exchange_numbers(key.place);\n    let key_regions = exchange_numbers(key.region);\n    var added0 = bias_and_mask(head, query0.place, query0.region, places, key_regions);\n    var added1 = bias_and_mask(head, query1.place, query1.region, places, key_regions);\n    if (TOKENS % 4u > 0u) {\n      let beyond = exchange_numbers(index) >= vec4u(TOKENS);\n      added0 = select(added0, vec4f(-1e30), beyond);\n      added1 = select(added1, vec4f(-1e30), beyond);\n    }\n    let shares0 = shares_of(q0, keys, factors.x * key_factors, added0, largest.x);\n    let shares1 = shares_of(q1, keys, factors.y * key_factors, added1, largest.y);\n    largest = vec2f(shares0.largest, shares1.largest);\n    sums = sums * vec2f(shares0.correction, shares1.correction)\n      + vec2f(dot(shares0.values, vec4f(1.0)), dot(shares1.values, vec4f(1.0)));\n    let values = quad_of(load_channels(start, v_channel));\n    mixed0 = mix_all(mixed0, shares0, values);\n    mixed1 = mix_all(mixed1, shares1, values);\n  }\n  store(size, target_row(size, image, query0, index0), head, times(mixed0, 1.0 / sums.x));\n  store(size, target_row(size, image, query1, index1), head, times(mixed1, 1.0 / sums.y));\n}\n",
    "workgroupSize": [
      4,
      1,
      1
    ],
    "constants": [
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "COSINE",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [
      "HEIGHT",
      "WIDTH",
      "PADDED_HEIGHT",
      "PADDED_WIDTH",
      "MODULUS_HEIGHT",
      "MODULUS_WIDTH",
      "HEADS",
      "GATHER_HEIGHT",
      "GATHER_WIDTH",
      "SCATTER_HEIGHT",
      "SCATTER_WIDTH",
      "MASK_HEIGHT",
      "MASK_WIDTH"
    ],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      },
      {
        "name": "sizes",
        "group": 0,
        "binding": 6,
        "access": "uniform"
      }
    ],
    "workgroupVariables": []
  },
  "window-attention-register": {
    "name": "window-attention-register",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head. x holds q, k and v in the order\n// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.\n//\n// For software adapters: one invocation takes four queries of one window and head, and keys four at a time with a\n// running softmax; no workgroup memory, no barriers, no indexed private arrays. It holds 32 channels of the output in\n// matrices; wider heads repeat the scores for each 32 channels. The text is kept small in loads and stores, which such\n// drivers are slow to compile: loops turn matrices instead of indexing them.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 32 },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 4 == 0.\n\nalias Input = f32;\nalias Output = f32;\n\n// The grid of x, and the padded grid that windows tile.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst PADDED_HEIGHT: u32 = 4;\nconst PADDED_WIDTH: u32 = 4;\n// The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\nconst MODULUS_HEIGHT: u32 = 4;\nconst MODULUS_WIDTH: u32 = 4;\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEADS: u32 = 1;\nconst HEAD_DIMENSION: u32 = 4;\n// Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\nconst GATHER_HEIGHT: u32 = 0;\nconst GATHER_WIDTH: u32 = 0;\nconst SCATTER_HEIGHT: u32 = 0;\nconst SCATTER_WIDTH: u32 = 0;\n// Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\nconst MASK_HEIGHT: u32 = 0;\nconst MASK_WIDTH: u32 = 0;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\n// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.\nconst COSINE: u32 = 0;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<f32>;\n@group(0) @binding(4) var<storage, read> scale: array<f32>;\n@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;\n\nconst LANES = 8u;\nconst OUTSIDE = 0xffffffffu;\n// Vectors shorter than 1e-12 are divided by that.\nconst SHORTEST_SQUARED = 1e-24;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;\nconst WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;\nconst PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;\nconst MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;\n// Channels of q, of k and of v.\nconst CHANNELS = HEADS * HEAD_DIMENSION;\n// Matrices that hold the output of four queries, four channels each.\nconst MATRICES = select(8u, 2u, HEAD_DIMENSION <= 8u);\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\n// Four tokens of a window.\nstruct Tokens {\n  // Where they stand in the padded grid.\n  row: vec4u,\n  column: vec4u,\n  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].\n  place: vec4u,\n}\n\nfn tokens_of(window: u32, token: vec4u) -> Tokens {\n  let row = token / WINDOW_WIDTH;\n  let column = token % WINDOW_WIDTH;\n  return Tokens(\n    window / ROW_WINDOWS * WINDOW_HEIGHT + row,\n    window % ROW_WINDOWS * WINDOW_WIDTH + column,\n    row * TABLE_WIDTH + column,\n  );\n}\n\n// Tokens of the grid at positions moved by an offset, or OUTSIDE.\nfn grid_tokens(tokens: Tokens, offset: vec2u) -> vec4u {\n  let row = (tokens.row + offset.x) % MODULUS_HEIGHT;\n  let column = (tokens.column + offset.y) % MODULUS_WIDTH;\n  let token = row * WIDTH + column;\n  if (!PADDED) {\n    return token;\n  }\n  let beyond = (tokens.row >= vec4u(MODULUS_HEIGHT)) | (tokens.column >= vec4u(MODULUS_WIDTH));\n  let outside = (row >= vec4u(HEIGHT)) | (column >= vec4u(WIDTH));\n  return select(token, vec4u(OUTSIDE), beyond | outside);\n}\n\n// Where tokens begin in x, or OUTSIDE.\nfn starts(image: u32, tokens: Tokens) -> vec4u {\n  let token = grid_tokens(tokens, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));\n  let start = (image * (HEIGHT * WIDTH) + token) * (3u * CHANNELS);\n  return select(start, vec4u(OUTSIDE), token == vec4u(OUTSIDE));\n}\n\n// Where tokens are written, counted in rows of the output, or OUTSIDE.\nfn targets(image: u32, tokens: Tokens, is_query: vec4<bool>) -> vec4u {\n  let token = grid_tokens(tokens, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));\n  return select(vec4u(OUTSIDE), image * (HEIGHT * WIDTH) + token, is_query & (token != vec4u(OUTSIDE)));\n}\n\n// Numbers for the regions that tokens belong to in the shifted grid.\nfn regions(tokens: Tokens) -> vec4u {\n  if (!MASKED) {\n    return vec4u();\n  }\n  return region(tokens.row, WINDOW_HEIGHT, MASK_HEIGHT, PADDED_HEIGHT) * 3u\n    + region(tokens.column, WINDOW_WIDTH, MASK_WIDTH, PADDED_WIDTH);\n}\n\nfn region(position: vec4u, window: u32, mask: u32, length: u32) -> vec4u {\n  let index = vec4u(position + window >= vec4u(length)) + vec4u(position + mask >= vec4u(length));\n  return select(index, vec4u(), mask == 0u);\n}\n\n// A channel of four tokens.\nfn load(start: vec4u, channel: u32) -> vec4f {\n  if (!PADDED) {\n    let index = start + channel;\n    return vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));\n  }\n  let outside = start == vec4u(OUTSIDE);\n  let index = select(start, vec4u(), outside) + channel;\n  let inner = vec4f(f32(x[index.x]), f32(x[index.y]), f32(x[index.z]), f32(x[index.w]));\n  if (FILL == 0u) {\n    return select(inner, vec4f(), outside);\n  }\n  return select(inner, vec4f(fill[channel]), outside);\n}\n\n// Four channels of a token.\nfn load_channels(start: u32, channel: u32) -> vec4f {\n  if (!PADDED || start != OUTSIDE) {\n    let index = start + channel;\n    return vec4f(f32(x[index]), f32(x[index + 1u]), f32(x[index + 2u]), f32(x[index + 3u]));\n  }\n  if (FILL == 0u) {\n    return vec4f();\n  }\n  return vec4f(fill[channel], fill[channel + 1u], fill[channel + 2u], fill[channel + 3u]);\n}\n\n// e to the power of values up to 0, to about a unit in the last place; drivers that compute it by themselves are off by\n// several. Cody and Waite's reduction and a polynomial (Cephes, expf).\nfn exponential(value: vec4f) -> vec4f {\n  let x = max(value, vec4f(-87.0));\n  let power = round(x * 1.44269504088896341);\n  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;\n  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest\n    + 1.6666665459e-1) * rest + 5.0000001201e-1;\n  let mantissa = (series * rest * rest + rest) + 1.0;\n  let scale = bitcast<vec4f>((vec4i(power) + 127) << vec4u(23u));\n  return select(mantissa * scale, vec4f(), value < vec4f(-87.0));\n}\n\nfn outer(left: vec4f, right: vec4f) -> mat4x4f {\n  return mat4x4f(left * right.x, left * right.y, left * right.z, left * right.w);\n}\n\nfn drop_first(values: mat4x4f, next: vec4f) -> mat4x4f {\n  return mat4x4f(values[1], values[2], values[3], next);\n}\n\nfn times(values: mat4x4f, factors: vec4f) -> mat4x4f {\n  return mat4x4f(values[0] * factors.x, values[1] * factors.y, values[2] * factors.z, values[3] * factors.w);\n}\n\nfn inverse_lengths(squares: vec4f) -> vec4f {\n  return inverseSqrt(max(squares, vec4f(SHORTEST_SQUARED)));\n}\n\n// What is added to the scores of a query and four keys.\nfn bias_and_mask(head: u32, query_place: u32, query_region: u32, key_place: vec4u, key_region: vec4u) -> vec4f {\n  var value = vec4f();\n  if (BIAS == 1u) {\n    let index = head * TABLE + TABLE / 2u + query_place - key_place;\n    value = vec4f(table[index.x], table[index.y], table[index.z], table[index.w]);\n  }\n  if (MASKED) {\n    value += select(vec4f(), vec4f(-100.0), key_region != vec4u(query_region));\n  }\n  return value;\n}\n\n// Four channels of v; those beyond the head are never stored.\nfn load_value(start: u32, head: u32, channel: u32) -> vec4f {\n  return load_channels(start, 2u * CHANNELS + head * HEAD_DIMENSION + min(channel, HEAD_DIMENSION - 4u));\n}\n\nfn store(row: u32, head: u32, channel: u32, value: vec4f) {\n  if (row != OUTSIDE && channel < HEAD_DIMENSION) {\n    output[(row * CHANNELS + head * HEAD_DIMENSION + channel) / 4u] = vec4<Output>(value);\n  }\n}\n\n@compute @workgroup_size(LANES)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let image = group.y / WINDOWS;\n  let window = group.y % WINDOWS;\n  let head = group.z;\n  let first = (group.x * LANES + lane) * 4u;\n  if (first >= TOKENS) {\n    return;\n  }\n  // No constants, so that no driver unrolls the loops that count to them.\n  let one = min(batch, 1u);\n  let four = 4u * one;\n  let query = first + vec4u(0u, 1u, 2u, 3u);\n  let queries = tokens_of(window, min(query, vec4u(TOKENS - 1u)));\n  let query_start = starts(image, queries);\n  let q_channel = head * HEAD_DIMENSION;\n  let k_channel = CHANNELS + q_channel;\n  for (var channel = 0u; channel < HEAD_DIMENSION * one; channel += 32u) {\n    var query_place = queries.place;\n    var query_region = regions(queries);\n    var largest = vec4f(-1e30);\n    var sums = vec4f();\n    var mixed0 = mat4x4f();\n    var mixed1 = mat4x4f();\n    var mixed2 = mat4x4f();\n    var mixed3 = mat4x4f();\n    var mixed4 = mat4x4f();\n    var mixed5 = mat4x4f();\n    var mixed6 = mat4x4f();\n    var mixed7 = mat4x4f();\n    for (var first_key = 0u; first_key < TOKENS * one; first_key += 4u) {\n      let key = first_key + vec4u(0u, 1u, 2u, 3u);\n      let keys = tokens_of(window, min(key, vec4u(TOKENS - 1u)));\n      let key_region = regions(keys);\n      let beyond = select(vec4f(), vec4f(-1e30), key >= vec4u(TOKENS));\n      var key_start = starts(image, keys);\n      // A column for each query, first of scores, then of their exponentials.\n      var scores = mat4x4f();\n      var query_squares = vec4f();\n      var key_squares = vec4f();\n      for (var i = 0u; i < HEAD_DIMENSION * one; i++) {\n        let k = load(key_start, k_channel + i);\n        let q = load(query_start, q_channel + i);\n        scores += outer(k, q);\n        if (COSINE == 1u) {\n          query_squares += q * q;\n          key_squares += k * k;\n        }\n      }\n      var key_factors = vec4f(SCALE);\n      if (COSINE == 1u) {\n        scores = times(scores, inverse_lengths(query_squares));\n        key_factors = scale[head] * inverse_lengths(key_squares);\n      }\n      var corrections = vec4f();\n      for (var i = 0u; i < four; i++) {\n        let added = bias_and_mask(head, query_place.x, query_region.x, keys.place, key_region) + beyond;\n        let score = scores[0] * key_factors + added;\n        let larger = max(largest.x, max(max(score.x, score.y), max(score.z, score.w)));\n        let exponentials = exponential(score - larger);\n        let correction = exponential(vec4f(largest.x - larger)).x;\n        sums = vec4f(sums.yzw, sums.x * correction + dot(exponentials, vec4f(1.0)));\n        largest = vec4f(largest.yzw, larger);\n        corrections = vec4f(corrections.yzw, correction);\n        scores = drop_first(scores, exponentials);\n        query_place = query_place.yzwx;\n        query_region = query_region.yzwx;\n      }\n      var factors = transpose(scores);\n      // After so many turns each matrix is back in its place.\n      for (var turn = 0u; turn < MATRICES * one; turn++) {\n        var sum = times(mixed0, corrections);\n        for (var i = 0u; i < four; i++) {\n          sum += outer(load_value(key_start.x, head, channel + turn * 4u), factors[0]);\n          factors = drop_first(factors, factors[0]);\n          key_start = key_start.yzwx;\n        }\n        mixed0 = mixed1;\n        if (MATRICES == 2u) {\n          mixed1 = sum;\n        } else {\n          mixed1 = mixed2;\n          mixed2 = mixed3;\n          mixed3 = mixed4;\n          mixed4 = mixed5;\n          mixed5 = mixed6;\n          mixed6 = mixed7;\n          mixed7 = sum;\n        }\n      }\n    }\n    var target_row = targets(image, queries, query < vec4u(TOKENS));\n    sums = 1.0 / sums;\n    for (var stored = channel; stored < min(channel + 32u, HEAD_DIMENSION * one); stored += 4u) {\n      for (var i = 0u; i < four; i++) {\n        store(target_row.x, head, stored, mixed0[0] * sums.x);\n        mixed0 = drop_first(mixed0, mixed0[0]);\n        target_row = target_row.yzwx;\n        sums = sums.yzwx;\n      }\n      mixed0 = mixed1;\n      mixed1 = mixed2;\n      mixed2 = mixed3;\n      mixed3 = mixed4;\n      mixed4 = mixed5;\n      mixed5 = mixed6;\n      mixed6 = mixed7;\n    }\n  }\n}\n",
    "workgroupSize": [
      8,
      1,
      1
    ],
    "constants": [
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 4
      },
      {
        "name": "GATHER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "GATHER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "COSINE",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": []
  },
  "window-attention-split-matrix": {
    "name": "window-attention-split-matrix",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, per window and head. x holds q, k and v in the order\n// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.\n//\n// For GPUs with matrix units, by an extension of WGSL that is an experiment of Dawn's: f16 in, f32 sums. A workgroup takes\n// 16 queries of one window and head; its subgroups share the keys, 64 each. All scores are in workgroup memory at once, so\n// that keys are gone through once; values take the memory of the keys. Few large windows keep a GPU busy that way.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 16 },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 16 == 0, HEAD_DIMENSION <= 48; SUBGROUPS 1, 2 or 4, and no more tokens in a window than 64 times\n// as many; subgroups of 32 invocations; matrices of 16 x 16 by 16 x 16, f16 in and f32 out.\n\nenable f16;\nenable subgroups;\nenable chromium_experimental_subgroup_matrix;\n\nalias Input = f32;\nalias Output = f32;\n\n// The grid of x, and the padded grid that windows tile.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst PADDED_HEIGHT: u32 = 4;\nconst PADDED_WIDTH: u32 = 4;\n// The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\nconst MODULUS_HEIGHT: u32 = 4;\nconst MODULUS_WIDTH: u32 = 4;\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEADS: u32 = 1;\nconst HEAD_DIMENSION: u32 = 16;\n// Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\nconst GATHER_HEIGHT: u32 = 0;\nconst GATHER_WIDTH: u32 = 0;\nconst SCATTER_HEIGHT: u32 = 0;\nconst SCATTER_WIDTH: u32 = 0;\n// Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\nconst MASK_HEIGHT: u32 = 0;\nconst MASK_WIDTH: u32 = 0;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\nconst SUBGROUPS: u32 = 1;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<vec4f>;\n@group(0) @binding(4) var<storage, read_write> output: array<vec4<Output>>;\n\nconst OUTSIDE = 0xffffffffu;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;\nconst WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;\nconst PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;\nconst MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;\n// Vec4s of one head, of one of q, k and v, and of the columns of the bias table.\nconst HEAD = HEAD_DIMENSION / 4u;\nconst CHANNELS = HEADS * HEAD;\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\nfn padded_position(window: u32, token: u32) -> vec2u {\n  return vec2u(\n    window / ROW_WINDOWS * WINDOW_HEIGHT + token / WINDOW_WIDTH,\n    window % ROW_WINDOWS * WINDOW_WIDTH + token % WINDOW_WIDTH,\n  );\n}\n\n// The token of the grid at a position moved by an offset, or OUTSIDE.\nfn grid_token(position: vec2u, offset: vec2u) -> u32 {\n  const MODULUS = vec2u(MODULUS_HEIGHT, MODULUS_WIDTH);\n  let moved = (position + offset) % MODULUS;\n  let outside = any(position >= MODULUS) || any(moved >= vec2u(HEIGHT, WIDTH));\n  return select(moved.x * WIDTH + moved.y, OUTSIDE, PADDED && outside);\n}\n\nfn source_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));\n}\n\nfn target_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));\n}\n\n// A number for the region that a token belongs to in the shifted grid.\nfn region(position: vec2u) -> u32 {\n  let row = u32(position.x + WINDOW_HEIGHT >= PADDED_HEIGHT) + u32(position.x + MASK_HEIGHT >= PADDED_HEIGHT);\n  let column = u32(position.y + WINDOW_WIDTH >= PADDED_WIDTH) + u32(position.y + MASK_WIDTH >= PADDED_WIDTH);\n  return select(row, 0u, MASK_HEIGHT == 0u) * 3u + select(column, 0u, MASK_WIDTH == 0u);\n}\n\n// The bias of a query and a key is table[place(query) - place(key) + the middle of the table].\nfn place(token: u32) -> u32 {\n  return token / WINDOW_WIDTH * TABLE_WIDTH + token % WINDOW_WIDTH;\n}\n\n// Four channels of q (part 0), k (1) or v (2) of a token that begins at a vec4 of x, or OUTSIDE.\nfn load(start: u32, channel: u32) -> vec4<f16> {\n  if (!PADDED) {\n    return vec4<f16>(x[start + channel]);\n  }\n  if (start != OUTSIDE) {\n    return vec4<f16>(x[start + channel]);\n  }\n  if (FILL == 1u) {\n    return vec4<f16>(fill[channel]);\n  }\n  return vec4<f16>();\n}\n\nconst LANES = 32u;\nconst INVOCATIONS = LANES * SUBGROUPS;\nconst SIDE = 16u;\nconst SHARE = 64u;\nconst BLOCK = SHARE * SUBGROUPS;\nconst DEPTHS = HEAD_DIMENSION / SIDE;\nconst SHARE_MATRICES = SHARE / SIDE;\n// Lanes that share a row of scores, each with some quads of it, and how many times all lanes make up the rows.\nconst SHARERS = 8u;\nconst ROW_QUADS = BLOCK / 4u / SHARERS;\nconst TURNS = SIDE * SHARERS / INVOCATIONS;\n// Quads of keys, or of values, and of queries or answers that an invocation takes.\nconst LOADS = BLOCK * HEAD / INVOCATIONS;\nconst QUERY_LOADS = max(SIDE * HEAD / INVOCATIONS, 1u);\n// Vec4s of a row. Rows lie further apart than they are long, so that those of a matrix are in different banks.\nconst STRIDE = HEAD + 2u;\nconst SCORE_STRIDE = BLOCK / 4u + 1u;\nconst SHARE_STRIDE = BLOCK / 4u + 2u;\n// What the keys of a subgroup come to: 16 rows of these.\nconst ANSWER_STRIDE = HEAD + 1u;\n\nalias Left = subgroup_matrix_left<f16, SIDE, SIDE>;\nalias Right = subgroup_matrix_right<f16, SIDE, SIDE>;\nalias Result = subgroup_matrix_result<f32, SIDE, SIDE>;\n\nvar<workgroup> queries: array<vec4<f16>, SIDE * STRIDE>;\n// Keys, then values, by tokens, then channels.\nvar<workgroup> staged: array<vec4<f16>, BLOCK * STRIDE>;\n// Scores, in the end the answers of each subgroup; and what the softmax makes of the scores.\nvar<workgroup> scores: array<vec4f, SIDE * SCORE_STRIDE>;\nvar<workgroup> shares: array<vec4<f16>, SIDE * SHARE_STRIDE>;\n\nfn token_start(image: u32, window: u32, token: u32) -> u32 {\n  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));\n  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);\n}\n\n// Four keys: where their biases are and their regions.\nstruct Keys {\n  place: vec4u,\n  region: vec4u,\n  exists: vec4<bool>,\n}\n\nfn keys_at(window: u32, first: u32) -> Keys {\n  let tokens = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(TOKENS - 1u));\n  let exists = vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(TOKENS);\n  var regions = vec4u();\n  if (MASKED) {\n    regions = vec4u(\n      region(padded_position(window, tokens.x)),\n      region(padded_position(window, tokens.y)),\n      region(padded_position(window, tokens.z)),\n      region(padded_position(window, tokens.w)),\n    );\n  }\n  return Keys(vec4u(place(tokens.x), place(tokens.y), place(tokens.z), place(tokens.w)), regions, exists);\n}\n\n// Scores of a query and four keys, with bias and mask; keys behind the last one get none of the softmax.\nfn finish_scores(product: vec4f, head: u32, query: vec2u, four: Keys) -> vec4f {\n  var value = product * SCALE;\n  if (BIAS == 1u) {\n    let at = vec4u(head * TABLE + query.x + place(TOKENS - 1u)) - four.place;\n    value += vec4f(table[at.x], table[at.y], table[at.z], table[at.w]);\n  }\n  if (MASKED) {\n    value += select(vec4f(), vec4f(-100.0), four.region != vec4u(query.y));\n  }\n  return select(vec4f(-1e30), value, four.exists);\n}\n\n// Of eight lanes side by side.\nfn largest_among(value: vec4f) -> f32 {\n  var largest = max(max(value.x, value.y), max(value.z, value.w));\n  for (var step = 0u; step < 3u; step++) { // unrolled\n    largest = max(largest, subgroupShuffleXor(largest, 1u << step));\n  }\n  return largest;\n}\n\nfn sum_among(value: vec4f) -> f32 {\n  var sum = dot(value, vec4f(1.0));\n  for (var step = 0u; step < 3u; step++) { // unrolled\n    sum += subgroupShuffleXor(sum, 1u << step);\n  }\n  return sum;\n}\n\n// Makes shares of the scores of a row: of its quads a lane takes every eighth.\nfn share_row(row: u32, first_query: u32, window: u32, head: u32, lane: u32) {\n  let query = min(first_query + row, TOKENS - 1u);\n  let at = vec2u(place(query), region(padded_position(window, query)));\n  var quads: array<vec4f, ROW_QUADS>;\n  var most = vec4f(-1e30);\n  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled\n    let quad = lane % SHARERS + i * SHARERS;\n    quads[i] = finish_scores(scores[row * SCORE_STRIDE + quad], head, at, keys_at(window, quad * 4u));\n    most = max(most, quads[i]);\n  }\n  let largest = largest_among(most);\n  var total = vec4f();\n  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled\n    quads[i] = exp(quads[i] - largest);\n    total += quads[i];\n  }\n  let factor = 1.0 / sum_among(total);\n  for (var i = 0u; i < ROW_QUADS; i++) { // unrolled\n    shares[row * SHARE_STRIDE + lane % SHARERS + i * SHARERS] = vec4<f16>(quads[i] * factor);\n  }\n}\n\n@compute @workgroup_size(LANES, SUBGROUPS)\nfn main(\n  @builtin(workgroup_id) group: vec3u,\n  @builtin(local_invocation_index) invocation: u32,\n  @builtin(subgroup_id) subgroup: u32,\n  @builtin(subgroup_invocation_id) lane: u32,\n) {\n  let image = group.y / WINDOWS;\n  let window = group.y % WINDOWS;\n  let head = group.z;\n  let first_query = group.x * SIDE;\n  for (var i = 0u; i < QUERY_LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    if (at < SIDE * HEAD) {\n      let start = token_start(image, window, first_query + at / HEAD);\n      queries[at / HEAD * STRIDE + at % HEAD] = load(start, head * HEAD + at % HEAD);\n    }\n  }\n  // Values are on their way while keys are multiplied.\n  var values: array<vec4<f16>, LOADS>;\n  for (var i = 0u; i < LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    let start = token_start(image, window, at / HEAD);\n    staged[at / HEAD * STRIDE + at % HEAD] = load(start, CHANNELS + head * HEAD + at % HEAD);\n    values[i] = load(start, 2u * CHANNELS + head * HEAD + at % HEAD);\n  }\n  workgroupBarrier();\n  var left: array<Left, DEPTHS>;\n  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n    left[depth] = subgroupMatrixLoad<Left, row_major>(&queries, depth * 4u, STRIDE);\n  }\n  for (var j = 0u; j < SHARE_MATRICES; j++) { // unrolled\n    let key = subgroup * SHARE + j * SIDE;\n    var result = Result();\n    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n      let right = subgroupMatrixLoad<Right, col_major>(&staged, key * STRIDE + depth * 4u, STRIDE);\n      result = subgroupMatrixMultiplyAccumulate(left[depth], right, result);\n    }\n    subgroupMatrixStore<row_major>(&scores, key / 4u, result, SCORE_STRIDE);\n  }\n  workgroupBarrier();\n  for (var i = 0u; i < LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    staged[at / HEAD * STRIDE + at % HEAD] = values[i];\n  }\n  for (var turn = 0u; turn < TURNS; turn++) { // unrolled\n    share_row(invocation / SHARERS + turn * (INVOCATIONS / SHARERS), first_query, window, head, lane);\n  }\n  workgroupBarrier();\n  var answers: array<Result, DEPTHS>;\n  for (var j = 0u; j < SHARE_MATRICES; j++) { // unrolled\n    let key = subgroup * SHARE + j * SIDE;\n    let share = subgroupMatrixLoad<Left, row_major>(&shares, key / 4u, SHARE_STRIDE);\n    for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n      let value = subgroupMatrixLoad<Right, row_major>(&staged, key * STRIDE + depth * 4u, STRIDE);\n      answers[depth] = subgroupMatrixMultiplyAccumulate(share, value, answers[depth]);\n    }\n  }\n  for (var depth = 0u; depth < DEPTHS; depth++) { // unrolled\n    let start = subgroup * (SIDE * ANSWER_STRIDE) + depth * 4u;\n    subgroupMatrixStore<row_major>(&scores, start, answers[depth], ANSWER_STRIDE);\n  }\n  workgroupBarrier();\n  for (var i = 0u; i < QUERY_LOADS; i++) { // unrolled\n    let at = invocation + i * INVOCATIONS;\n    let query = first_query + at / HEAD;\n    let token = target_token(padded_position(window, min(query, TOKENS - 1u)));\n    if (at < SIDE * HEAD && query < TOKENS && token != OUTSIDE) {\n      var sum = vec4f();\n      for (var other = 0u; other < SUBGROUPS; other++) { // unrolled\n        sum += scores[other * (SIDE * ANSWER_STRIDE) + at / HEAD * ANSWER_STRIDE + at % HEAD];\n      }\n      output[(image * (HEIGHT * WIDTH) + token) * CHANNELS + head * HEAD + at % HEAD] = vec4<Output>(sum);\n    }\n  }\n}\n",
    "workgroupSize": [
      32,
      1,
      1
    ],
    "constants": [
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 16
      },
      {
        "name": "GATHER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "GATHER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SUBGROUPS",
        "type": "u32",
        "default": 1
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 4,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "queries",
        "type": "array<vec4<f16>, SIDE * STRIDE>"
      },
      {
        "name": "staged",
        "type": "array<vec4<f16>, BLOCK * STRIDE>"
      },
      {
        "name": "scores",
        "type": "array<vec4f, SIDE * SCORE_STRIDE>"
      },
      {
        "name": "shares",
        "type": "array<vec4<f16>, SIDE * SHARE_STRIDE>"
      }
    ]
  },
  "window-attention-subgroup": {
    "name": "window-attention-subgroup",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head.\n// x holds q, k and v in the order of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No\n// window is ever laid out in memory.\n//\n// For software adapters with subgroups: loads are what costs there, so that a key and its value are loaded once for a\n// workgroup, which is one subgroup, and handed round. An invocation takes two queries, key by key with a running\n// softmax; no workgroup memory, no barriers, no indexed private arrays.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 2 * SUBGROUP },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 32, subgroups of SUBGROUP invocations.\n\nenable subgroups;\n\nalias Input = f32;\nalias Output = f32;\n\n// Invocations that run together on this adapter: 4 or 8.\nconst SUBGROUP: u32 = 8;\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEAD_DIMENSION: u32 = 4;\n// Whether windows tile a grid that is padded.\nconst PADS: u32 = 1;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\n// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.\nconst COSINE: u32 = 0;\n\n// No part of the text, so that one pipeline serves all stages, shifted or not: software adapters take longer to compile\n// one than to run it.\nstruct Sizes {\n  // The grid of x, and the padded grid that windows tile.\n  HEIGHT: u32,\n  WIDTH: u32,\n  PADDED_HEIGHT: u32,\n  PADDED_WIDTH: u32,\n  // The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\n  MODULUS_HEIGHT: u32,\n  MODULUS_WIDTH: u32,\n  HEADS: u32,\n  // Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\n  GATHER_HEIGHT: u32,\n  GATHER_WIDTH: u32,\n  SCATTER_HEIGHT: u32,\n  SCATTER_WIDTH: u32,\n  // Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\n  MASK_HEIGHT: u32,\n  MASK_WIDTH: u32,\n}\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<Input>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<f32>;\n@group(0) @binding(4) var<storage, read> scale: array<f32>;\n@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;\n@group(0) @binding(6) var<uniform> sizes: Sizes;\n\nconst OUTSIDE = 0xffffffffu;\n// Vectors shorter than 1e-12 are divided by that.\nconst SHORTEST_SQUARED = 1e-24;\n// How far a score may exceed the maximum that its exponential is taken from: e to the power of it is far from the end of\n// the range, and sums are rescaled a few times instead of at every new maximum.\nconst HEADROOM = 8.0;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\n// 32 channels of a token's q, k or v, or of its output; zeros beyond the head's.\nstruct Channels {\n  low: mat4x4f,\n  high: mat4x4f,\n}\n\n// A token of a window.\nstruct Token {\n  // Where it stands in the padded grid.\n  row: u32,\n  column: u32,\n  // The bias of a query and a key is table[place of the query - place of the key + the middle of the table].\n  place: u32,\n  region: u32,\n}\n\n// The window's first row and column are given. A half more than an index is no multiple of the width: rounding cannot carry\n// it over one, and no integers are divided, which software adapters do one by one.\nfn token_of(size: Sizes, window: vec2u, index: u32) -> Token {\n  let window_row = u32((f32(index) + 0.5) * (1.0 / f32(WINDOW_WIDTH)));\n  let window_column = index - window_row * WINDOW_WIDTH;\n  let row = window.x + window_row;\n  let column = window.y + window_column;\n  let region = region_of(row, WINDOW_HEIGHT, size.MASK_HEIGHT, size.PADDED_HEIGHT) * 3u\n    + region_of(column, WINDOW_WIDTH, size.MASK_WIDTH, size.PADDED_WIDTH);\n  return Token(row, column, window_row * TABLE_WIDTH + window_column, region);\n}\n\n// A number for the region of the shifted grid that a position belongs to.\nfn region_of(position: u32, window: u32, mask: u32, length: u32) -> u32 {\n  let index = u32(position + window >= length) + u32(position + mask >= length);\n  return select(index, 0u, mask == 0u);\n}\n\n// The token of the grid at a position moved by less than the modulus, or OUTSIDE.\nfn grid_token(size: Sizes, token: Token, by: vec2u) -> u32 {\n  let row = wrap(token.row + by.x, size.MODULUS_HEIGHT);\n  let column = wrap(token.column + by.y, size.MODULUS_WIDTH);\n  let place = row * size.WIDTH + column;\n  if (PADS == 0u) {\n    return place;\n  }\n  let beyond = token.row >= size.MODULUS_HEIGHT || token.column >= size.MODULUS_WIDTH;\n  let outside = row >= size.HEIGHT || column >= size.WIDTH;\n  return select(place, OUTSIDE, beyond || outside);\n}\n\n// Positions within the modulus are moved by no more than that.\nfn wrap(position: u32, modulus: u32) -> u32 {\n  return select(position, position - modulus, position >= modulus);\n}\n\n// Where a token begins in x, or OUTSIDE.\nfn start_of(size: Sizes, image: u32, token: Token) -> u32 {\n  let by = vec2u(size.MODULUS_HEIGHT - size.GATHER_HEIGHT, size.MODULUS_WIDTH - size.GATHER_WIDTH);\n  let place = grid_token(size, token, by);\n  let start = (image * (size.HEIGHT * size.WIDTH) + place) * (3u * size.HEADS * HEAD_DIMENSION);\n  return select(start, OUTSIDE, place == OUTSIDE);\n}\n\nfn load(start: u32, channel: u32) -> f32 {\n  if (PADS == 1u && start == OUTSIDE) {\n    if (FILL == 0u) {\n      return 0.0;\n    }\n    return fill[channel];\n  }\n  return f32(x[start + channel]);\n}\n\n// q of a token, which an invocation loads for itself.\nfn load_query(start: u32, head: u32) -> Channels {\n  var channels = Channels();\n  // No constant, so that no driver unrolls the loop that counts to it. After 8 turns each column is in its place.\n  let turns = 8u * min(batch, 1u);\n  for (var turn = 0u; turn < turns; turn++) {\n    var values = vec4f();\n    if (turn * 4u < HEAD_DIMENSION) {\n      let channel = head * HEAD_DIMENSION + turn * 4u;\n      values = vec4f(load(start, channel), load(start, channel + 1u), load(start, channel + 2u), load(start, channel + 3u));\n    }\n    channels = drop_first(channels, values);\n  }\n  return channels;\n}\n\nfn drop_first(channels: Channels, next: vec4f) -> Channels {\n  let low = channels.low;\n  let high = channels.high;\n  return Channels(mat4x4f(low[1], low[2], low[3], high[0]), mat4x4f(high[1], high[2], high[3], next));\n}\n\n// One of as many channels as there are invocations, each of which loads its own; zero beyond the head's.\nfn load_part(start: u32, first: u32, part: u32, lane: u32) -> f32 {\n  if (part * SUBGROUP >= HEAD_DIMENSION) {\n    return 0.0;\n  }\n  let channel = part * SUBGROUP + lane;\n  if (HEAD_DIMENSION % SUBGROUP == 0u) {\n    return load(start, first + channel);\n  }\n  return select(0.0, load(start, first + min(channel, HEAD_DIMENSION - 1u)), channel < HEAD_DIMENSION);\n}\n\n// Four channels, one of each of the first four invocations, or of the last four of eight.\nfn first_four(value: f32) -> vec4f {\n  return vec4f(\n    subgroupBroadcast(value, 0u),\n    subgroupBroadcast(value, 1u),\n    subgroupBroadcast(value, 2u),\n    subgroupBroadcast(value, 3u),\n  );\n}\n\nfn last_four(value: f32) -> vec4f {\n  return vec4f(\n    subgroupBroadcast(value, 4u),\n    subgroupBroadcast(value, 5u),\n    subgroupBroadcast(value, 6u),\n    subgroupBroadcast(value, 7u),\n  );\n}\n\n// k or v of a token, loaded by all invocations together.\nfn load_shared(start: u32, first: u32, lane: u32) -> Channels {\n  let part0 = load_part(start, first, 0u, lane);\n  let part1 = load_part(start, first, 1u, lane);\n  let part2 = load_part(start, first, 2u, lane);\n  let part3 = load_part(start, first, 3u, lane);\n  if (SUBGROUP == 8u) {\n    return Channels(\n      mat4x4f(first_four(part0), last_four(part0), first_four(part1), last_four(part1)),\n      mat4x4f(first_four(part2), last_four(part2), first_four(part3), last_four(part3)),\n    );\n  }\n  let part4 = load_part(start, first, 4u, lane);\n  let part5 = load_part(start, first, 5u, lane);\n  let part6 = load_part(start, first, 6u, lane);\n  let part7 = load_part(start, first, 7u, lane);\n  return Channels(\n    mat4x4f(first_four(part0), first_four(part1), first_four(part2), first_four(part3)),\n    mat4x4f(first_four(part4), first_four(part5), first_four(part6), first_four(part7)),\n  );\n}\n\n// The product, and what its last sum rounds off.\nfn product(a: Channels, b: Channels) -> vec2f {\n  // Few sums are as large as the whole: each of those rounds off the most.\n  var low = a.low[0] * b.low[0];\n  low += a.low[1] * b.low[1];\n  low += a.low[2] * b.low[2];\n  low += a.low[3] * b.low[3];\n  var high = a.high[0] * b.high[0];\n  high += a.high[1] * b.high[1];\n  high += a.high[2] * b.high[2];\n  high += a.high[3] * b.high[3];\n  let sums = low + high;\n  let pairs = sums.xy + sums.zw;\n  let sum = pairs.x + pairs.y;\n  let second = sum - pairs.x;\n  return vec2f(sum, (pairs.x - (sum - second)) + (pairs.y - second));\n}\n\nfn times(channels: Channels, factor: f32) -> Channels {\n  return Channels(channels.low * factor, channels.high * factor);\n}\n\n// e to the power of values, to about a unit in the last place; drivers that compute it by themselves are off by several.\n// Cody and Waite's reduction and a polynomial (Cephes, expf).\nfn exponential(value: vec2f) -> vec2f {\n  let x = max(value, vec2f(-87.0));\n  let power = round(x * 1.44269504088896341);\n  let rest = (x - power * 0.693359375) + power * 2.12194440e-4;\n  let series = ((((1.9875691500e-4 * rest + 1.3981999507e-3) * rest + 8.3334519073e-3) * rest + 4.1665795894e-2) * rest\n    + 1.6666665459e-1) * rest + 5.0000001201e-1;\n  let mantissa = (series * rest * rest + rest) + 1.0;\n  let scale = bitcast<vec2f>((vec2i(power) + 127) << vec2u(23u));\n  return select(mantissa * scale, vec2f(), value < vec2f(-87.0));\n}\n\nfn inverse_length(channels: Channels) -> f32 {\n  return inverseSqrt(max(product(channels, channels).x, SHORTEST_SQUARED));\n}\n\n// (value + rest) * factor - origin, where value * factor is close to the origin and both are large: products of halves of\n// a number are exact, so that nothing is rounded off before the difference is small.\nfn scaled_difference(value: vec2f, rest: vec2f, factor: vec2f, origin: vec2f) -> vec2f {\n  let upper = upper_half(value);\n  let upper_factor = upper_half(factor);\n  return (upper * upper_factor - origin) + (upper * (factor - upper_factor) + (value - upper + rest) * factor);\n}\n\nfn upper_half(value: vec2f) -> vec2f {\n  return bitcast<vec2f>(bitcast<vec2u>(value) & vec2u(0xfffff000u));\n}\n\n// What is added to the scores of two queries and a key.\nfn bias_and_mask(head: u32, query0: Token, query1: Token, key: Token) -> vec2f {\n  var value = vec2f();\n  if (BIAS == 1u) {\n    let middle = head * TABLE + TABLE / 2u - key.place;\n    value = vec2f(table[middle + query0.place], table[middle + query1.place]);\n  }\n  return value + select(vec2f(), vec2f(-100.0), vec2u(query0.region, query1.region) != vec2u(key.region));\n}\n\n// At a row of the output, unless it is OUTSIDE.\nfn store(size: Sizes, row: u32, head: u32, channels: Channels) {\n  var rest = channels;\n  let first = (row * size.HEADS + head) * (HEAD_DIMENSION / 4u);\n  for (var quad = 0u; quad < HEAD_DIMENSION / 4u * min(batch, 1u); quad++) {\n    if (row != OUTSIDE) {\n      output[first + quad] = vec4<Output>(rest.low[0]);\n    }\n    rest = drop_first(rest, rest.high[3]);\n  }\n}\n\n// The row of the output that a query goes to, or OUTSIDE.\nfn target_row(size: Sizes, image: u32, token: Token, query: u32) -> u32 {\n  let place = grid_token(size, token, vec2u(size.SCATTER_HEIGHT, size.SCATTER_WIDTH));\n  let row = image * (size.HEIGHT * size.WIDTH) + place;\n  return select(row, OUTSIDE, place == OUTSIDE || query >= TOKENS);\n}\n\n@compute @workgroup_size(SUBGROUP)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let size = sizes;\n  let row_windows = size.PADDED_WIDTH / WINDOW_WIDTH;\n  let windows = size.PADDED_HEIGHT / WINDOW_HEIGHT * row_windows;\n  let image = group.y / windows;\n  let number = group.y % windows;\n  let window = vec2u(number / row_windows * WINDOW_HEIGHT, number % row_windows * WINDOW_WIDTH);\n  let head = group.z;\n  let index0 = group.x * (2u * SUBGROUP) + lane;\n  let index1 = index0 + SUBGROUP;\n  let query0 = token_of(size, window, min(index0, TOKENS - 1u));\n  let query1 = token_of(size, window, min(index1, TOKENS - 1u));\n  let q0 = load_query(start_of(size, image, query0), head);\n  let q1 = load_query(start_of(size, image, query1), head);\n  // Products and not queries are scaled: scores of a thousand make felt what is rounded off each channel.\n  var factors = vec2f(SCALE);\n  if (COSINE == 1u) {\n    factors = scale[head] * vec2f(inverse_length(q0), inverse_length(q1));\n  }\n  let k_channel = (size.HEADS + head) * HEAD_DIMENSION;\n  let v_channel = (2u * size.HEADS + head) * HEAD_DIMENSION;\n  var largest = vec2f(-1e30);\n  var sums = vec2f();\n  var mixed0 = Channels();\n  var mixed1 = Channels();\n  // No constant, as above.\n  for (var index = 0u; index < TOKENS * min(batch, 1u); index++) {\n    let key = token_of(size, window, index);\n    let start = start_of(size, image, key);\n    let k = load_shared(start, k_channel, lane);\n    let products = mat2x2f(product(q0, k), product(q1, k));\n    let values = vec2f(products[0].x, products[1].x);\n    let rests = vec2f(products[0].y, products[1].y);\n    var key_factors = factors;\n    if (COSINE == 1u) {\n      key_factors *= inverse_length(k);\n    }\n    let added = bias_and_mask(head, query0, query1, key);\n    let scores = values * key_factors + added;\n    if (any(scores > largest + HEADROOM)) {\n      let larger = max(scores, largest);\n      let corrections = exponential(largest - larger);\n      mixed0 = times(mixed0, corrections.x);\n      mixed1 = times(mixed1, corrections.y);\n      sums *= corrections;\n      largest = larger;\n    }\n    let exponentials = exponential(scaled_difference(values, rests, key_factors, largest) + added);\n    sums += exponentials;\n    let v = load_shared(start, v_channel, lane);\n    mixed0.low += v.low * exponentials.x;\n    mixed0.high += v.high * exponentials.x;\n    mixed1.low += v.low * exponentials.y;\n    mixed1.high += v.high * exponentials.y;\n  }\n  store(size, target_row(size, image, query0, index0), head, times(mixed0, 1.0 / sums.x));\n  store(size, target_row(size, image, query1, index1), head, times(mixed1, 1.0 / sums.y));\n}\n",
    "workgroupSize": [
      8,
      1,
      1
    ],
    "constants": [
      {
        "name": "SUBGROUP",
        "type": "u32",
        "default": 8
      },
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "COSINE",
        "type": "u32",
        "default": 0
      }
    ],
    "sizes": [
      "HEIGHT",
      "WIDTH",
      "PADDED_HEIGHT",
      "PADDED_WIDTH",
      "MODULUS_HEIGHT",
      "MODULUS_WIDTH",
      "HEADS",
      "GATHER_HEIGHT",
      "GATHER_WIDTH",
      "SCATTER_HEIGHT",
      "SCATTER_WIDTH",
      "MASK_HEIGHT",
      "MASK_WIDTH"
    ],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      },
      {
        "name": "sizes",
        "group": 0,
        "binding": 6,
        "access": "uniform"
      }
    ],
    "workgroupVariables": []
  },
  "window-attention-tile": {
    "name": "window-attention-tile",
    "source": "// Attention inside windows: softmax(SCALE * q . k + bias + mask) v, or of the cosine of q and k, per window and head. x holds q, k and v in the order\n// of the grid, [batch * HEIGHT * WIDTH, 3 * HEADS * HEAD_DIMENSION]; the output too. No window is ever laid out in memory.\n//\n// For GPUs: a workgroup takes QUERIES queries of one window and head, and stages keys and values in workgroup memory. PARTS\n// invocations share a query: each takes four keys of every 4 * PARTS, in a running softmax of its own, and what they come\n// to is put together at the end. Few windows keep a GPU busy that way.\n//\n// Workgroups: x = { count: WINDOW_HEIGHT * WINDOW_WIDTH, tile: 1 * QUERIES },\n//             y = { count: windows of one image, batched, tile: 1 }, z = { count: HEADS, tile: 1 }.\n// Requires: HEAD_DIMENSION % 4 == 0, HEAD_DIMENSION <= 256, QUERIES * PARTS <= 256.\n\nalias Input = f32;\nalias Output = f32;\n\n// The grid of x, and the padded grid that windows tile.\nconst HEIGHT: u32 = 4;\nconst WIDTH: u32 = 4;\nconst PADDED_HEIGHT: u32 = 4;\nconst PADDED_WIDTH: u32 = 4;\n// The length that the cyclic shift wraps at: the grid's (roll, then pad) or the padded grid's (pad, then roll).\nconst MODULUS_HEIGHT: u32 = 4;\nconst MODULUS_WIDTH: u32 = 4;\nconst WINDOW_HEIGHT: u32 = 2;\nconst WINDOW_WIDTH: u32 = 2;\nconst HEADS: u32 = 1;\nconst HEAD_DIMENSION: u32 = 4;\n// Window position p reads grid position (p - GATHER) mod MODULUS and writes (p + SCATTER) mod MODULUS.\nconst GATHER_HEIGHT: u32 = 0;\nconst GATHER_WIDTH: u32 = 0;\nconst SCATTER_HEIGHT: u32 = 0;\nconst SCATTER_WIDTH: u32 = 0;\n// Tokens of different regions are masked; the last region begins MASK before the end. 0: one region.\nconst MASK_HEIGHT: u32 = 0;\nconst MASK_WIDTH: u32 = 0;\nconst SCALE: f32 = 1;\n// Whether the scores take a relative position bias, and whether tokens outside the grid read `fill` (else zeros).\nconst BIAS: u32 = 0;\nconst FILL: u32 = 0;\n// 1: scale[head] * q . k / (|q| |k|) in place of SCALE * q . k.\nconst COSINE: u32 = 0;\nconst QUERIES: u32 = 64;\nconst PARTS: u32 = 1;\n\n@group(0) @binding(0) var<uniform> batch: u32;\n@group(0) @binding(1) var<storage, read> x: array<vec4<Input>>;\n@group(0) @binding(2) var<storage, read> table: array<f32>;\n@group(0) @binding(3) var<storage, read> fill: array<vec4f>;\n@group(0) @binding(4) var<storage, read> scale: array<f32>;\n@group(0) @binding(5) var<storage, read_write> output: array<vec4<Output>>;\n\nconst LANES = QUERIES * PARTS;\nconst OUTSIDE = 0xffffffffu;\n// Vectors shorter than 1e-12 are divided by that.\nconst SHORTEST_SQUARED = 1e-24;\nconst TOKENS = WINDOW_HEIGHT * WINDOW_WIDTH;\nconst ROW_WINDOWS = PADDED_WIDTH / WINDOW_WIDTH;\nconst WINDOWS = PADDED_HEIGHT / WINDOW_HEIGHT * ROW_WINDOWS;\nconst PADDED = PADDED_HEIGHT > HEIGHT || PADDED_WIDTH > WIDTH;\nconst MASKED = MASK_HEIGHT + MASK_WIDTH > 0u;\n// Vec4s of one head, of one of q, k and v, and of the columns of the bias table.\nconst HEAD = HEAD_DIMENSION / 4u;\nconst CHANNELS = HEADS * HEAD;\nconst TABLE_WIDTH = 2u * WINDOW_WIDTH - 1u;\nconst TABLE = (2u * WINDOW_HEIGHT - 1u) * TABLE_WIDTH;\n\nfn padded_position(window: u32, token: u32) -> vec2u {\n  return vec2u(\n    window / ROW_WINDOWS * WINDOW_HEIGHT + token / WINDOW_WIDTH,\n    window % ROW_WINDOWS * WINDOW_WIDTH + token % WINDOW_WIDTH,\n  );\n}\n\n// The token of the grid at a position moved by an offset, or OUTSIDE.\nfn grid_token(position: vec2u, offset: vec2u) -> u32 {\n  const MODULUS = vec2u(MODULUS_HEIGHT, MODULUS_WIDTH);\n  let moved = (position + offset) % MODULUS;\n  let outside = any(position >= MODULUS) || any(moved >= vec2u(HEIGHT, WIDTH));\n  return select(moved.x * WIDTH + moved.y, OUTSIDE, PADDED && outside);\n}\n\nfn source_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(MODULUS_HEIGHT - GATHER_HEIGHT, MODULUS_WIDTH - GATHER_WIDTH));\n}\n\nfn target_token(position: vec2u) -> u32 {\n  return grid_token(position, vec2u(SCATTER_HEIGHT, SCATTER_WIDTH));\n}\n\n// A number for the region that a token belongs to in the shifted grid.\nfn region(position: vec2u) -> u32 {\n  let row = u32(position.x + WINDOW_HEIGHT >= PADDED_HEIGHT) + u32(position.x + MASK_HEIGHT >= PADDED_HEIGHT);\n  let column = u32(position.y + WINDOW_WIDTH >= PADDED_WIDTH) + u32(position.y + MASK_WIDTH >= PADDED_WIDTH);\n  return select(row, 0u, MASK_HEIGHT == 0u) * 3u + select(column, 0u, MASK_WIDTH == 0u);\n}\n\n// The bias of a query and a key is table[place(query) - place(key) + the middle of the table].\nfn place(token: u32) -> u32 {\n  return token / WINDOW_WIDTH * TABLE_WIDTH + token % WINDOW_WIDTH;\n}\n\n// Four channels of q (part 0), k (1) or v (2) of a token that begins at a vec4 of x, or OUTSIDE.\nfn load(start: u32, channel: u32) -> vec4f {\n  if (!PADDED) {\n    return vec4f(x[start + channel]);\n  }\n  if (start != OUTSIDE) {\n    return vec4f(x[start + channel]);\n  }\n  if (FILL == 1u) {\n    return fill[channel];\n  }\n  return vec4f();\n}\n\n// Keys staged at a time, in fours: 8 KiB of k and v together.\nconst KEYS = clamp(64u / HEAD, 1u, 16u) * 4u;\nconst STAGED = max(KEYS * HEAD, LANES);\n\n// By keys, then channels. At the end they carry what the parts of a query came to.\nvar<workgroup> keys: array<vec4f, STAGED>;\nvar<workgroup> values: array<vec4f, STAGED>;\n// Of each staged key, where its bias is and its region.\nvar<workgroup> places: array<vec2u, KEYS>;\n\nfn token_start(image: u32, window: u32, token: u32) -> u32 {\n  let from_token = source_token(padded_position(window, min(token, TOKENS - 1u)));\n  return select((image * (HEIGHT * WIDTH) + from_token) * (3u * CHANNELS), OUTSIDE, from_token == OUTSIDE);\n}\n\n// The score of a key before q . k; keys behind the last one get none of the softmax.\nfn first_score(head: u32, query: vec2u, key: u32, count: u32) -> f32 {\n  if (key >= count) {\n    return -1e30;\n  }\n  var value = 0.0;\n  if (BIAS == 1u) {\n    value = table[head * TABLE + query.x + place(TOKENS - 1u) - places[key].x];\n  }\n  if (MASKED) {\n    value += select(0.0, -100.0, query.y != places[key].y);\n  }\n  return value;\n}\n\nfn inverse_length(squares: f32) -> f32 {\n  return inverseSqrt(max(squares, SHORTEST_SQUARED));\n}\n\n// Gives every staged key the length 1, an invocation each.\nfn normalise_keys(lane: u32) {\n  for (var key = lane; key < KEYS; key += LANES) {\n    var squares = 0.0;\n    for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n      squares += dot(keys[key * HEAD + channel], keys[key * HEAD + channel]);\n    }\n    let factor = inverse_length(squares);\n    for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n      keys[key * HEAD + channel] *= factor;\n    }\n  }\n}\n\nfn stage(image: u32, window: u32, head: u32, first: u32, lane: u32) {\n  for (var i = lane; i < KEYS * HEAD; i += LANES) {\n    let start = token_start(image, window, first + i / HEAD);\n    let channel = head * HEAD + i % HEAD;\n    keys[i] = load(start, CHANNELS + channel);\n    values[i] = load(start, 2u * CHANNELS + channel);\n  }\n  for (var key = lane; key < KEYS; key += LANES) {\n    let token = min(first + key, TOKENS - 1u);\n    places[key] = vec2u(place(token), region(padded_position(window, token)));\n  }\n}\n\n// For each part of a query: by what its sum of values is scaled, so that the parts add up to the answer.\nfn part_factor(lane: u32, largest: f32, sum: f32) -> f32 {\n  if (PARTS == 1u) {\n    return 1.0 / sum;\n  }\n  workgroupBarrier();\n  keys[lane] = vec4f(largest, sum, 0.0, 0.0);\n  workgroupBarrier();\n  var most = largest;\n  for (var part = 0u; part < PARTS; part++) { // unrolled\n    most = max(most, keys[part * QUERIES + lane % QUERIES].x);\n  }\n  var total = 0.0;\n  for (var part = 0u; part < PARTS; part++) { // unrolled\n    let other = keys[part * QUERIES + lane % QUERIES];\n    total += other.y * exp(other.x - most);\n  }\n  // Before `keys` are written again.\n  workgroupBarrier();\n  return exp(largest - most) / total;\n}\n\n// The sum of four channels over the parts of a query. The arrays take turns, so that one barrier a turn is enough.\nfn add_parts(lane: u32, channel: u32, value: vec4f) -> vec4f {\n  if (PARTS == 1u) {\n    return value;\n  }\n  if (channel % 2u == 0u) {\n    keys[lane] = value;\n  } else {\n    values[lane] = value;\n  }\n  workgroupBarrier();\n  var sum = vec4f();\n  if (channel % PARTS == lane / QUERIES) {\n    for (var part = 0u; part < PARTS; part++) { // unrolled\n      let place = part * QUERIES + lane % QUERIES;\n      sum += select(values[place], keys[place], channel % 2u == 0u);\n    }\n  }\n  return sum;\n}\n\n@compute @workgroup_size(QUERIES, PARTS)\nfn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {\n  let image = group.y / WINDOWS;\n  let window = group.y % WINDOWS;\n  let head = group.z;\n  let part = lane / QUERIES;\n  let query = min(group.x * QUERIES + lane % QUERIES, TOKENS - 1u);\n  let query_position = padded_position(window, query);\n  let query_place = vec2u(place(query), region(query_position));\n  let query_start = token_start(image, window, query);\n  var q: array<vec4f, HEAD>;\n  var sum_of_values: array<vec4f, HEAD>;\n  var squares = 0.0;\n  for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n    q[channel] = load(query_start, head * HEAD + channel);\n    squares += dot(q[channel], q[channel]);\n  }\n  var factor = SCALE;\n  if (COSINE == 1u) {\n    factor = scale[head] * inverse_length(squares);\n  }\n  for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n    q[channel] *= factor;\n  }\n  var largest = -1e30;\n  var sum = 0.0;\n  for (var first = 0u; first < TOKENS; first += KEYS) {\n    workgroupBarrier();\n    stage(image, window, head, first, lane);\n    workgroupBarrier();\n    if (COSINE == 1u) {\n      normalise_keys(lane);\n      workgroupBarrier();\n    }\n    // Four keys at a time: their products do not wait for each other, and one correction of the sums serves them all.\n    let count = min(KEYS, TOKENS - first);\n    for (var key = part * 4u; key < count; key += 4u * PARTS) {\n      var scores = vec4f(\n        first_score(head, query_place, key, count),\n        first_score(head, query_place, key + 1u, count),\n        first_score(head, query_place, key + 2u, count),\n        first_score(head, query_place, key + 3u, count),\n      );\n      let i = key * HEAD;\n      for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n        scores += vec4f(\n          dot(q[channel], keys[i + channel]),\n          dot(q[channel], keys[i + HEAD + channel]),\n          dot(q[channel], keys[i + 2u * HEAD + channel]),\n          dot(q[channel], keys[i + 3u * HEAD + channel]),\n        );\n      }\n      let larger = max(max(max(scores.x, scores.y), max(scores.z, scores.w)), largest);\n      let correction = exp(largest - larger);\n      let p = exp(scores - larger);\n      largest = larger;\n      sum = sum * correction + p.x + p.y + p.z + p.w;\n      for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n        sum_of_values[channel] = sum_of_values[channel] * correction + p.x * values[i + channel] +\n          p.y * values[i + HEAD + channel] + p.z * values[i + 2u * HEAD + channel] +\n          p.w * values[i + 3u * HEAD + channel];\n      }\n    }\n  }\n  let last_factor = part_factor(lane, largest, sum);\n  let token = target_token(query_position);\n  let writes = group.x * QUERIES + lane % QUERIES < TOKENS && token != OUTSIDE;\n  let start = (image * (HEIGHT * WIDTH) + token) * CHANNELS + head * HEAD;\n  for (var channel = 0u; channel < HEAD; channel++) { // unrolled\n    let value = add_parts(lane, channel, sum_of_values[channel] * last_factor);\n    if (writes && channel % PARTS == part) {\n      output[start + channel] = vec4<Output>(value);\n    }\n  }\n}\n",
    "workgroupSize": [
      64,
      1,
      1
    ],
    "constants": [
      {
        "name": "HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "PADDED_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_HEIGHT",
        "type": "u32",
        "default": 4
      },
      {
        "name": "MODULUS_WIDTH",
        "type": "u32",
        "default": 4
      },
      {
        "name": "WINDOW_HEIGHT",
        "type": "u32",
        "default": 2
      },
      {
        "name": "WINDOW_WIDTH",
        "type": "u32",
        "default": 2
      },
      {
        "name": "HEADS",
        "type": "u32",
        "default": 1
      },
      {
        "name": "HEAD_DIMENSION",
        "type": "u32",
        "default": 4
      },
      {
        "name": "GATHER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "GATHER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCATTER_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_HEIGHT",
        "type": "u32",
        "default": 0
      },
      {
        "name": "MASK_WIDTH",
        "type": "u32",
        "default": 0
      },
      {
        "name": "SCALE",
        "type": "f32",
        "default": 1
      },
      {
        "name": "BIAS",
        "type": "u32",
        "default": 0
      },
      {
        "name": "FILL",
        "type": "u32",
        "default": 0
      },
      {
        "name": "COSINE",
        "type": "u32",
        "default": 0
      },
      {
        "name": "QUERIES",
        "type": "u32",
        "default": 64
      },
      {
        "name": "PARTS",
        "type": "u32",
        "default": 1
      }
    ],
    "sizes": [],
    "aliases": [
      "Input",
      "Output"
    ],
    "bindings": [
      {
        "name": "batch",
        "group": 0,
        "binding": 0,
        "access": "uniform"
      },
      {
        "name": "x",
        "group": 0,
        "binding": 1,
        "access": "read"
      },
      {
        "name": "table",
        "group": 0,
        "binding": 2,
        "access": "read"
      },
      {
        "name": "fill",
        "group": 0,
        "binding": 3,
        "access": "read"
      },
      {
        "name": "scale",
        "group": 0,
        "binding": 4,
        "access": "read"
      },
      {
        "name": "output",
        "group": 0,
        "binding": 5,
        "access": "read_write"
      }
    ],
    "workgroupVariables": [
      {
        "name": "keys",
        "type": "array<vec4f, STAGED>"
      },
      {
        "name": "values",
        "type": "array<vec4f, STAGED>"
      },
      {
        "name": "places",
        "type": "array<vec2u, KEYS>"
      }
    ]
  }
};
