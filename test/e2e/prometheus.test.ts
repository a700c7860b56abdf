import { existsSync, readFileSync } from 'node:fs';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipReason } from '../support/promtool.ts';
import { type Daemon, startDaemon } from './support/daemon.ts';

const THEIRS = new URL(
  '../../../shared/kubevirt/prometheusrule/prometheus-kubevirt-rules.yaml',
  import.meta.url,
);
const OURS = new URL('../../infra/monitoring/kubevirt-orphans.rules.yaml', import.meta.url);
const skipped = skipReason('prometheus');

interface Groups {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert?: string }[];
  }[];
}
interface Answer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly type: string; readonly health: string }[];
    }[];
  };
}

const ours = load(readFileSync(OURS, 'utf8')) as Groups;
/** As the operator of Prometheus writes a PrometheusRule into a file. */
const theirs = existsSync(THEIRS)
  ? (load(readFileSync(THEIRS, 'utf8')) as { readonly spec: Groups }).spec
  : { groups: [] };
const alertsOf = ({ groups }: Groups) =>
  groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));

describe.skipIf(skipped !== '')(`the real Prometheus${skipped}`, () => {
  let prometheus: Daemon;
  beforeAll(async () => {
    prometheus = await startDaemon({
      program: 'prometheus',
      files: {
        'prometheus.yml': dump({
          global: { evaluation_interval: '1s' },
          rule_files: ['theirs.yaml', 'ours.yaml'],
        }),
        'theirs.yaml': dump({ groups: theirs.groups }),
        'ours.yaml': readFileSync(OURS, 'utf8'),
      },
      args: (directory, port) => [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
    });
  });
  afterAll(() => prometheus?.stop());

  async function loaded() {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as Answer;
    return data.groups.flatMap(({ rules }) => rules);
  }

  it("loads our rules, and KubeVirt's own where they are beside this repository", async () => {
    const names = (await loaded()).filter(({ type }) => type === 'alerting').map(({ name }) => name);
    expect(alertsOf(ours).length).toBeGreaterThan(5);
    expect(names.sort()).toEqual([...alertsOf(ours), ...alertsOf(theirs)].sort());
    if (theirs.groups.length > 0) expect(names).toContain('OrphanedVirtualMachineInstances');
  });

  it('evaluates each of them without an error', async () => {
    await expect
      .poll(async () => new Set((await loaded()).map(({ health }) => health)), { timeout: 15_000 })
      .toEqual(new Set(['ok']));
  });

  it('has no alert of ours that has the name of one of KubeVirt', () => {
    expect(alertsOf(ours).filter((name) => alertsOf(theirs).includes(name))).toEqual([]);
  });
});
