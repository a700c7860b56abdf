/** What the losses of one VMI are told from. */
export interface LossFacts {
  readonly phase: string;
  /** Where the VMI is; empty until it is scheduled. */
  readonly node: string;
  readonly deleting: boolean;
  readonly runStrategy: string | null;
  readonly evictionStrategy: string | null;
  readonly liveMigratable: boolean | null;
  readonly migration: { readonly sourceNode: string; readonly targetNode: string } | null;
}

/** Lost for every VMI, at once. Source: facts/kubevirt.md, 3.3. */
const ALWAYS = [
  'Console, VNC, USB redirection and vsock connections are refused; the guest itself keeps running.',
  'Pause, unpause, freeze, reset, soft reboot, screenshots and guest agent queries fail.',
  'Hotplug does nothing, and the status (addresses, guest agent, conditions) stays as it was.',
  'Its kubevirt_vmi_* metrics of CPU, memory, network and storage are missing.',
] as const;

/** The same in short, with what else no VMI is spared: for messages, which tell of many. */
export const LOST_FOR_EVERY_VMI = [
  'Console, VNC, USB redirection, vsock',
  'Pause, unpause, freeze, reset, soft reboot, screenshots, guest agent queries',
  'A clean stop: stopping, restarting or deleting power-cuts the guest',
  'Live migration, so that a drain of the node hangs or kills VMs',
  'Hotplug, and news in the status',
  'kubevirt_vmi_* metrics of CPU, memory, network and storage',
] as const;

/** Says what is lost while nothing manages a VMI: at most nine sentences, the worst last. */
export function describeLosses(facts: LossFacts): readonly string[] {
  return [
    ...ALWAYS,
    ...(facts.phase === 'Scheduled'
      ? ['It stays Scheduled and does not get to Running: only virt-handler starts it.']
      : []),
    ...selfShutdown(facts),
    migrationLoss(facts),
    drainLoss(facts),
    facts.deleting
      ? 'It is being deleted: the guest is not asked to shut down, it is power-cut when its grace period is over.'
      : 'Stopping, restarting or deleting it power-cuts the guest after its grace period instead of shutting it down.',
  ];
}

/** Nobody records the end of a guest that powers itself off until the heartbeat is stale. Source: facts 3.3. */
function selfShutdown({ runStrategy, phase }: LossFacts): readonly string[] {
  if (phase !== 'Running') return [];
  const end =
    'A guest that powers itself off is taken for running until the heartbeat is 5 min old, then for failed';
  const restarts = runStrategy === 'Always' || runStrategy === 'RerunOnFailure';
  return [restarts ? `${end}, and is started again elsewhere.` : `${end}.`];
}

/** Only the source's virt-handler starts and ends a migration, and none of its phases from then on has a timeout. */
function migrationLoss({ migration, liveMigratable, node }: LossFacts): string {
  const slots = 'and holds one of the slots for migrations (by default 2 per node, 5 per cluster)';
  if (migration !== null) {
    const { sourceNode, targetNode } = migration;
    const away = sourceNode === node || sourceNode === '';
    return `Its migration ${away ? `to ${targetNode || 'another node'}` : `from ${sourceNode}`} does not finish ${slots}.`;
  }
  if (liveMigratable === false) return 'It cannot be migrated away: it is not live-migratable.';
  return `A migration away does not finish ${slots}.`;
}

/** What the eviction webhook of virt-api answers. Source: facts/kubevirt.md, 2; kubevirt pod-eviction-admitter.go. */
function drainLoss({ evictionStrategy, liveMigratable }: LossFacts): string {
  switch (evictionStrategy) {
    case null:
      return 'What a drain does to it is not known: neither it nor the KubeVirt that was read says an eviction strategy.';
    case 'LiveMigrate':
      return liveMigratable === false
        ? 'A drain of the node hangs: it may not be evicted and cannot be migrated.'
        : 'A drain of the node hangs: it waits for a migration that does not finish.';
    case 'LiveMigrateIfPossible':
      return liveMigratable === true
        ? 'A drain of the node hangs: it waits for a migration that does not finish.'
        : 'A drain of the node kills it: it is not known to be migratable, so the eviction is allowed.';
    case 'External':
      return 'A drain of the node hangs: its eviction is left to an outside controller.';
    default:
      return 'A drain of the node kills it: nothing stands against its eviction.';
  }
}
