import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ClusterFacts } from '../../../shared/domain/cluster-facts.ts';
import { FactsCollector } from '../../../shared/domain/facts-collector.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { createDumpReader } from '../../../shared/dump/dump-reader.ts';
import {
  asSent,
  directoryWith,
  type Files,
  fileWith,
  jsonList,
  readDump,
  tarOf,
  yamlList,
  yamlOf,
} from '../../support/dump-files.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const node1 = aNode('node01');
const node2 = aNode('node02');
const handler = aHandler('node01');
const launcher1 = aLauncher('vm-1', 'node01');
const launcher2 = aLauncher('vm-2', 'node02');
const vmi1 = aVmi('vm-1', 'node01');
const vmi2 = aVmi('vm-2', 'node02');
const daemonSet = aDaemonSet();
const kubeVirt = aKubeVirt();
/** Two of each that there can be two of, in the order in which facts are told. */
const CLUSTER = [node1, node2, handler, launcher1, launcher2, vmi1, vmi2, daemonSet, kubeVirt];
const OLDER_POD = {
  ...handler,
  metadata: { ...handler.metadata, resourceVersion: '7' },
  status: { phase: 'Pending' },
};

/** The layout of `oc adm inspect`, with a pod three times, and with what must not be opened. */
const MUST_GATHER: Files = {
  'mg/image/version': 'kubevirt/must-gather\nv1.3.0\n',
  'mg/image/event-filter.html': '<html>{{{</html>',
  'mg/image/cluster-scoped-resources/core/nodes/node01.yaml': yamlOf(node1),
  'mg/image/cluster-scoped-resources/core/nodes/node02.yaml': yamlOf(node2),
  'mg/image/cluster-scoped-resources/core/persistentvolumes.yaml': '{ not: [yaml',
  'mg/image/namespaces/kubevirt/apps/daemonsets.yaml': yamlList([daemonSet]),
  'mg/image/namespaces/kubevirt/kubevirt.io/kubevirts/kubevirt.yaml': yamlOf(kubeVirt),
  'mg/image/namespaces/kubevirt/core/pods.yaml': yamlList([handler]),
  'mg/image/namespaces/kubevirt/core/pods/virt-handler-node01.yaml': yamlOf(OLDER_POD),
  'mg/image/namespaces/kubevirt/core/secrets.yaml': '{ not: [yaml',
  'mg/image/namespaces/kubevirt/core/configmaps/some.17a.yaml': '{ not: [yaml',
  'mg/image/namespaces/kubevirt/pods/virt-handler-node01/virt-handler-node01.yaml': yamlOf(OLDER_POD),
  'mg/image/namespaces/kubevirt/pods/virt-handler-node01/virt-handler/virt-handler/logs/current.log':
    'log\u0000\n',
  'mg/image/namespaces/tenant-a/core/pods.yaml': yamlList([launcher1, launcher2]),
  'mg/image/namespaces/tenant-a/kubevirt.io/virtualmachineinstances/vm-1.yaml': yamlOf(vmi1),
  'mg/image/namespaces/tenant-a/kubevirt.io/virtualmachineinstances/vm-2.yaml': yamlOf(vmi2),
  'mg/image/namespaces/tenant-a/core/endpoints.yaml': '',
  'mg/image/etcd_info/endpoint_status.json': '[{"Endpoint":"https://10.0.0.1:2379"}]',
  'mg/image/namespaces/tenant-a/empty.yaml': '',
  'mg/image/._pods.yaml': '\u0000\u0005\u0016\u0007',
  'mg/image/nested.tar': 'tar',
};

function collected(objects: readonly ClusterObject[]): ClusterFacts {
  const collector = new FactsCollector();
  for (const object of objects) collector.add(object);
  return collector.finish((kind) => ({ code: 'NotInDump', kind, message: '' }));
}

const JSON_LIST = jsonList(CLUSTER);
const YAML_LIST = yamlList(CLUSTER);
const JSON_DOCUMENTS = CLUSTER.map((object) => JSON.stringify(asSent(object))).join('\n');
const YAML_DOCUMENTS = CLUSTER.map(yamlOf).join('---\n');

