/**
 * How a library names the tensors of a Swin transformer. A layout says, for each canonical name, which tensors of a file
 * it is made of and how; both directions, import and export, follow from that one saying.
 */

/** What a canonical tensor is made of in a file. */
export type Source =
  /** The tensor itself. */
  | { readonly kind: 'same'; readonly key: string }
  /** Several matrices or vectors, one below the other. */
  | { readonly kind: 'stacked'; readonly keys: readonly string[] }
  /** One third of a vector [3C]: of Swin V2's bias in torchvision, whose middle third is zero. */
  | { readonly kind: 'third'; readonly key: string; readonly third: 0 | 2 }
  /** Columns in the order of torch.nn.Unfold: by channel first, then by neighbour row by row. */
  | { readonly kind: 'unfolded'; readonly key: string };

export type LayoutName = 'microsoft' | 'timm' | 'torchvision' | 'hf' | 'openmmlab';

/** What a layout must know of a file to tell its names: prefixes that some libraries leave out, and the last stage. */
export interface Dialect {
  /** Stands before every key of the backbone. */
  readonly prefix: string;
  /** The last stage, from 0. */
  readonly lastStage: number;
}

export interface Layout {
  readonly name: LayoutName;
  /** As people say it. */
  readonly title: string;
  /** The file's dialect, where its keys are of this layout. */
  recognise(keys: ReadonlySet<string>): Pick<Dialect, 'prefix'> | undefined;
  /** The dialect in which the library itself would write a model. */
  readonly written: (isSwinV2: boolean) => string;
  source(name: string, dialect: Dialect): Source;
}

/** A part of a canonical name, such as `layers.{i}.blocks.{j}.mlp.fc1.{rest}`, and what it is called elsewhere. */
export interface Row {
  readonly canonical: RegExp;
  readonly source: (groups: Readonly<Record<string, string>>, dialect: Dialect) => Source;
}

/** The first row that fits says it; what none knows has the same name there. */
export function sourceFrom(rows: readonly Row[], name: string, dialect: Dialect): Source {
  for (const { canonical, source } of rows) {
    const groups = canonical.exec(name)?.groups;
    if (groups !== undefined) return source(groups, dialect);
  }
  return { kind: 'same', key: `${dialect.prefix}${name}` };
}

export const same = (key: string): Source => ({ kind: 'same', key });
