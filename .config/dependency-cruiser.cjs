// Imports point one way. Every rule says why; test/architecture plants a violation for each and sees it fire.
const npm = (...names) => names.map((name) => `node_modules/(@types/)?${name}/`);
const rooms = (...names) => names.map((name) => `^shared/${name}/`);
const node = (...names) => names.map((name) => `^(node:)?${name}$`);
const only = (room, allowed, why) => ({
  name: `${room}-room`,
  severity: 'error',
  comment: why,
  from: { path: `^shared/${room}/` },
  to: { pathNot: [`^shared/${room}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle means that two files are one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'functions-stand-alone',
      severity: 'error',
      comment: 'A function never imports another function: move the shared part to shared/.',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/([^/]+)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'functions-use-ports',
      severity: 'error',
      comment:
        'A function sees domain, errors, events, report and runtime; the world comes in through ports.',
      from: { path: '^functions/[^/]+/' },
      to: { pathNot: ['^functions/', ...rooms('domain', 'errors', 'events', 'report', 'runtime')] },
    },
    {
      name: 'decide-is-pure',
      severity: 'error',
      comment: 'Judgement stands on the domain alone.',
      from: { path: '^functions/[^/]+/decide\\.ts$' },
      to: { pathNot: ['^functions/[^/]+/', ...rooms('domain')] },
    },
    only('domain', [], 'shared/domain imports nothing but itself: no npm, no Node, no other room.'),
    only('errors', [], 'The closed list of errors stands on nothing.'),
    only(
      'events',
      [...rooms('domain', 'errors'), ...npm('zod'), ...node('crypto')],
      'The event contract; no I/O.',
    ),
    only(
      'runtime',
      [...rooms('domain', 'errors', 'events'), ...npm('lru-cache'), ...node('crypto')],
      'One event through one function; no I/O of its own.',
    ),
    only(
      'http',
      [
        ...rooms('domain', 'errors', 'events', 'runtime'),
        ...npm('express', 'cloudevents', 'jose', 'p-retry', 'zod'),
        ...node('http', 'https', 'buffer', 'crypto', 'timers/promises'),
      ],
      'CloudEvents over HTTP, in and out.',
    ),
    only(
      'channels',
      [
        ...rooms('domain', 'errors', 'events', 'runtime'),
        ...npm('@slack/web-api', 'nodemailer', 'p-retry', 'standardwebhooks'),
        ...node('crypto', 'timers/promises'),
      ],
      'Where people and their tools are told of incidents.',
    ),
    only(
      'config',
      [...rooms('domain', 'errors'), ...npm('zod', 'js-yaml')],
      'Environment to configuration; reads nothing itself.',
    ),
    only(
      'observability',
      [
        ...rooms('domain', 'errors', 'events', 'runtime'),
        ...npm('pino', 'prom-client', '@opentelemetry/api'),
      ],
      'Logs, metrics and traces.',
    ),
    only('report', [...rooms('domain'), ...npm('zod')], 'What we print, as schemas; no I/O.'),
    only('objects', [...rooms('domain', 'errors'), ...npm('zod', 'js-yaml')], 'Bytes to objects; no I/O.'),
    only(
      'dump',
      [
        ...rooms('domain', 'errors', 'objects'),
        ...npm('js-yaml', 'tar-stream'),
        ...node('fs', 'fs/promises', 'path', 'stream', 'stream/promises', 'zlib'),
      ],
      'The only room that reads files.',
    ),
    only(
      'kubernetes',
      [
        ...rooms('domain', 'errors', 'events', 'objects', 'runtime'),
        ...npm('@kubernetes/client-node', 'p-retry', 'zod'),
        ...node('http', 'https', 'timers/promises', 'fs', 'zlib'),
      ],
      'The only room that talks to the cluster.',
    ),
    {
      name: 'production-is-not-test',
      severity: 'error',
      comment: 'Nothing that ships imports a test or a development tool.',
      from: { path: '^(functions|shared|infra)/' },
      to: { path: ['^test/', ...npm('vitest', 'nock', 'fast-check', 'ajv', 'tsx')] },
    },
    {
      name: 'shared-is-below',
      severity: 'error',
      comment: 'shared/ is what functions and infra stand on.',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that cannot be resolved is a rule that cannot be checked.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
