/** The small cases of `shapes.json` as specs: the model `micro-swin` with other inputs, windows, paddings and clamps. */
import type { Model } from '../../compiler/model/model.ts';
import type { ShapeCase } from './goldens.ts';
import { modelFrom } from './model.ts';

export const modelOfCase = ({ input, window, pad, clamp }: ShapeCase): Model =>
  modelFrom(`swin 1
model micro-swin {
  input   = image(${input[2]}, ${input[3]}, ${input[1]})
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = size(${window[0]}, ${window[1]})
  pad     = ${pad}
  clamp   = ${clamp === 'off' ? 'off' : 'on'}
}
`);
