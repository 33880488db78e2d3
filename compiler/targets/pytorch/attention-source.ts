/** The class WindowAttention, and what it reads of its window. */
import { initialiser } from './python.ts';
import type { Traits } from './traits.ts';

const indexSource = `def relative_position_index(window: Tuple[int, int]) -> Tensor:
    """For each pair of a window's tokens, the row of the bias table that holds their offset: [tokens * tokens]."""
    down, across = torch.meshgrid(torch.arange(window[0]), torch.arange(window[1]), indexing="ij")
    down, across = down.flatten(), across.flatten()
    down = down[:, None] - down[None, :] + window[0] - 1
    across = across[:, None] - across[None, :] + window[1] - 1
    return (down * (2 * window[1] - 1) + across).flatten()`;

const offsetsSource = `def log_offsets(window: Tuple[int, int], span: Tuple[int, int]) -> Tensor:
    """Every offset (down, across) inside a window, log-spaced and about 1 at the far side of \`span\`: [offsets, 2]."""

    def spaced(size: int, measure: int) -> Tensor:
        offsets = torch.arange(1 - size, size, dtype=torch.float64)
        return torch.sign(offsets) * torch.log2(8 * offsets.abs() / max(measure - 1, 1) + 1) / 3

    down, across = torch.meshgrid(spaced(window[0], span[0]), spaced(window[1], span[1]), indexing="ij")
    return torch.stack((down, across), dim=-1).reshape(-1, 2).to(torch.get_default_dtype())`;

const projections = (bias: Traits['qkvBias']): readonly string[] => {
  if (bias === 'on') return ['self.qkv = nn.Linear(dim, 3 * dim)'];
  const plain = 'self.qkv = nn.Linear(dim, 3 * dim, bias=False)';
  if (bias === 'off') return [plain];
  return [plain, 'self.q_bias = nn.Parameter(torch.zeros(dim))', 'self.v_bias = nn.Parameter(torch.zeros(dim))'];
};

const indexBuffer = 'self.register_buffer("index", relative_position_index(window), persistent=False)';

const positionParts = ({ position, spans }: Traits): readonly string[] => {
  if (position === 'none') return [];
  if (position === 'table') {
    return [
      'offsets = (2 * window[0] - 1) * (2 * window[1] - 1)',
      'self.relative_position_bias_table = nn.Parameter(torch.zeros(offsets, heads))',
      indexBuffer,
    ];
  }
  return [
    'layers = (nn.Linear(2, position_hidden), nn.ReLU(), nn.Linear(position_hidden, heads, bias=False))',
    'self.cpb_mlp = nn.Sequential(*layers)',
    `self.register_buffer("offsets", log_offsets(window, ${spans ? 'span or window' : 'window'}), persistent=False)`,
    indexBuffer,
  ];
};

const biasTable: Readonly<Record<Traits['position'], string>> = {
  none: '',
  table: 'self.relative_position_bias_table',
  continuous: '16 * torch.sigmoid(self.cpb_mlp(self.offsets))',
};

const linearOfQueries = (bias: Traits['qkvBias']): readonly string[] =>
  bias === 'q-v'
    ? [
        'bias = torch.cat((self.q_bias, torch.zeros_like(self.q_bias), self.v_bias))',
        'qkv = F.linear(x, self.qkv.weight, bias)',
      ]
    : ['qkv = self.qkv(x)'];

const similarity = (attention: Traits['attention']): readonly string[] =>
  attention === 'dot'
    ? ['scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)']
    : [
        'scale = self.logit_scale.clamp(max=math.log(100.0)).exp()',
        'scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1) * scale',
      ];

const indented = (lines: readonly string[]): string => lines.map((line) => `        ${line}\n`).join('');

/** What the blocks and stages hand on to the position network. */
export const positionParameters = ({ position, spans }: Traits): readonly string[] => [
  ...(spans ? ['span: Optional[Tuple[int, int]]'] : []),
  ...(position === 'continuous' ? ['position_hidden: int'] : []),
];

const parameters = (traits: Traits): readonly string[] => [
  'dim: int',
  'heads: int',
  'window: Tuple[int, int]',
  ...positionParameters(traits),
];

const positionMethod = ({ position }: Traits): string =>
  position === 'none'
    ? ''
    : `
    def position_bias(self, tokens: int) -> Tensor:
        """What the offset of two tokens adds to their score: [heads, tokens, tokens]."""
        table = ${biasTable[position]}
        return table.index_select(0, self.index).view(tokens, tokens, self.heads).permute(2, 0, 1)
`;

const forward = (traits: Traits): string => {
  const { shifts, position } = traits;
  const mask = shifts ? ', mask: Optional[Tensor]' : '';
  return `
    def forward(self, x: Tensor${mask}) -> Tensor:
        """[batch, windows, tokens, dim]${shifts ? '; a mask is added to the scores of each window' : ''}."""
        batch, windows, tokens, dim = x.shape
${indented(linearOfQueries(traits.qkvBias))}        qkv = qkv.view(batch, windows, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(3, 0, 1, 4, 2, 5).unbind(0)
${indented(similarity(traits.attention))}${position === 'none' ? '' : '        scores = scores + self.position_bias(tokens)\n'}${
  shifts ? '        if mask is not None:\n            scores = scores + mask[:, None]\n' : ''
}        x = scores.softmax(dim=-1) @ v
        return self.proj(x.transpose(2, 3).reshape(batch, windows, tokens, dim))`;
};

const cosineScale = '        self.logit_scale = nn.Parameter(torch.full((heads, 1, 1), math.log(10.0)))\n';

/** The class and the functions that it calls. */
export const attentionSource = (traits: Traits): readonly string[] => [
  ...(traits.position === 'none' ? [] : [indexSource]),
  ...(traits.position === 'continuous' ? [offsetsSource] : []),
  `class WindowAttention(nn.Module):
    """Multi-head attention between the tokens of each window."""

${initialiser(parameters(traits))}
        super().__init__()
        self.heads = heads
${indented(projections(traits.qkvBias))}        self.proj = nn.Linear(dim, dim)
${traits.attention === 'cosine' ? cosineScale : ''}${indented(positionParts(traits))}${positionMethod(traits)}${forward(traits)}`,
];
