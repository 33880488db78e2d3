/** What the two published families share, whoever writes them down. */
import type { Aspect, Fact } from './fact.ts';

export interface FamilyFields {
  readonly size: string;
  readonly channels: number;
  readonly classes: string;
  readonly patch: string;
  readonly dim: number;
  readonly depths: string;
  readonly heads: string;
  readonly window: string;
  readonly mlp: string;
  readonly act: string;
  readonly norm: string;
  /** Of the patch embedding; undefined where it is the model's. */
  readonly patchNorm?: string;
  readonly mergeNorm?: string;
  readonly hasQkvBias: boolean;
  /** The windows of training of a Swin V2; undefined of a Swin. */
  readonly pretrained: string | undefined;
}

/** Every block of either shifts its windows by turns; Swin V2 has its attention, its positions and its norms. */
export function factsOfFamily(fields: FamilyFields, from: string): Map<Aspect, Fact> {
  const isSwinV2 = fields.pretrained !== undefined;
  const texts: readonly (readonly [Aspect, string | undefined])[] = [
    ['size', fields.size],
    ['channels', String(fields.channels)],
    ['classes', fields.classes],
    ['patch', fields.patch],
    ['dim', String(fields.dim)],
    ['depths', fields.depths],
    ['heads', fields.heads],
    ['shift', 'on'],
    ['mlp', fields.mlp],
    ['norm', fields.norm],
    ['patch.norm', fields.patchNorm],
    ['merge.norm', fields.mergeNorm ?? fields.norm],
    ['act', fields.act],
    ['norm.placement', isSwinV2 ? 'post' : 'pre'],
    ['attention', isSwinV2 ? 'cosine' : 'dot'],
    ['position', isSwinV2 ? 'continuous(hidden: 512)' : 'table'],
    ['qkv.bias', fields.hasQkvBias ? (isSwinV2 ? 'q-v' : 'on') : 'off'],
    ['pretrained', fields.pretrained],
  ];
  const window: Fact = { text: fields.window, from, isUsual: true };
  const facts = texts.flatMap(([aspect, text]) => (text === undefined ? [] : [[aspect, { text, from }] as const]));
  // A checkpoint has tables of the windows that the code made of this one.
  return new Map<Aspect, Fact>([...facts, ['window', window]]);
}
