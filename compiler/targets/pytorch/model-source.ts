/** The text of model.py: the modules that a model needs, and the model made of them. */
import type { Model } from '../../model/model.ts';
import { attentionSource } from './attention-source.ts';
import { blocksSource } from './block-source.ts';
import { partsSource } from './parts-source.ts';
import { classNameOf, docstring, joined, numberText, pairText, tupleText } from './python.ts';
import { normText, stageSource, stageText } from './stage-source.ts';
import { type Traits, traitsOf } from './traits.ts';

export interface ModuleParts {
  readonly model: Model;
  /** What the spec says about the model; may be empty. */
  readonly documentation: string;
  readonly parameters: number;
}

const taken: readonly string[] = [
  'TokenBatchNorm',
  'ChannelBatchNorm',
  'DropPath',
  'Mlp',
  'PatchEmbedding',
  'PatchMerging',
  'WindowAttention',
  'SwinBlock',
  'Stage',
  'Tensor',
  'Callable',
  'List',
  'Optional',
  'Tuple',
  'False',
  'None',
  'True',
];

export const modelClassOf = ({ name }: Model): string => classNameOf(name, taken);

export const modelSource = (parts: ModuleParts): string => {
  const traits = traitsOf(parts.model);
  const body = joined([
    ...partsSource(traits),
    ...attentionSource(traits),
    ...blocksSource(traits),
    stageSource(traits),
    initialisation(traits),
    modelClass(parts.model, traits),
  ]);
  return `${header(parts)}\n\n${imports(body)}\n\n${constants(parts.model)}\n\n\n${body}\n`;
};

const header = ({ model, documentation, parameters }: ModuleParts): string => {
  const { channels, height, width } = model.input;
  const about = documentation.trim();
  return docstring([
    `${model.name} in PyTorch, written by swinc from its spec.`,
    '',
    ...(about === '' ? [] : [...about.split('\n'), '']),
    `Takes float images [batch, ${channels}, ${height}, ${width}]: pixels / 255, less MEAN, over STD.`,
    `${parameters.toLocaleString('en-US')} parameters. The state dict has the names of microsoft's code, which swinc reads. PyTorch 1.13 or later.`,
  ]);
};

/** Names that a text may use, and where they come from. */
const typed = ['Callable', 'List', 'Optional', 'Tuple'];

const imports = (body: string): string => {
  const uses = (name: string): boolean => new RegExp(`\\b${name}[.([]`).test(body);
  const lines = [
    ...(uses('math') ? ['import math'] : []),
    ...(uses('partial') ? ['from functools import partial'] : []),
    `from typing import ${typed.filter(uses).join(', ')}`,
    '',
    'import torch',
    ...(uses('F') ? ['import torch.nn.functional as F'] : []),
    'from torch import Tensor, nn',
  ];
  return lines.join('\n');
};

const constants = ({ input, preprocess }: Model): string =>
  `INPUT = (${input.channels}, ${input.height}, ${input.width})
MEAN = ${tupleText(preprocess.mean)}
STD = ${tupleText(preprocess.std)}`;

const zeroGammas = ({ blockNorms }: Traits): string => {
  const zero = 'nn.init.zeros_(norm.weight)';
  const body =
    blockNorms === 'all'
      ? `            ${zero}\n`
      : `            if not isinstance(norm, nn.Identity):\n                ${zero}\n`;
  return `    elif isinstance(module, SwinBlock):
        # With norms after their branches, every block starts as the identity.
        for norm in (module.norm1, module.norm2):\n${body}`;
};

/** As the papers train; the convolution keeps PyTorch's own, as the references do. */
const initialisation = (traits: Traits): string => {
  const table = `    elif isinstance(module, WindowAttention):
        nn.init.trunc_normal_(module.relative_position_bias_table, std=std)\n`;
  const hasZeroGammas = traits.normPlacement === 'post' && traits.blockNorms !== 'none';
  return `def initialise(module: nn.Module, std: float) -> None:
    """Weights of a model that is yet to be trained, as the papers have them."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=std)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
${traits.position === 'table' ? table : ''}${hasZeroGammas ? zeroGammas(traits) : ''}`.trimEnd();
};

const modelClass = (model: Model, traits: Traits): string => {
  const { stages, patch, patchNorm, input, classes } = model;
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a model has stages');
  const starts = stages.map((_, index) => stages.slice(0, index).reduce((sum, { blocks }) => sum + blocks.length, 0));
  const depth = stages.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const embedding = `channels=${input.channels}, patch=${pairText(patch)}, dim=${first.dim}, norm=${normText(patchNorm, first.grid, first.dim)}`;
  const head = classes === 0 ? '' : `        self.head = nn.Linear(${last.dim}, ${classes})\n`;
  return `class ${modelClassOf(model)}(nn.Module):
    """\`drop_path\` is the rate of stochastic depth at the last block; it grows from 0 at the first.

    \`std\` is the deviation of the first weights: 0.02 in the papers, whose models are wide.
    """

    def __init__(self, drop_path: float = 0.0, std: float = 0.02):
        super().__init__()
        rates = [drop_path * block / ${numberText(Math.max(depth - 1, 1))} for block in range(${depth})]
        self.patch_embed = PatchEmbedding(
            ${embedding}
        )
        self.layers = nn.ModuleList(
            [
${stages.map((stage, index) => stageText(model, stage, traits, starts[index] ?? 0)).join('')}            ]
        )
        self.norm = ${normText(model.finalNorm, last.grid, last.dim)}
${featureNorms(model)}${head}        self.apply(partial(initialise, std=std))

${forward(model)}`;
};

const featureNorms = ({ features, featuresNorm, stages }: Model): string =>
  stages
    .filter(({ number }) => features.includes(number))
    .map(({ number, grid, dim }) => `        self.norm${number - 1} = ${normText(featuresNorm, grid, dim)}\n`)
    .join('');

const forward = ({ features, classes }: Model): string => {
  const vector = 'self.norm(x).mean(dim=(1, 2))';
  const answer = classes === 0 ? vector : `self.head(${vector})`;
  const what = classes === 0 ? 'The pooled vector' : 'Logits';
  if (features.length === 0) {
    return `    def forward(self, image: Tensor) -> Tensor:
        """${what} [batch, ${classes === 0 ? 'dim' : 'classes'}]."""
        x = self.patch_embed(image)
        for stage in self.layers:
            x = stage.downsample(stage(x))
        return ${answer}`;
  }
  const maps = features.map((number) => `self.norm${number - 1}(maps[${number - 1}])`);
  return `    def forward(self, image: Tensor) -> Tuple[Tensor, List[Tensor]]:
        """${what}, and the maps [batch, height, width, dim] of the stages ${features.join(', ')}."""
        x = self.patch_embed(image)
        maps = []
        for stage in self.layers:
            maps.append(stage(x))
            x = stage.downsample(maps[-1])
        return ${answer}, [${maps.join(', ')}]`;
};
