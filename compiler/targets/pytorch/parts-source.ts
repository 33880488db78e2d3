/** The small modules of a model: norms, stochastic depth, the MLP, the patch embedding and the merging. */
import type { Traits } from './traits.ts';

const batchNorm = (name: string, about: string, rows: string): string => `class ${name}(nn.Module):
    """Batch norm of [batch, height, width, dim] ${about}."""

    def __init__(self, size: int, eps: float, momentum: float = 0.1):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))
        self.register_buffer("running_mean", torch.zeros(size))
        self.register_buffer("running_var", torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        statistics = (self.running_mean, self.running_var)
        rows = ${rows}
        normed = F.batch_norm(rows, *statistics, self.weight, self.bias, self.training, self.momentum, self.eps)
        return normed.view(x.shape)`;

const tokenNorm = batchNorm('TokenBatchNorm', 'per token position, as Swin-Free-BR has it', 'x.flatten(1, 2)');
const channelNorm = batchNorm('ChannelBatchNorm', 'per channel', 'x.flatten(0, 2)');

const dropPath = `class DropPath(nn.Module):
    """Stochastic depth: in training, leaves a branch out of some images and scales it up for the others."""

    def __init__(self, rate: float):
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0.0:
            return x
        kept = torch.rand(x.shape[0], 1, 1, 1, device=x.device) >= self.rate
        return x * (kept.to(x.dtype) / (1.0 - self.rate))`;

const mlp = `class Mlp(nn.Module):
    def __init__(self, dim: int, hidden: int, activation: Callable[[], nn.Module]):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.activation = activation()
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(self.activation(self.fc1(x)))`;

const patchEmbedding = `class PatchEmbedding(nn.Module):
    """Patches of the image as tokens: [batch, channels, height, width] to [batch, rows, columns, dim]."""

    def __init__(self, channels: int, patch: Tuple[int, int], dim: int, norm: nn.Module):
        super().__init__()
        self.proj = nn.Conv2d(channels, dim, kernel_size=patch, stride=patch)
        self.norm = norm

    def forward(self, image: Tensor) -> Tensor:
        return self.norm(self.proj(image).permute(0, 2, 3, 1))`;

const patchMerging = ({ mergesOddGrids, normPlacement }: Traits): string => {
  const padding = '        x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))\n';
  const isPre = normPlacement === 'pre';
  return `class PatchMerging(nn.Module):
    """Neighbourhoods of 2x2 tokens become tokens of twice the width."""

    def __init__(self, dim: int, norm: nn.Module):
        super().__init__()
        self.norm = norm
        self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
${mergesOddGrids ? padding : ''}        corners = (x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2])
        x = torch.cat(corners, dim=-1)
        return ${isPre ? 'self.reduction(self.norm(x))' : 'self.norm(self.reduction(x))'}`;
};

export const partsSource = (traits: Traits): readonly string[] => [
  ...(traits.tokenNorm ? [tokenNorm] : []),
  ...(traits.channelNorm ? [channelNorm] : []),
  dropPath,
  mlp,
  patchEmbedding,
  ...(traits.merges ? [patchMerging(traits)] : []),
];
