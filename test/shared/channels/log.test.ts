import { describe, expect, it } from 'vitest';
import { createLogChannel } from '../../../shared/channels/log.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import type { Log, LogFacts } from '../../../shared/runtime/ports.ts';
import { describeGoldens } from '../../support/golden.ts';
import { notices } from '../../support/notices.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';

interface Line {
  readonly level: string;
  readonly facts: LogFacts;
  readonly message: string;
}

/** What is logged at once, before `send` answers. */
function linesOf(notice: Notice): readonly Line[] {
  const lines: Line[] = [];
  const at = (level: string) => (facts: LogFacts, message: string) =>
    void lines.push({ level, facts, message });
  const log: Log = { ...SILENT_LOG, info: at('info'), warn: at('warn') };
  void createLogChannel({ name: 'log', log }).send(notice, undefined);
  return lines;
}

describe('the log', () => {
  it.each([
    ['opened', 'warn'],
    ['suspected', 'info'],
    ['recovered', 'info'],
    ['vms-gone', 'warn'],
  ])('has one line for what is %s, as %s', (name, level) => {
    const notice = notices()[name];
    if (notice === undefined) throw new Error('there is one');
    const { message, intent } = notice;
    const { node, key, revision, state, severity, cause, title } = message;
    const facts = { node, incident: key, revision, state, severity, cause, intent };
    expect(linesOf(notice)).toMatchObject([{ level, facts, message: title }]);
  });

  it('gives no receipt', async () => {
    const { opened } = notices();
    if (opened === undefined) throw new Error('there is one');
    const channel = createLogChannel({ name: 'log', log: SILENT_LOG });
    expect(await channel.send(opened, undefined)).toEqual({ externalId: undefined });
  });
});

describeGoldens('log', linesOf);
