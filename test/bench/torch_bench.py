"""PyTorch beside swinc: writes the JSON of `swinc bench` for the engines torch-eager and torch-compile.

    swinc export specs/swin-t.swin --to pytorch -o out/swin-t-pytorch
    python3 test/bench/torch_bench.py out/swin-t-pytorch timm:swin_base_patch4_window7_224=swin-b > torch.json

A subject is a folder that `swinc export --to pytorch` wrote, `timm:NAME` or `torchvision:NAME`; `=LABEL` says what its
results are called, so that they stand beside those of the same model. torch-compile is torch.compile in the mode
max-autotune, which records CUDA graphs; it wants PyTorch 2. A run is from the input in memory to the logits in memory,
as in `swinc bench`; gpuMs is the forward pass alone, between two events on the stream. Weights are as the model starts.
"""

import argparse
import contextlib
import datetime
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import time
from typing import Callable, Dict, Iterator, List, Optional, Tuple

import torch
from torch import Tensor, nn

Run = Callable[[], Tuple[Tensor, Optional[float]]]

TYPES = {"f32": torch.float32, "f16": torch.float16}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def load_folder(path: str) -> Tuple[str, nn.Module, Tuple[int, ...]]:
    """The model of a module that swinc wrote: its name is in the first line, its class is the last one."""
    file = os.path.join(path, "model.py")
    spec = importlib.util.spec_from_file_location("exported_model", file)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{file} cannot be read")
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported_model"] = module
    spec.loader.exec_module(module)
    classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, nn.Module)]
    own = [each for each in classes if each.__module__ == "exported_model"]
    name = re.split(r"\s", module.__doc__ or "model")[0]
    return name, own[-1](), module.INPUT


def load_subject(argument: str) -> Tuple[str, nn.Module, Tuple[int, ...]]:
    source, _, label = argument.partition("=")
    if source.startswith("timm:"):
        import timm

        model = timm.create_model(source[5:], pretrained=False)
        size = model.default_cfg["input_size"]
        return label or source[5:], model, tuple(size)
    if source.startswith("torchvision:"):
        import torchvision

        return label or source[12:], getattr(torchvision.models, source[12:])(), (3, 224, 224)
    name, model, size = load_folder(source)
    return label or name, model, size


def engine_of(name: str, model: nn.Module, dtype: torch.dtype, device: str) -> Optional[nn.Module]:
    module = model.eval().to(device=device, dtype=dtype)
    if name == "torch-eager":
        return module
    if not hasattr(torch, "compile"):
        say(f"torch-compile is left out: PyTorch {torch.__version__} has no torch.compile")
        return None
    return torch.compile(module, mode="max-autotune", dynamic=False)


def runner(module: nn.Module, image: Tensor, dtype: torch.dtype, device: str) -> Run:
    def on_cpu() -> Tuple[Tensor, Optional[float]]:
        return module(image.to(dtype)).float(), None

    def on_gpu() -> Tuple[Tensor, Optional[float]]:
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        on_device = image.to(device, non_blocking=True).to(dtype)
        begin.record()
        logits = module(on_device)
        end.record()
        answer = logits.float().cpu()
        return answer, begin.elapsed_time(end)

    return on_gpu if device.startswith("cuda") else on_cpu


def tail(count: int, most: int) -> float:
    """Of that many tosses of a coin, the probability of no more than `most` heads."""
    probability = 0.5**count
    total = 0.0
    for heads in range(most + 1):
        total += probability
        probability *= (count - heads) / (heads + 1)
    return total


def median_of(values: List[float]) -> Tuple[float, List[float]]:
    """The median, and the order statistics between which the true one lies with 95 %; the extremes of fewer than six."""
    ordered = sorted(values)
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    cut = 0
    while tail(count, cut + 1) <= 0.025:
        cut += 1
    if tail(count, 0) > 0.025:
        cut = 0
    return middle, [ordered[cut], ordered[count - 1 - cut]]


def is_enough(samples: List[float], asked: Optional[int]) -> bool:
    """As `swinc bench` has it."""
    if asked is not None:
        return len(samples) >= asked
    if len(samples) >= 100:
        return True
    return len(samples) >= 3 and sum(samples) >= (120_000 if len(samples) < 10 else 2_000)


def warm_up(name: str, run: Run) -> Tensor:
    start = time.perf_counter()
    answer, _ = run()
    for _ in range(4):
        if time.perf_counter() - start < 10 or name == "torch-compile":
            run()
    # A GPU that was idle takes a while to raise its clocks.
    warm = time.perf_counter()
    while time.perf_counter() - warm < 1 and time.perf_counter() - start < 10:
        run()
    return answer


def take_turns(runs: Dict[str, Run], asked: Optional[int]) -> Dict[str, Tuple[List[float], List[float]]]:
    """Engines alternate, there and back."""
    samples: Dict[str, Tuple[List[float], List[float]]] = {name: ([], []) for name in runs}
    forward = True
    while True:
        playing = [name for name in runs if not is_enough(samples[name][0], asked)]
        if not playing:
            return samples
        for name in playing if forward else reversed(playing):
            start = time.perf_counter()
            _, on_gpu = runs[name]()
            samples[name][0].append((time.perf_counter() - start) * 1000)
            if on_gpu is not None:
                samples[name][1].append(on_gpu)
        forward = not forward