describe('createDumpReader', () => {
  it.each<[string, () => Promise<ClusterFacts>]>([
    ['a JSON List', () => readDump([fileWith(JSON_LIST)])],
    ['a JSON List behind a byte order mark', () => readDump([fileWith(`\uFEFF${JSON_LIST}`)])],
    ['JSON documents', () => readDump([fileWith(JSON_DOCUMENTS)])],
    ['a YAML List', () => readDump([fileWith(YAML_LIST)])],
    ['YAML documents', () => readDump([fileWith(YAML_DOCUMENTS)])],
    ['a name that lies about the format', () => readDump([fileWith(YAML_LIST, 'dump.json')])],
    [
      'several files',
      () => readDump([fileWith(jsonList(CLUSTER.slice(0, 4))), fileWith(yamlList(CLUSTER.slice(4)))]),
    ],
    ['the same file twice', () => readDump([fileWith(JSON_LIST), fileWith(JSON_LIST)])],
    ['a must-gather directory', () => readDump([directoryWith(MUST_GATHER)])],
    ['a must-gather as tar', async () => readDump([fileWith(await tarOf(MUST_GATHER))])],
    ['a must-gather as tar.gz', async () => readDump([fileWith(gzipSync(await tarOf(MUST_GATHER)))])],
    ['a tar on standard input', async () => readDump(['-'], gzipSync(await tarOf(MUST_GATHER)))],
    ['gzip', () => readDump([fileWith(gzipSync(YAML_LIST))])],
    [
      'gzip in two members',
      () =>
        readDump([
          fileWith(Buffer.concat([JSON_LIST.slice(0, 9), JSON_LIST.slice(9)].map((part) => gzipSync(part)))),
        ]),
    ],
    ['gzip in a directory', () => readDump([directoryWith({ 'a.json.gz': gzipSync(JSON_LIST) })])],
    [
      'gzip in a tar.gz',
      async () => readDump([fileWith(gzipSync(await tarOf({ './a.yaml.gz': gzipSync(YAML_LIST) })))]),
    ],
    ['standard input', () => readDump(['-'], JSON_LIST)],
    ['gzip on standard input', () => readDump(['-'], gzipSync(JSON_LIST))],
    [
      'a file and standard input',
      () => readDump([fileWith(jsonList(CLUSTER.slice(2))), '-'], yamlList([node1, node2])),
    ],
  ])('reads the same cluster from %s', async (_, read) => {
    expect(await read()).toEqual(collected(CLUSTER));
  });

  it('reads a named pipe, once even if it is named twice', async () => {
    const directory = directoryWith({ 'dump.json': JSON_LIST });
    const pipe = join(directory, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    spawn('sh', ['-c', 'cat "$0" > "$1"', join(directory, 'dump.json'), pipe]);
    expect(await readDump([pipe, pipe])).toEqual(collected(CLUSTER));
  });

  it('takes the newest of several copies, whatever comes first', async () => {
    const [old, fresh] = [fileWith(jsonList([OLDER_POD])), fileWith(jsonList([handler]))];
    for (const paths of [
      [old, fresh],
      [fresh, old],
    ]) {
      expect((await readDump(paths)).handlerPods).toEqual([handler]);
    }
  });

  it('says of every kind that is not in the dump what it costs and how to get it', async () => {
    const { unread } = await readDump([fileWith(jsonList([handler, launcher1]))]);
    expect([...unread.keys()]).toEqual(['Node', 'DaemonSet', 'VirtualMachineInstance', 'KubeVirt']);
    for (const [kind, problem] of unread) {
      expect(problem).toMatchObject({ code: 'NotInDump', kind });
      expect(problem.message).toMatch(new RegExp(`^The dump has no ${kind}: .+: kubectl get `));
    }
  });

  it('takes an empty typed list as proof that there is none', async () => {
    const none = '{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstanceList","items":[]}';
    const { unread } = await readDump([fileWith(jsonList([node1])), fileWith(none)]);
    expect([...unread.keys()]).toEqual(['Pod', 'DaemonSet', 'KubeVirt']);
  });

  it('reports progress every 4 MiB and at the end', async () => {
    const path = fileWith(JSON_LIST + ' '.repeat(9 * 1_024 * 1_024));
    const seen: (readonly [number, number | undefined, string])[] = [];
    await createDumpReader([path], {
      stdin: process.stdin,
      progress: (...report) => seen.push(report),
    }).read();
    const total = Buffer.byteLength(JSON_LIST) + 9 * 1_024 * 1_024;
    expect(seen.map(([bytes]) => bytes)).toEqual([4_194_304, 8_388_608, total]);
    expect(seen[0]?.slice(1)).toEqual([total, path]);
  });
});
