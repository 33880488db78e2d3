/** The class Stage, and the call that makes one of a model's stages. */
import type { Activation, Block, Model, Norm, Size, Stage } from '../../model/model.ts';
import { positionParameters } from './attention-source.ts';
import { initialiser, listText, numberText, pairText } from './python.ts';
import type { Traits } from './traits.ts';

const each = ({ shifts, spans, position }: Traits): { readonly targets: string; readonly lists: string } => {
  const shared = `${spans ? 'span=span, ' : ''}${position === 'continuous' ? 'position_hidden=position_hidden, ' : ''}`;
  const [names, lists] = shifts
    ? ['window, shift, rate', 'windows, shifts, drop_path']
    : ['window, rate', 'windows, drop_path'];
  const moves = shifts ? 'window=window, shift=shift' : 'window=window';
  return {
    targets: `dim=dim, grid=grid, heads=heads, hidden=hidden, ${moves}, ${shared}norm=norm, activation=activation`,
    lists: `for ${names} in zip(${lists})`,
  };
};

/** A line is at most so long. */
const wrapped = (text: string, indent: string): string => {
  const lines: string[] = [];
  for (const word of text.split(', ')) {
    const last = lines.at(-1);
    const longer = `${last}, ${word}`;
    if (last !== undefined && longer.length < 80) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}${line},\n`).join('');
};

const parameters = (traits: Traits): readonly string[] => [
  'dim: int',
  'grid: Tuple[int, int]',
  'heads: int',
  'hidden: int',
  'windows: List[Tuple[int, int]]',
  ...(traits.shifts ? ['shifts: List[Tuple[int, int]]'] : []),
  ...positionParameters(traits),
  'norm: Callable[[], nn.Module]',
  'activation: Callable[[], nn.Module]',
  'drop_path: List[float]',
  'downsample: nn.Module',
];

export const stageSource = (traits: Traits): string => {
  const { targets, lists } = each(traits);
  return `class Stage(nn.Module):
    """Blocks on one grid. \`downsample\` ends the stage: the model calls it after it has taken the map."""

${initialiser(parameters(traits))}
        super().__init__()
        self.blocks = nn.ModuleList(
            SwinBlock(
${wrapped(`${targets}, drop_path=rate`, '                ')}            )
            ${lists}
        )
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x`;
};

const activations: Readonly<Record<Activation, string>> = {
  gelu: 'nn.GELU',
  'gelu-tanh': 'partial(nn.GELU, approximate="tanh")',
  relu: 'nn.ReLU',
  silu: 'nn.SiLU',
};

interface Call {
  readonly name: string;
  readonly values: readonly string[];
}

/** The norm of maps of such a grid and width. */
const normCall = (norm: Norm, { height, width }: Size, dim: number): Call => {
  if (norm.kind === 'none') return { name: 'nn.Identity', values: [] };
  const eps = `eps=${numberText(norm.epsilon)}`;
  if (norm.kind === 'layer') return { name: 'nn.LayerNorm', values: [String(dim), eps] };
  if (norm.per === 'channel') return { name: 'ChannelBatchNorm', values: [String(dim), eps] };
  return { name: 'TokenBatchNorm', values: [`${height} * ${width}`, eps] };
};

export const normText = (norm: Norm, grid: Size, dim: number): string => {
  const { name, values } = normCall(norm, grid, dim);
  return `${name}(${values.join(', ')})`;
};

/** What makes such norms, for modules that want several. */
export const normMaker = (norm: Norm, grid: Size, dim: number): string => {
  const { name, values } = normCall(norm, grid, dim);
  return values.length === 0 ? name : `partial(${name}, ${values.join(', ')})`;
};

const mergingText = (model: Model, { dim, grid }: Stage): string => {
  const merged = { height: Math.ceil(grid.height / 2), width: Math.ceil(grid.width / 2) };
  const normed = model.normPlacement === 'pre' ? 4 * dim : 2 * dim;
  return `PatchMerging(dim=${dim}, norm=${normText(model.mergeNorm, merged, normed)})`;
};

const positionText = ({ position }: Stage, { spans }: Traits): readonly string[] => {
  if (position.kind !== 'continuous') return [];
  const span = `span=${position.span === undefined ? 'None' : pairText(position.span)}`;
  return [[...(spans ? [span] : []), `position_hidden=${position.hidden}`].join(', ')];
};

const shiftOf = ({ shift }: Block): string => pairText(shift);

/** `firstBlock` counts the blocks before this stage, for the rates of stochastic depth. */
export const stageText = (model: Model, stage: Stage, traits: Traits, firstBlock: number): string => {
  const { dim, grid, heads, hidden, blocks, number } = stage;
  const windows = listText(blocks.map(({ window }) => pairText(window)));
  const isLast = number === model.stages.length;
  const lines = [
    `dim=${dim}, grid=${pairText(grid)}, heads=${heads}, hidden=${hidden}`,
    [`windows=${windows}`, ...(traits.shifts ? [`shifts=${listText(blocks.map(shiftOf))}`] : [])].join(', '),
    ...positionText(stage, traits),
    `norm=${normMaker(stage.norm, grid, dim)}`,
    `activation=${activations[stage.activation]}`,
    `drop_path=rates[${firstBlock}:${firstBlock + blocks.length}]`,
    `downsample=${isLast ? 'nn.Identity()' : mergingText(model, stage)}`,
  ];
  return `                Stage(\n${lines.map((line) => `                    ${line},\n`).join('')}                ),\n`;
};
