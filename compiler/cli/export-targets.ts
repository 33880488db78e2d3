/** What `swinc export --to` takes. */
export const exportTargets = ['onnx', 'triton'] as const;
export type ExportTarget = (typeof exportTargets)[number];
