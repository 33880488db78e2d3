"""Runs emitted PyTorch modules in float64: python3 answer.py FOLDER…

Each folder holds model.py, weights.safetensors and input.npy, and gets answers.json: what the model answers, the
outputs of its stages, the names in its state dict; and of a model that is yet to be trained, unless it is a large one,
the least and the largest value of each parameter, and which parameters no loss of the logits reaches.
"""
import importlib.util
import json
import struct
import sys
from pathlib import Path

import numpy
import torch
from torch import nn


def load_module(path):
    specification = importlib.util.spec_from_file_location(path.parent.name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def model_class(module):
    """The class that the module defines last."""
    return [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__][-1]


def read_safetensors(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(content[begin:end], dtype={"F32": "<f4", "F16": "<f2"}[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.astype("<f8").reshape(entry["shape"]))
    return tensors


def untrained(kind, image):
    model = kind(drop_path=0.1)
    if sum(parameter.numel() for parameter in model.parameters()) > 1_000_000:
        return {"initial": {}, "idle": []}
    named = dict(model.named_parameters())
    initial = {name: [value.min().item(), value.max().item()] for name, value in named.items()}
    output = model.train()(image)
    (output[0] if isinstance(output, tuple) else output).square().sum().backward()
    return {"initial": initial, "idle": [name for name, value in named.items() if value.grad is None]}


def answer(folder):
    kind = model_class(load_module(folder / "model.py"))
    image = torch.from_numpy(numpy.load(folder / "input.npy").astype("<f8"))
    model = kind()
    model.load_state_dict(read_safetensors(folder / "weights.safetensors"), strict=True)
    model.eval()
    stages = []
    keep = lambda module, inputs, output: stages.append(output)
    model.patch_embed.register_forward_hook(keep)
    for stage in model.layers:
        stage.downsample.register_forward_hook(keep)
    with torch.no_grad():
        output = model(image)
    logits, features = output if isinstance(output, tuple) else (output, [])
    record = {
        **untrained(kind, image),
        "logits": logits.flatten().tolist(),
        "features": [map.flatten().tolist() for map in features],
        "stages": [map.flatten().tolist() for map in stages],
        "names": list(model.state_dict()),
    }
    (folder / "answers.json").write_text(json.dumps(record))


torch.set_default_dtype(torch.float64)
for name in sys.argv[1:]:
    answer(Path(name))
