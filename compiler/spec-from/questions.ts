/** What a spec needs that files may leave open, and the flag that says it. */
import type { Aspect, Facts, Reading } from './fact.ts';

export interface Question {
  readonly aspect: Aspect;
  /** As one would write it, with a value. */
  readonly flag: string;
  readonly example: string;
  readonly meaning: string;
  /** What a file hints at. */
  readonly hint: string | undefined;
}

interface Row extends Omit<Question, 'hint'> {
  /** Always, unless this says otherwise. */
  readonly isNeeded?: (facts: Facts) => boolean;
}

const rows: readonly Row[] = [
  {
    aspect: 'size',
    flag: '--input',
    example: '224',
    meaning: 'height and width of the images in pixels: 224, or 224x192',
  },
  {
    aspect: 'window',
    flag: '--window',
    example: '7',
    meaning: 'tokens a window: 7, `size(4, 8)`, `global`, or a list by stage such as [7, 14, 14, 7]',
  },
  { aspect: 'heads', flag: '--heads', example: '[3, 6, 12, 24]', meaning: 'attention heads of each stage' },
  {
    aspect: 'shift',
    flag: '--shift',
    example: 'on',
    meaning: 'whether every second block shifts its windows by half: on (Swin), off (Swin-Free), or a list by stage',
  },
  {
    aspect: 'act',
    flag: '--act',
    example: 'gelu',
    meaning: 'activation: gelu (Swin), relu (Swin-Free-BR), silu, gelu(tanh)',
  },
  {
    aspect: 'norm.placement',
    flag: '--norm-placement',
    example: 'pre',
    meaning: 'where norms stand: pre, before attention and MLP (Swin), or post, after them (Swin V2)',
  },
  {
    aspect: 'merge.norm',
    flag: '--set',
    example: 'merge.norm=batch(per: channel)',
    meaning: 'the norm of merging, of as many values as the next stage has tokens: batch(per: token), or per: channel',
    isNeeded: (facts) => facts.get('depths')?.text.includes(',') === true,
  },
  {
    aspect: 'qkv.bias',
    flag: '--qkv-bias',
    example: 'on',
    meaning: "whether the bias of keys counts: on, or q-v where it does not (torchvision's Swin V2)",
  },
  {
    aspect: 'pretrained',
    flag: '--pretrained-window',
    example: 'same',
    meaning:
      'windows with which the continuous position was trained: same, 12, or a list by stage such as [12, 12, 12, 6]',
    isNeeded: (facts) => facts.get('position')?.text.startsWith('continuous') === true,
  },
];

const fitting: readonly Row[] = [
  {
    aspect: 'clamp',
    flag: '--clamp',
    example: 'on',
    meaning:
      'what becomes of a window that reaches the edge of its grid: on (timm), both (microsoft), off (torchvision, Hugging Face)',
  },
  {
    aspect: 'pad',
    flag: '--pad',
    example: 'before-shift',
    meaning:
      'where zeros complete grids that windows or merging do not divide: before-shift (torchvision, Hugging Face), after-shift (timm)',
  },
];

/** What nobody has said yet, of what every spec of this kind needs. */
export function openQuestions(facts: Facts, { hints }: Pick<Reading, 'hints'>): readonly Question[] {
  return rows
    .filter(({ aspect, isNeeded }) => !facts.has(aspect) && (isNeeded?.(facts) ?? true))
    .map((row) => ({ ...row, hint: hints.get(row.aspect) }));
}

export function fittingQuestion(aspect: 'clamp' | 'pad'): readonly Question[] {
  return fitting.filter((row) => row.aspect === aspect).map((row) => ({ ...row, hint: undefined }));
}
