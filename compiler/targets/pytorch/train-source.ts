/** The text of train.py, which trains the module beside it. */

export interface Training {
  readonly className: string;
  readonly model: string;
  /** Whether the model answers a pair of logits and maps. */
  readonly answersMaps: boolean;
  /** Whether some parameters have no part in the logits: the norms of maps. */
  readonly hasIdleParameters: boolean;
}

export const trainSource = (training: Training): string =>
  [opening(training), arguments_, data, files, schedule(training), epochs(training), main(training)].join('\n\n\n');

const opening = ({ className, model }: Training): string => `"""Trains ${model}; written by swinc.

    python3 train.py --data FOLDER --output FOLDER
    torchrun --nproc_per_node=8 train.py --data FOLDER --output FOLDER

The data are train/images.npy (uint8 [images, height, width, channels]) and train/labels.npy (int64), and the same
two under held-out/. The output gets log.jsonl (a line an epoch), weights.safetensors, which \`swinc --weights\`
loads, and resume.pt, from which \`--resume\` goes on. PyTorch 1.13 or later, on CPUs and GPUs.
"""
import argparse
import json
import math
import os
import struct
import time
from pathlib import Path

import numpy
import torch
import torch.distributed as distributed
import torch.nn.functional as F
from torch import nn

from model import INPUT, MEAN, STD, ${className}`;

const arguments_ = `def parse_arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the images and labels")
    parser.add_argument("--output", type=Path, required=True, help="folder for weights and log")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch", type=int, default=128, help="images of a step, of each process")
    parser.add_argument("--lr", type=float, default=1e-3, help="largest learning rate")
    parser.add_argument("--min-lr", type=float, default=1e-5, help="learning rate at the end")
    parser.add_argument("--warm-up", type=float, default=1.0, help="epochs in which the learning rate grows")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--drop-path", type=float, default=0.1, help="stochastic depth at the last block")
    parser.add_argument("--std", type=float, default=0.02, help="deviation of first weights; more for narrow models")
    parser.add_argument("--clip", type=float, default=5.0, help="largest norm of the gradient")
    parser.add_argument("--crop-padding", type=int, default=2, help="pixels by which images move")
    parser.add_argument("--flip", type=float, default=0.5, help="share of images that are mirrored")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--amp", choices=["off", "bf16", "f16"], default="off", help="mixed precision")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--weights-dtype", choices=["f32", "f16"], default="f32", help="type of saved matrices")
    parser.add_argument("--resume", action="store_true", help="go on from OUTPUT/resume.pt if it is there")
    return parser.parse_args()


class Workers:
    """The processes that train together: one, or those that torchrun started."""

    def __init__(self, device):
        self.rank = int(os.environ.get("RANK", "0"))
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = torch.device(device)
        if self.device.type == "cuda" and self.count > 1:
            self.device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(self.device)
        if self.count > 1:
            distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def sum(self, values):
        total = torch.tensor(values, dtype=torch.float64, device=self.device)
        if self.count > 1:
            distributed.all_reduce(total)
        return total.tolist()`;

const data = `def load_split(folder):
    """Images stay on the disk, mapped into memory."""
    images = numpy.load(folder / "images.npy", mmap_mode="r")
    labels = torch.from_numpy(numpy.load(folder / "labels.npy")).long()
    wanted = (INPUT[1], INPUT[2], INPUT[0])
    if images.dtype != numpy.uint8 or images.shape[1:] != wanted or len(images) != len(labels):
        raise SystemExit(f"{folder}: wants uint8 images {wanted} and as many labels, not {images.dtype} {images.shape}")
    return images, labels


def batches(split, order, size, device):
    images, labels = split
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        pixels = torch.from_numpy(images[chosen.numpy()])
        yield pixels.to(device, non_blocking=True), labels[chosen].to(device, non_blocking=True)


def augment(pixels, padding, flip, generator):
    """Moves each image by up to \`padding\` pixels, filling up with zeros, and mirrors some."""
    count, height, width, _ = pixels.shape
    device = pixels.device
    padded = F.pad(pixels, (0, 0, padding, padding, padding, padding))
    down, across = (torch.randint(0, 2 * padding + 1, (2, count, 1), generator=generator)).to(device)
    mirrored = (torch.rand(count, 1, generator=generator) < flip).to(device)
    rows = down + torch.arange(height, device=device)
    columns = torch.arange(width, device=device).expand(count, -1)
    columns = across + torch.where(mirrored, width - 1 - columns, columns)
    image = torch.arange(count, device=device)[:, None, None]
    return padded[image, rows[:, :, None], columns[:, None, :]]


def normalise(pixels):
    mean = torch.tensor(MEAN, device=pixels.device)
    std = torch.tensor(STD, device=pixels.device)
    return ((pixels.float() / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()`;

