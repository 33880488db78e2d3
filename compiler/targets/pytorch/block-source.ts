/** The class SwinBlock, and how tokens get into windows and out of them. */
import { positionParameters } from './attention-source.ts';
import { initialiser } from './python.ts';
import type { Traits } from './traits.ts';

const windowSource = `def window_partition(x: Tensor, window: Tuple[int, int]) -> Tensor:
    """[batch, height, width, dim] to [batch, windows, tokens, dim], both in row-major order."""
    batch, height, width, dim = x.shape
    x = x.reshape(batch, height // window[0], window[0], width // window[1], window[1], dim)
    return x.transpose(2, 3).reshape(batch, -1, window[0] * window[1], dim)


def window_merge(x: Tensor, window: Tuple[int, int], grid: Tuple[int, int]) -> Tensor:
    """Windows laid back into a map of \`grid\` tokens."""
    batch, dim = x.shape[0], x.shape[-1]
    x = x.view(batch, grid[0] // window[0], grid[1] // window[1], window[0], window[1], dim)
    return x.transpose(2, 3).reshape(batch, grid[0], grid[1], dim)`;

const maskSource = `def shift_mask(grid: Tuple[int, int], window: Tuple[int, int], shift: Tuple[int, int]) -> Optional[Tensor]:
    """-100 between tokens that nothing but the shift brought together: [windows, tokens, tokens]."""
    if not any(shift):
        return None

    def regions(size: int, window: int, shift: int) -> Tensor:
        positions = torch.arange(size)
        return ((positions >= size - window).long() + (positions >= size - shift).long()) * min(shift, 1)

    region = 3 * regions(grid[0], window[0], shift[0])[:, None] + regions(grid[1], window[1], shift[1])[None, :]
    region = window_partition(region[None, :, :, None], window)[0, :, :, 0]
    joined = region[:, None, :] != region[:, :, None]
    return torch.zeros(joined.shape).masked_fill(joined, -100.0)`;

const paddingOf = `        self.padded = tuple(math.ceil(tokens / size) * size for tokens, size in zip(grid, window))\n`;

const pad = '        x = F.pad(x, (0, 0, 0, self.padded[1] - self.grid[1], 0, self.padded[0] - self.grid[0]))\n';
const crop = '        x = x[:, : self.grid[0], : self.grid[1]]\n';
const roll = (sign: '-' | ''): string =>
  `        if any(self.shift):\n            x = torch.roll(x, (${sign}self.shift[0], ${sign}self.shift[1]), dims=(1, 2))\n`;

interface Moves {
  readonly into: string;
  readonly outOf: string;
}

/** What stands before the windows are cut, and after they are joined. */
const movesOf = ({ shifts, pad: order }: Traits): Moves => {
  const [rolled, back] = shifts ? [roll('-'), roll('')] : ['', ''];
  if (order === undefined) return { into: rolled, outOf: back };
  if (order === 'before-shift') return { into: pad + rolled, outOf: back + crop };
  return { into: rolled + pad, outOf: crop + back };
};

const attend = (traits: Traits): string => {
  const { into, outOf } = movesOf(traits);
  const grid = traits.pad === undefined ? 'self.grid' : 'self.padded';
  return `    def attend(self, x: Tensor) -> Tensor:
        """Attention inside the windows of a map [batch, height, width, dim]."""
${into}        windows = self.attn(window_partition(x, self.window)${traits.shifts ? ', self.mask' : ''})
        x = window_merge(windows, self.window, ${grid})
${outOf}        return x`;
};

const residuals = ({ normPlacement }: Traits): string => {
  const branch = (norm: string, of: string): string =>
    normPlacement === 'pre' ? `self.${of}(self.${norm}(x))` : `self.${norm}(self.${of}(x))`;
  return `    def forward(self, x: Tensor) -> Tensor:
        x = x + self.drop_path(${branch('norm1', 'attend')})
        return x + self.drop_path(${branch('norm2', 'mlp')})`;
};

const parameters = (traits: Traits): readonly string[] => [
  'dim: int',
  'grid: Tuple[int, int]',
  'heads: int',
  'hidden: int',
  'window: Tuple[int, int]',
  ...(traits.shifts ? ['shift: Tuple[int, int]'] : []),
  ...positionParameters(traits),
  'norm: Callable[[], nn.Module]',
  'activation: Callable[[], nn.Module]',
  'drop_path: float',
];

const blockSource = (traits: Traits): string => {
  const { shifts, spans, position, pad: order } = traits;
  const grid = order === undefined ? 'grid' : 'self.padded';
  const network = [...(spans ? ['span'] : []), ...(position === 'continuous' ? ['position_hidden'] : [])];
  const attention = ['dim', 'heads', 'window', ...network].join(', ');
  return `class SwinBlock(nn.Module):
    """Attention inside windows, then the MLP, each beside a residual."""

${initialiser(parameters(traits))}
        super().__init__()
        self.grid = grid
        self.window = window
${shifts ? '        self.shift = shift\n' : ''}${order === undefined ? '' : paddingOf}        self.norm1 = norm()
        self.attn = WindowAttention(${attention})
        self.norm2 = norm()
        self.mlp = Mlp(dim, hidden, activation)
        self.drop_path = DropPath(drop_path)
${shifts ? `        self.register_buffer("mask", shift_mask(${grid}, window, shift), persistent=False)\n` : ''}
${attend(traits)}

${residuals(traits)}`;
};

export const blocksSource = (traits: Traits): readonly string[] => [
  windowSource,
  ...(traits.shifts ? [maskSource] : []),
  blockSource(traits),
];
