"""Writes the checkpoints of this folder, and expected.json with what PyTorch itself reads from them."""
import argparse
import json
import os
import pickle
import struct
import sys
import tempfile
import types
import zipfile
from collections import OrderedDict

import numpy
import torch

torch.manual_seed(7)
expected = {}


def record(name, tensors):
    expected[name] = {
        key: {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            # NumPy has no bfloat16; its bits are those of an integer.
            "bytes": bits(tensor.detach()).numpy().tobytes().hex(),
        }
        for key, tensor in tensors.items()
    }


def bits(tensor):
    tensor = tensor.contiguous()
    return tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor


def save(name, value, tensors, **options):
    torch.save(value, name, **options)
    record(name, tensors)


dtypes = {
    str(dtype).removeprefix("torch."): (torch.randn(2, 3) * 9).to(dtype)
    for dtype in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    )
}
dtypes["scalar"] = torch.tensor(3)
dtypes["empty"] = torch.zeros(2, 0, 3)
save("dtypes.pth", dtypes, dtypes)

base = torch.arange(24, dtype=torch.float32)
matrix = base.reshape(4, 6)
views = {
    "whole": matrix,
    "tied": matrix,
    "transposed": matrix.t(),
    "offset": matrix[1:3],
    "column": matrix[:, 2],
    "every other": matrix[::2, 1::2],
    "expanded": matrix[0, :1].expand(3, 2),
    "permuted": base.reshape(2, 3, 4).permute(2, 0, 1),
    "one row": matrix.t()[:, :1].t(),
    "halves": torch.arange(8, dtype=torch.float16).reshape(2, 4).t(),
}
save("views.pth", views, views)
for protocol in (3, 4, 5):
    save(f"protocol-{protocol}.pth", {"model": views}, views, pickle_protocol=protocol)

# As a training program saves: an optimizer, and a config of a type that is a dict, in a module that is not here.
yacs = types.ModuleType("yacs.config")
sys.modules["yacs"], sys.modules["yacs.config"] = types.ModuleType("yacs"), yacs
yacs.CfgNode = type("CfgNode", (dict,), {"__module__": "yacs.config"})
config = yacs.CfgNode(MODEL=yacs.CfgNode(NAME="swin", DEPTHS=[2, 2]), AMP=True)
config.frozen = True
network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
optimizer = torch.optim.AdamW(network.parameters())
network(torch.randn(4, 3)).sum().backward()
optimizer.step()
weights = network.state_dict()
save(
    "training.pth",
    {
        "model": weights,
        "optimizer": optimizer.state_dict(),
        "config": config,
        "arguments": argparse.Namespace(rate=0.1, tags={"a", "b"}, raw=b"\x00\xff"),
        "device": torch.device("cpu"),
        "best": numpy.float64(81.25),
        "epoch": 3,
        "step": 2**70,
        "negative": -(2**40),
        "nothing": None,
    },
    weights,
)
save("parallel.pth", {"epoch": 1, "state_dict": torch.nn.DataParallel(network).state_dict()}, weights)

marked = torch.nn.Parameter(torch.ones(2))
marked.note = "kept out of weight decay"
parameters = {"a": torch.nn.Parameter(torch.randn(2, 2)), "marked": marked}
save("parameters.pth", {**parameters, "counter": 5, "version": "2.0", "extra": None, "list": [1, 2]}, parameters)
save("nested.pth", {"model": {"depth": 2, "wide": False}, "state_dict": {"module": parameters}}, parameters)

torch.save(weights, "legacy.pth", _use_new_zipfile_serialization=False)
torch.save(network, "network.pth")
torch.jit.script(network).save("script.pt")


def zip64(source, target):
    """The same entries, with every size and place in the fields of zip64."""
    body, directory, count = b"", b"", 0
    for info in zipfile.ZipFile(source).infolist():
        content, name = zipfile.ZipFile(source).read(info), info.filename.encode()
        extra = struct.pack("<HHQQQ", 1, 24, len(content), len(content), len(body))
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 0, info.CRC, 2**32 - 1, 2**32 - 1,
                                 len(name), len(extra), 0, 0, 0, 0, 2**32 - 1) + name + extra
        extra = extra[:-8].replace(struct.pack("<H", 24), struct.pack("<H", 16), 1)
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 0, info.CRC, 2**32 - 1, 2**32 - 1,
                            len(name), len(extra)) + name + extra + content
        count += 1
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), len(body))
    locator = struct.pack("<IIQI", 0x07064B50, 0, len(body) + len(directory), 1)
    last = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0)
    with open(target, "wb") as file:
        file.write(body + directory + end + locator + last)


def repack(source, target, edit, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, edit(content) if info.filename.endswith("data.pkl") else content)


zip64("views.pth", "zip64.pth")
assert zipfile.ZipFile("zip64.pth").testzip() is None
torch.load("zip64.pth")
record("zip64.pth", views)
repack("views.pth", "deflated.pth", lambda content: content, zipfile.ZIP_DEFLATED)


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


trace = "was-executed"
command = text(f"touch {trace}")
attacks = {
    "reduce": b"cos\nsystem\n" + command + b"\x85R",
    "stack-global": text("os") + text("system") + b"\x93" + command + b"\x85R",
    "inst": b"(" + command + b"ios\nsystem\n",
    "obj": b"(cos\nsystem\n" + command + b"o",
    "build": b"cargparse\nNamespace\n)\x81}" + text("__setstate__") + b"cos\nsystem\nsb" + command + b"b",
}


def runs(path):
    """Whether Python executes the command when it loads the file."""
    here, path = os.getcwd(), os.path.abspath(path)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            torch.load(path)
        finally:
            os.chdir(here)
        return os.path.exists(os.path.join(folder, trace))


torch.save({"model": {"weight": torch.ones(2)}, "extra": "PLACEHOLDER"}, "outside.tmp")
torch.save({"model": {"weight": torch.ones(2), "head.bias": "PLACEHOLDER"}}, "inside.tmp")
for attack, code in attacks.items():
    for place in ("outside", "inside"):
        name = f"malicious-{place}-{attack}.pth"
        repack(f"{place}.tmp", name, lambda content: content.replace(text("PLACEHOLDER"), code))
        assert runs(name), name
    record(f"malicious-outside-{attack}.pth", {"weight": torch.ones(2)})
os.remove("outside.tmp")
os.remove("inside.tmp")

with open("expected.json", "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