const files = `def write_safetensors(path, tensors, metadata, matrices):
    """Wide values first, so that all of them are aligned. Vectors stay float32."""
    types = {torch.float32: ("F32", "<f4"), torch.float16: ("F16", "<f2")}
    typed = {name: tensor.to(matrices if tensor.dim() > 1 else torch.float32) for name, tensor in tensors.items()}
    header, contents, offset = {"__metadata__": metadata}, [], 0
    for name in sorted(typed, key=lambda name: (-typed[name].element_size(), name)):
        dtype, layout = types[typed[name].dtype]
        content = typed[name].detach().cpu().contiguous().numpy().astype(layout).tobytes()
        offsets = [offset, offset + len(content)]
        header[name] = {"dtype": dtype, "shape": list(typed[name].shape), "data_offsets": offsets}
        contents.append(content)
        offset += len(content)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    partial = path.with_suffix(".partial")
    partial.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(contents))
    os.replace(partial, path)


def write_checkpoint(path, state):
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def log(path, record):
    line = json.dumps(record)
    print(line, flush=True)
    with open(path, "a") as file:
        file.write(line + "\\n")`;

const schedule = ({ model }: Training): string => `def parameter_groups(model, weight_decay):
    """Neither vectors nor what tells positions apart decay."""
    kept = ("relative_position_bias_table", "logit_scale", "cpb_mlp")
    decays = {True: [], False: []}
    for name, parameter in model.named_parameters():
        decays[parameter.dim() > 1 and not any(part in name for part in kept)].append(parameter)
    return [
        {"params": decays[True], "weight_decay": weight_decay},
        {"params": decays[False], "weight_decay": 0.0},
    ]


def learning_rate(step, steps_per_epoch, options):
    """Grows linearly, then falls like a cosine."""
    warm_up = options.warm_up * steps_per_epoch
    if step < warm_up:
        return options.lr * (step + 1) / warm_up
    share = (step - warm_up) / max(options.epochs * steps_per_epoch - warm_up, 1)
    return options.min_lr + (options.lr - options.min_lr) * (1 + math.cos(math.pi * min(share, 1.0))) / 2


def beginning(model, epoch, workers, options):
    """What the log says before the epochs of a run."""
    settings = {name: value for name, value in vars(options).items() if not isinstance(value, Path)}
    parameters = sum(parameter.numel() for parameter in model.parameters())
    record = {"first_epoch": epoch, "settings": settings, "parameters": parameters}
    return {**record, "processes": workers.count, "torch": torch.__version__}


def save(options, model, optimizer, scaler, epoch, accuracy):
    metadata = {"model": ${JSON.stringify(model)}, "epochs": str(epoch), "held_out_accuracy": f"{accuracy:.4f}"}
    matrices = {"f32": torch.float32, "f16": torch.float16}[options.weights_dtype]
    write_safetensors(options.output / "weights.safetensors", model.state_dict(), metadata, matrices)
    parts = {"model": model, "optimizer": optimizer, "scaler": scaler}
    state = {name: part.state_dict() for name, part in parts.items()}
    write_checkpoint(options.output / "resume.pt", {**state, "epoch": epoch})`;

