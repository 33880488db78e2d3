/** The activation functions by name; kernels know them by their place in this list. */

export const activationKinds = ['none', 'gelu', 'gelu-tanh', 'relu', 'silu'] as const;
export type ActivationKind = (typeof activationKinds)[number];
