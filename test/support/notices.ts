import type { Announcement, Incident, IncidentDiagnosis } from '../../shared/domain/incidents/incident.ts';
import { composeMessage, type MessageContext } from '../../shared/domain/notifications/compose-message.ts';
import { composeStorm } from '../../shared/domain/notifications/compose-storm.ts';
import type { Message } from '../../shared/domain/notifications/message.ts';
import type { Intent } from '../../shared/domain/notifications/next-intent.ts';
import { incidentEvent } from '../../shared/events/incident-events.ts';
import type { Notice } from '../../shared/runtime/channel.ts';
import { at, DB, DEFINITE, incident, LIKELY, WEB } from './incidents.ts';
import { anAttempt, aRun, remediationOf } from './remediation.ts';

const NOW = at('2026-08-22T10:12:30.500Z');
const ENDED = at('2026-08-22T10:12:00.250Z');

const CONTEXT: MessageContext = {
  uid: '0e8b2c5e-3f53-4d2c-9a2c-6d1f5f1f7a10',
  clusterName: 'lab',
  namespace: 'kubevirt-orphans',
  links: { dashboard: 'https://grafana.example/d/orphans?var-node={{node}}&var-cluster={{cluster}}' },
  now: NOW,
};

const DIAGNOSIS: IncidentDiagnosis = {
  diagnosedAt: at('2026-08-22T10:00:02Z'),
  causes: [
    {
      ...DEFINITE,
      summary:
        'The nodeSelector of KubeVirt kubevirt/kubevirt (spec.workloads.nodePlacement) keeps virt-handler from node02: it has no label zone=a.',
      mitigations: [
        {
          code: 'ReviewPlacement',
          summary: 'Look at the placement.',
          command: 'kubectl get kubevirts/kubevirt -n kubevirt -o yaml',
          risk: 'Low',
          owner: 'None',
        },
        {
          code: 'LabelNode',
          summary: 'Label the node zone=a. No other virt-handler is touched.',
          command: 'kubectl label node/node02 zone=a',
          risk: 'Low',
          owner: 'Node',
        },
      ],
    },
  ],
};

const OPENED = incident('Open', { vmis: [DB, WEB], vmiCount: 2, causes: [DEFINITE], diagnosis: DIAGNOSIS });
const AT_RISK = incident('AtRisk', {
  causes: [
    {
      ...DEFINITE,
      code: 'TaintNotTolerated',
      origin: 'Node',
      summary: 'virt-handler does not tolerate maintenance=soon:NoSchedule on node02.',
    },
  ],
});
const EMPTY = { vmis: [], vmiCount: 0, launcherPods: [], launcherPodCount: 0 };

function resolved(parts: Partial<Incident>): Incident {
  return { ...OPENED, state: 'Resolved', revision: 5, resolvedAt: ENDED, resolution: 'Recovered', ...parts };
}

const VMS_GONE = resolved({
  ...EMPTY,
  resolution: 'WorkloadsGone',
  severity: 'critical',
  goneVmis: [
    { ...DB, fate: 'Failed' },
    { ...WEB, fate: 'Gone' },
  ],
});

/** Names at Kubernetes' limits, and texts that somebody writes who wants to be read as markup, or as more lines. */
const LONG = 'a23456789-'.repeat(25).concat('end');
const MARKUP =
  'Image "<!channel> <@U123> <https://evil.example|kubevirt>" *bold* _it_ ~no~ `code` ```block``` [text](https://evil.example) ' +
  '<at>everyone</at> <b>x</b> **b** # head\n\n- item\r\n\u202Egnp.exe\u2066 & &amp; \u0000\u001B[31m | table @channel @here';
const HOSTILE = incident('Open', {
  node: LONG,
  causes: [{ ...LIKELY, code: 'ImagePullFailure', summary: MARKUP }],
  vmis: [
    { namespace: 'n'.repeat(63), name: LONG, uid: 'uid-long' },
    { namespace: 'shop', name: '<!channel> *db* _x_ `y` <at>all</at>\nsecond', uid: 'uid-markup' },
  ],
  vmiCount: 2,
  launcherPods: [{ namespace: 'shop', name: 'virt-launcher-<!here>\u202E-abcde' }],
  launcherPodCount: 1,
  diagnosis: {
    diagnosedAt: NOW,
    causes: [
      {
        ...LIKELY,
        code: 'ImagePullFailure',
        summary: MARKUP,
        mitigations: [
          {
            code: 'FixImage',
            summary: `Look at ${MARKUP}`,
            command: `kubectl get pods -n shop '<!channel> & </code> *x* "q"'`,
            risk: 'Low',
            owner: 'None',
          },
        ],
      },
    ],
  },
});

