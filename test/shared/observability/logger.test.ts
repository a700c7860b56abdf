import { expect, it } from 'vitest';
import { KubeUnavailableError } from '../../../shared/errors/errors.ts';
import { createLogger, type LogLevel, serializeError } from '../../../shared/observability/logger.ts';
import type { Log } from '../../../shared/runtime/ports.ts';

function aLogger(level: LogLevel = 'info'): {
  readonly log: Log;
  readonly lines: () => Record<string, unknown>[];
} {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return {
    log: createLogger({ level, facts: { function: 'audit' }, destination }),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

it('writes a line of JSON with its facts', () => {
  const { log, lines } = aLogger();
  log.debug({}, 'not at this level');
  log.warn({ node: 'node01', incident: 'uid-1' }, 'node judged');
  expect(lines()).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      function: 'audit',
      node: 'node01',
      incident: 'uid-1',
      msg: 'node judged',
    },
  ]);
});

it('leaves out what looks like a secret', () => {
  const { log, lines } = aLogger();
  const err = new Error('GET https://user:hunter2@example.test/ failed: Bearer hunter2.x-y');
  log.error({ token: 'hunter2', request: { headers: { authorization: 'Basic hunter2' } }, err }, 'x');
  expect(JSON.stringify(lines())).not.toContain('hunter2');
  expect(lines()[0]).toMatchObject({
    token: '[redacted]',
    request: { headers: { authorization: '[redacted]' } },
  });
});

it('writes an error with its causes, and does not follow a circle of them', () => {
  const cause = new TypeError('socket', { cause: 'a text' });
  const error = new KubeUnavailableError('away', 'wait', { cause: new AggregateError([cause], 'all') });
  expect(serializeError(error)).toMatchObject({
    name: 'KubeUnavailableError',
    code: 'KUBE_UNAVAILABLE',
    message: 'away',
    stack: expect.stringContaining('logger.test.ts'),
    cause: {
      message: 'all',
      errors: [{ name: 'TypeError', cause: { name: 'NotAnError', message: 'a text' } }],
    },
  });
  cause.cause = cause;
  expect(JSON.stringify(serializeError(error)).match(/"socket"/g)).toHaveLength(4);
});
