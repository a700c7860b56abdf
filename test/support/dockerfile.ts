import { readFileSync } from 'node:fs';
import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';

/** One line of a stage, its flags apart: `COPY --from=build /a /b`. */
export interface Step {
  readonly keyword: string;
  /** With the build's variables filled in; of the JSON form its elements. */
  readonly args: readonly string[];
  /** As it is written. */
  readonly text: string;
  /** The stage that a COPY takes from; without one it takes from the build's context. */
  readonly from?: string;
}

export interface Stage {
  /** The image that it begins with. */
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

export const DOCKERFILE = new URL('../../infra/image/Dockerfile', import.meta.url);

/** The stages of our Dockerfile, in its order. */
export function readStages(): readonly Stage[] {
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(readFileSync(DOCKERFILE, 'utf8')).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') stages.push({ base: step.args[0] ?? '', name: step.args[2], steps: [] });
    else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

/** What a COPY takes, and where to. */
export function copied({ args }: Step): { readonly sources: readonly string[]; readonly target: string } {
  return { sources: args.slice(0, -1), target: args.at(-1) ?? '' };
}

function stepOf(instruction: Instruction): Step {
  const text = instruction.getRawArgumentsContent() ?? '';
  const words = instruction.getExpandedArguments().map((argument) => argument.getValue());
  const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
  return {
    keyword: instruction.getKeyword(),
    args: text.startsWith('[') ? (JSON.parse(text) as string[]) : words,
    text,
    ...(from && { from }),
  };
}
