import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig, readServedConfig } from '../../../shared/config/config.ts';
import { NUMBERS, VARIABLES } from '../../../shared/config/variables.ts';

function mistakeOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', disposition: 'reject' });
    return (error as Error).message;
  }
  return 'no mistake';
}

describe('the configuration', () => {
  it('has a default for all that has one', () => {
    expect(readConfig({ HOME: '/root', PORT: '' })).toEqual({
      port: 8_080,
      sink: undefined,
      sinkExtensions: {},
      sinkCaCerts: undefined,
      sinkTimeoutMs: 5_000,
      clusterName: 'default',
      graceMs: 120_000,
      shutdownGraceMs: 25_000,
      tickMs: 30_000,
      sweepMs: 300_000,
      maxBodyBytes: 2_097_152,
      maxConcurrentEvents: 1_000,
      cronScope: undefined,
      podNamespace: undefined,
      kubeconfig: undefined,
      alertAccess: { tokenFile: undefined, basicAuthFile: undefined, isInsecure: false },
      leaderElection: false,
      notifyConfig: undefined,
      remediateConfig: undefined,
      logLevel: 'info',
    });
  });

  it('is what the environment says', () => {
    const env = {
      PORT: '9090',
      K_SINK: 'http://broker.example.test/ns/default',
      K_CE_OVERRIDES: '{"extensions":{"team":"red"},"more":1}',
      CLUSTER_NAME: 'Prod_EU-1.example',
      GRACE_SECONDS: '0',
      CRON_SCOPE: 'unsettled',
      POD_NAMESPACE: 'kubevirt-orphans',
      KUBECONFIG: '/a:/b',
      NOTIFY_CONFIG: '/etc/notify.yaml',
      REMEDIATE_CONFIG: '/etc/remediate.yaml',
      LOG_LEVEL: 'debug',
    };
    expect(readConfig(env)).toMatchObject({
      port: 9_090,
      sink: new URL(env.K_SINK),
      sinkExtensions: { team: 'red' },
      clusterName: env.CLUSTER_NAME,
      graceMs: 0,
      cronScope: 'unsettled',
      podNamespace: env.POD_NAMESPACE,
      kubeconfig: env.KUBECONFIG,
      notifyConfig: env.NOTIFY_CONFIG,
      remediateConfig: env.REMEDIATE_CONFIG,
      logLevel: 'debug',
    });
  });

  it('does not take a secret and "anybody may" at once', () => {
    for (const name of ['ALERT_WEBHOOK_TOKEN_FILE', 'ALERT_WEBHOOK_BASIC_AUTH_FILE'])
      expect(mistakeOf({ [name]: '/secret', ALERT_WEBHOOK_INSECURE: 'true' })).toBe(
        'the configuration has a mistake: ALERT_WEBHOOK_INSECURE="true" (allowed: true or false; true with neither of the two files)',
      );
    expect(
      readConfig({ ALERT_WEBHOOK_TOKEN_FILE: '/a', ALERT_WEBHOOK_BASIC_AUTH_FILE: '/b' }).alertAccess,
    ).toEqual({ tokenFile: '/a', basicAuthFile: '/b', isInsecure: false });
  });

  it('has its mistakes named together, in one line, with value and what is allowed', () => {
    expect(mistakeOf({ PORT: '80a', LOG_LEVEL: 'loud', GRACE_SECONDS: '3601', SWEEP_SECONDS: '60' })).toBe(
      'the configuration has 3 mistakes: PORT="80a" (allowed: whole number, 1 to 65535); GRACE_SECONDS="3601" (allowed: whole number, 0 to 3600); LOG_LEVEL="loud" (allowed: debug, info, warn, error or silent)',
    );
  });

  it.each<readonly [string, string]>([
    ['K_SINK', 'broker'],
    ['K_SINK', 'ftp://broker/'],
    ['K_CE_OVERRIDES', '{'],
    ['K_CE_OVERRIDES', 'null'],
    ['K_CE_OVERRIDES', '{"extensions":{"Team":"x"}}'],
    ['K_CE_OVERRIDES', '{"extensions":{"id":"x"}}'],
    ['K_CE_OVERRIDES', '{"extensions":{"team":1}}'],
    ['K_CA_CERTS', 'nonsense'],
    ['CLUSTER_NAME', 'a b'],
    ['CLUSTER_NAME', 'x'.repeat(64)],
    ['POD_NAMESPACE', 'Upper'],
    ['LOG_LEVEL', 'INFO'],
    ['ALERT_WEBHOOK_INSECURE', 'yes'],
    ...Object.values(NUMBERS).flatMap(({ name, min, max }) =>
      [`${min - 1}`, `${max + 1}`, '1e3', ' 5', '0x10', '1.5', 'NaN'].map((value) => [name, value] as const),
    ),
  ])('refuses %s=%j', (name, value) => {
    expect(mistakeOf({ [name]: value })).toMatch(new RegExp(`^the configuration has a mistake: ${name}=`));
  });

  it('takes every whole number within its bounds', () => {
    const numbers = fc
      .constantFrom(...Object.values(NUMBERS))
      .chain((variable) =>
        fc.tuple(fc.constant(variable.name), fc.integer({ min: variable.min, max: variable.max })),
      );
    fc.assert(
      fc.property(numbers, ([name, value]) => {
        expect(mistakeOf({ [name]: `${value}` })).toBe('no mistake');
      }),
    );
  });

  it.each([
    ['K_SINK', 'ftp://user:hunter2@broker/?token=hunter2', 'K_SINK="ftp://…@broker/?…"'],
    ['K_SINK', 'user:hunter2@broker', 'K_SINK="…@broker"'],
    ['K_CE_OVERRIDES', '{"extensions":{"token":"hunter2"', 'K_CE_OVERRIDES=(not shown)'],
  ])('shows no secret of %s', (name, value, shown) => {
    const message = mistakeOf({ [name]: value });
    expect(message).toContain(shown);
    expect(message).not.toContain('hunter2');
  });

  it('has a row for every variable, and no two of a name', () => {
    const names = VARIABLES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { what, unit, bounds } of VARIABLES) expect([what, unit, bounds]).not.toContain('');
    expect(
      mistakeOf(Object.fromEntries(VARIABLES.map((variable) => [variable.name, variable.default]))),
    ).toBe('no mistake');
  });
});

describe('the configuration of a function that is served on its own', () => {
  it('has a sink', () => {
    expect(readServedConfig({ K_SINK: 'http://broker/ns' }).sink.href).toBe('http://broker/ns');
  });

  it.each([
    [{}, 'a mistake: K_SINK is not set (allowed: http or https)'],
    [
      { K_SINK: '', PORT: 'x' },
      '2 mistakes: PORT="x" (allowed: whole number, 1 to 65535); K_SINK is not set (allowed: http or https)',
    ],
  ])('is wrong without one, told with all other mistakes: %j', (env, message) => {
    expect(() => readServedConfig(env)).toThrow(message);
  });
});
