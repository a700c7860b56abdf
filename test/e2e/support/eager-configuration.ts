import type { Configuration } from './deploy.ts';

/** After how long people are told again of what is still open. */
export const REPEAT_SECONDS = 60;
/** Of Alertmanager. */
export const ALERT_TOKEN = 'correct-horse-battery-staple';

/** What is repaired without asking, at once; whom Kubernetes Events tell of it. */
export const CONFIGURATION: Configuration = {
  settings: {
    GRACE_SECONDS: '0',
    LOG_LEVEL: 'warn',
    NOTIFY_CONFIG: '/etc/kubevirt-orphans/config/notify.yaml',
    REMEDIATE_CONFIG: '/etc/kubevirt-orphans/config/remediate.yaml',
    ALERT_WEBHOOK_TOKEN_FILE: '/etc/kubevirt-orphans/secrets/alert-token',
  },
  files: {
    'notify.yaml': {
      channels: [{ name: 'events', type: 'kubernetes-events' }],
      routes: [
        {
          match: { nodeLabels: { 'kubernetes.io/os': '*' } },
          channels: ['events'],
          repeatSeconds: REPEAT_SECONDS,
        },
      ],
      diagnosisWaitSeconds: 0,
    },
    'remediate.yaml': {
      mode: 'Auto',
      budget: { nodes: 1, percent: 100 },
      holdOffSeconds: 0,
      cooldownSeconds: 0,
      stormCooldownSeconds: 0,
    },
  },
  secrets: { 'alert-token': ALERT_TOKEN },
};
