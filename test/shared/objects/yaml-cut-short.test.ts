import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createYamlObjectReader } from '../../../shared/objects/yaml-objects.ts';
import { DEMO } from '../../support/demo.ts';

const whole = readFileSync(DEMO, 'utf8');
const ignore = { object: () => undefined, kindSeen: () => undefined };

function read(text: string): void {
  const reader = createYamlObjectReader('dump.yaml', ignore);
  reader.write(Buffer.from(text));
  reader.end();
}

describe('kubectl’s YAML list', () => {
  it('is read when it is whole', () => {
    expect(() => read(whole)).not.toThrow();
  });

  it('is refused wherever it was cut off, also between two items, where it is still good YAML', () => {
    const cuts = [...whole.matchAll(/^- apiVersion/gm)].map(({ index }) => index).slice(1);
    expect(cuts.length).toBeGreaterThan(10);
    for (const cut of [...cuts, ...cuts.map((index) => index - 40), whole.lastIndexOf('kind: List')]) {
      expect(() => read(whole.slice(0, cut)), `cut at ${cut}`).toThrow(/^dump\.yaml, line \d+/);
    }
  });
});
