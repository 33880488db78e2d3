/** Where a name in a text leads: to a source, to nothing, out of the root, or to what a spec may not be. */
export type Located =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside'; readonly root: string }
  /** A symbolic link, for a host that follows none. */
  | { readonly kind: 'link' }
  | { readonly kind: 'too-large'; readonly bytes: number };

/** How `resolve` sees the world: the same for files, the editor's buffers, a browser and a git revision. */
export interface SourceHost {
  /**
   * The path that is one file's only name here (symbolic links followed) for what `specifier` names from the file
   * `from`, or for the entry itself when `from` is undefined. Diagnostics show this path.
   */
  locate(specifier: string, from: string | undefined): Located;
  /** The text at a path that `locate` gave; undefined when it is gone by now. */
  read(path: string): string | undefined;
}