function named(count: number): Incident['vmis'] {
  return Array.from({ length: count }, (_, index) => {
    const name = `vm-${String(index).padStart(4, '0')}`;
    return { namespace: 'farm', name, uid: `uid-${name}` };
  });
}

function pods(vmis: Incident['vmis']): Incident['launcherPods'] {
  return vmis.map(({ namespace, name }) => ({ namespace, name: `virt-launcher-${name}-x7k2p` }));
}

const MANY = incident('Open', {
  causes: [DEFINITE],
  vmis: named(250),
  vmiCount: 5_000,
  launcherPods: pods(named(250)),
  launcherPodCount: 5_001,
});

/** Forty nodes that one change of the placement left without virt-handler. */
const STORM: readonly Incident[] = Array.from({ length: 40 }, (_, index) => ({
  ...OPENED,
  node: `node${String(index + 1).padStart(2, '0')}`,
  nodeUid: `uid-node${index + 1}`,
  vmis: named((index % 4) + 1),
  vmiCount: (index % 4) + 1,
}));
const STORM_OVER = STORM.map((one, index) => ({
  ...(index === 6 ? VMS_GONE : resolved({})),
  node: one.node,
  nodeUid: one.nodeUid,
}));

const WAITING = remediationOf({ run: aRun() });
const APPROVAL = {
  url: 'https://ops.example/approve?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyIn0.c2lnbmF0dXJl',
  until: at('2026-08-22T10:15:00Z'),
};
const REFUSED = remediationOf({
  run: aRun({
    mode: 'Auto',
    gates: [{ code: 'NotPaused', open: false, message: 'Pause "upgrade" holds for node02.' }],
    refusedFor: ['NotPaused'],
  }),
});

interface Telling {
  readonly intent: Intent;
  readonly announcement: Announcement;
  readonly incident: Incident;
  readonly message?: Message;
  readonly remediation?: Pick<MessageContext, 'remediation' | 'approval'>;
}

/** A notice of an incident, as the notify function makes it. */
export function noticeOf({ intent, announcement, incident: told, message, remediation }: Telling): Notice {
  const { clusterName, uid } = CONTEXT;
  return {
    intent,
    isAboutRemediation: remediation !== undefined,
    message: message ?? composeMessage(told, { ...CONTEXT, ...remediation }),
    event: incidentEvent(told, { announcement, uid, at: NOW, clusterName, traceparent: undefined }),
    vmis: [
      ...told.vmis,
      ...told.goneVmis.map(({ namespace, name, uid: vmi }) => ({ namespace, name, uid: vmi })),
    ],
    launcherPods: told.launcherPods,
    nodeUid: told.nodeUid,
    now: NOW,
  };
}

function storm(intent: Intent, announcement: Announcement, incidents: readonly Incident[]): Notice {
  const leader = incidents[1] as Incident;
  return noticeOf({
    intent,
    announcement,
    incident: leader,
    message: composeStorm(incidents, leader, CONTEXT),
  });
}

/** The set of notices that every channel's golden files show, made anew with every call. */
export function notices(): Readonly<Record<string, Notice>> {
  const opened = (one: Incident): Notice =>
    noticeOf({ intent: 'open', announcement: 'opened', incident: one });
  const over = (one: Incident): Notice =>
    noticeOf({ intent: 'resolve', announcement: 'resolved', incident: one });
  const nodeGone = resolved({ ...EMPTY, resolution: 'NodeGone', goneVmis: [{ ...WEB, fate: 'Gone' }] });
  const repair = (remediation: Pick<MessageContext, 'remediation' | 'approval'>): Notice =>
    noticeOf({ intent: 'update', announcement: 'updated', incident: OPENED, remediation });
  return {
    opened: opened(OPENED),
    'waits-for-approval': repair({ remediation: WAITING, approval: APPROVAL }),
    'repair-refused': repair({ remediation: REFUSED }),
    'repair-failed': repair({ remediation: remediationOf({ attempts: [anAttempt()] }) }),
    'at-risk': noticeOf({ intent: 'open', announcement: 'at-risk', incident: AT_RISK }),
    suspected: noticeOf({ intent: 'open', announcement: 'suspected', incident: incident('Suspected') }),
    recovered: over(resolved({})),
    'vms-gone': over(VMS_GONE),
    'node-gone': over(nodeGone),
    'storm-open': storm('open', 'opened', STORM),
    'storm-resolved': storm('resolve', 'resolved', STORM_OVER),
    'hostile-names': opened(HOSTILE),
    'five-thousand-vmis': opened(MANY),
  };
}