const epochs = ({
  answersMaps,
}: Training): string => `def train_epoch(model, split, optimizer, scaler, workers, epoch, options):
    """Steps through the images once, in an order that the seed and the epoch fix; the mean loss."""
    model.train()
    torch.manual_seed(options.seed + 1_000_003 * epoch + workers.rank)
    generator = torch.Generator().manual_seed(options.seed + 1_000_003 * epoch + 7919 * workers.rank)
    order = torch.randperm(len(split[0]), generator=torch.Generator().manual_seed(options.seed + epoch))
    steps = len(order) // (options.batch * workers.count)
    mine = order[: steps * options.batch * workers.count][workers.rank :: workers.count]
    amp = {"off": None, "bf16": torch.bfloat16, "f16": torch.float16}[options.amp]
    total = 0.0
    for index, (pixels, labels) in enumerate(batches(split, mine, options.batch, workers.device)):
        rate = learning_rate((epoch - 1) * steps + index, steps, options)
        for group in optimizer.param_groups:
            group["lr"] = rate
        images = normalise(augment(pixels, options.crop_padding, options.flip, generator))
        with torch.autocast(workers.device.type, dtype=amp or torch.bfloat16, enabled=amp is not None):
            logits = model(images)${answersMaps ? '[0]' : ''}
            loss = F.cross_entropy(logits, labels, label_smoothing=options.label_smoothing)
        optimizer.zero_grad(set_to_none=True)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
        if not math.isfinite(total):
            raise SystemExit(f"the loss is {total} in step {index} of epoch {epoch}: try a smaller --lr")
    return total / steps, steps, rate


@torch.no_grad()
def evaluate(model, split, workers, options):
    """Loss and accuracy on the images that training never sees."""
    model.eval()
    mine = torch.arange(len(split[0]))[workers.rank :: workers.count]
    loss, right = 0.0, 0
    for pixels, labels in batches(split, mine, options.batch, workers.device):
        logits = model(normalise(pixels))${answersMaps ? '[0]' : ''}
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        right += (logits.argmax(dim=1) == labels).sum().item()
    loss, right = workers.sum([loss, right])
    return loss / len(split[0]), right / len(split[0])`;

const main = ({ className, hasIdleParameters }: Training): string => {
  const idle = hasIdleParameters ? ', find_unused_parameters=True' : '';
  return `def main():
    options = parse_arguments()
    workers = Workers(options.device)
    torch.manual_seed(options.seed)
    train, held_out = load_split(options.data / "train"), load_split(options.data / "held-out")
    model = ${className}(drop_path=options.drop_path, std=options.std).to(workers.device)
    optimizer = torch.optim.AdamW(parameter_groups(model, options.weight_decay), lr=options.lr)
    scaler = torch.cuda.amp.GradScaler(enabled=options.amp == "f16" and workers.device.type == "cuda")
    resume, first = options.output / "resume.pt", 1
    options.output.mkdir(parents=True, exist_ok=True)
    if options.resume and resume.exists():
        state = torch.load(resume, map_location=workers.device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scaler.load_state_dict(state["scaler"])
        first = state["epoch"] + 1
    if workers.rank == 0:
        if first == 1:
            (options.output / "log.jsonl").unlink(missing_ok=True)
        log(options.output / "log.jsonl", beginning(model, first, workers, options))
    trained = model
    if workers.count > 1:
        on = [workers.device] if workers.device.type == "cuda" else None
        trained = nn.parallel.DistributedDataParallel(model, device_ids=on${idle})
    for epoch in range(first, options.epochs + 1):
        begin = time.perf_counter()
        loss, steps, rate = train_epoch(trained, train, optimizer, scaler, workers, epoch, options)
        seconds = time.perf_counter() - begin
        held_out_loss, accuracy = evaluate(model, held_out, workers, options)
        if workers.rank > 0:
            continue
        record = {"epoch": epoch, "steps": steps, "learning_rate": rate, "train_loss": loss}
        record.update(held_out_loss=held_out_loss, held_out_accuracy=accuracy, seconds=round(seconds, 1))
        log(options.output / "log.jsonl", record)
        save(options, model, optimizer, scaler, epoch, accuracy)
    if workers.count > 1:
        # PyTorch 1.13 may wait for ever when the group ends before gloo's threads have freed what they reduced.
        distributed.barrier()
        time.sleep(1)
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
`;
};