def warn_of_differences(label: str, answers: Dict[str, Tensor], dtype: str) -> None:
    names = list(answers)
    for name in names[1:]:
        first = answers[names[0]]
        difference = ((answers[name] - first).abs().max() / first.abs().max()).item()
        if not difference <= (1e-3 if dtype == "f32" else 5e-2):
            say(f"{label}, {dtype}: {name} answers otherwise than {names[0]}: by {difference:.1e} of the largest logit")


@contextlib.contextmanager
def holding(path: Optional[str]) -> Iterator[None]:
    """As `swinc bench --lock`: one of several programs at a time."""
    while path is not None:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.05)
    try:
        yield
    finally:
        if path is not None:
            os.unlink(path)


def measure(subject: str, dtype: str, options: argparse.Namespace) -> List[dict]:
    label, model, size = load_subject(subject)
    parameters = sum(each.numel() for each in model.parameters() if each.requires_grad)
    engines = {name: engine_of(name, model, TYPES[dtype], options.device) for name in options.engine.split(",")}
    results: List[dict] = []
    for batch in (int(each) for each in options.batch.split(",")):
        image = torch.randn(batch, *size, generator=torch.Generator().manual_seed(1))
        image = image.pin_memory() if options.device.startswith("cuda") else image
        runs = {
            name: runner(module, image, TYPES[dtype], options.device)
            for name, module in engines.items()
            if module is not None
        }
        # Compiles, while others may.
        warn_of_differences(label, {name: warm_up(name, run) for name, run in runs.items()}, dtype)
        with holding(options.lock):
            for name, run in runs.items():
                warm_up(name, run)
            measured = take_turns(runs, options.samples)
        for name, (wall, on_gpu) in measured.items():
            median, interval = median_of(wall)
            gpu, gpu_interval = median_of(on_gpu) if on_gpu else (None, None)
            say(f"{label}, {dtype}, batch {batch}: {name} {median:.2f} ms, the median of {len(wall)} runs")
            results.append(
                {
                    "model": label,
                    "engine": name,
                    "batch": batch,
                    "dtype": dtype,
                    "medianMs": round(median, 4),
                    "intervalMs": [round(each, 4) for each in interval],
                    "samples": len(wall),
                    "ratio": None,
                    "gpuMs": gpu and round(gpu, 4),
                    "gpuIntervalMs": gpu_interval and [round(each, 4) for each in gpu_interval],
                    "parameters": parameters,
                    "sampleMs": [round(each, 4) for each in wall],
                }
            )
    return results


def processor_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf8") as file:
            found = re.search(r"model name\s*: (.*)", file.read())
            return found.group(1) if found else platform.processor()
    except OSError:
        return platform.processor()


def adapter_of(device: str) -> dict:
    if not device.startswith("cuda"):
        text = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, on {processor_name()}"
        return {"vendor": "", "architecture": platform.machine(), "device": "", "description": text, "class": "cpu"}
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    driver = subprocess.run(query, capture_output=True, text=True, check=False).stdout.split("\n")[0].strip()
    major, minor = torch.cuda.get_device_capability()
    return {
        "vendor": "nvidia",
        "architecture": f"sm_{major}{minor}",
        "device": torch.cuda.get_device_name(),
        "description": f"{torch.cuda.get_device_name()}, driver {driver}, CUDA {torch.version.cuda}",
        "class": "gpu",
    }


def main() -> None:
    default = "cuda" if torch.cuda.is_available() else "cpu"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", nargs="+", help="a folder, timm:NAME or torchvision:NAME; =LABEL names its results")
    parser.add_argument("--engine", default="torch-eager,torch-compile", help="torch-eager, torch-compile or both")
    parser.add_argument("--batch", default="1", help="images in a run, with commas between")
    parser.add_argument("--dtype", default="f32", help="f32, f16 or both")
    parser.add_argument("--device", default=default)
    parser.add_argument("--lock", help="measure only while no other program holds this file: of several, one at a time")
    parser.add_argument("--gemm-backends", help="what max-autotune chooses from, with commas between: ATEN, TRITON, …")
    parser.add_argument("--samples", type=int, help="runs of each that are measured")
    parser.add_argument("--tf32", action="store_true", help="let f32 products on a GPU round their operands to TF32")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.backends.cudnn.allow_tf32 = options.tf32
    if options.gemm_backends:
        inductor = importlib.import_module("torch._inductor.config")
        inductor.max_autotune_gemm_backends = options.gemm_backends
        inductor.max_autotune_conv_backends = options.gemm_backends
    results: List[dict] = []
    with torch.no_grad():
        for subject in options.subject:
            for dtype in options.dtype.split(","):
                results += measure(subject, dtype, options)
    report = {
        "formatVersion": "1.0",
        "adapter": adapter_of(options.device),
        "host": {"processor": processor_name(), "cores": os.cpu_count(), "platform": sys.platform},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "command": " ".join(["python3", *sys.argv]),
        "results": results,
    }
    print(json.dumps(report, indent=2))


main()
