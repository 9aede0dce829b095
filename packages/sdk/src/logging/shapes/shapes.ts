/** The shapes of one logging, each made when a sink first wants it. */
import { ecsShape } from './ecs.ts';
import { flatShape } from './flat.ts';
import { otelShape } from './otel.ts';
import { referenceShape } from './reference.ts';
import type { Shape, ShapeInput, ShapeName } from './shape.ts';

const MAKERS: Readonly<Record<ShapeName, (input: ShapeInput) => Shape>> = {
  json: referenceShape,
  // Called by name, so that a shape is loaded when a sink wants it.
  flat: (input) => flatShape(input),
  ecs: (input) => ecsShape(input),
  otel: (input) => otelShape(input),
};

export class Shapes {
  readonly #input: ShapeInput;
  readonly #made = new Map<ShapeName, Shape>();

  constructor(input: ShapeInput) {
    this.#input = input;
  }

  get(name: ShapeName = 'json'): Shape {
    let shape = this.#made.get(name);
    if (shape === undefined) {
      shape = MAKERS[name](this.#input);
      this.#made.set(name, shape);
    }
    return shape;
  }
}
