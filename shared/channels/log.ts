import type { Channel, ChannelAbilities, Receipt } from '../runtime/channel.ts';
import type { Log } from '../runtime/ports.ts';

export interface LogChannelOptions {
  readonly name: string;
  readonly log: Log;
}

const ABILITIES: ChannelAbilities = {
  updates: 'as a new message',
  threads: false,
  resolves: false,
  // Every line is a line, also the second of the same.
  deduplicates: false,
  signed: false,
  storms: true,
  remediation: true,
  keepAliveMs: undefined,
};

/** The process' own log: a line for each notice, for whoever has no other channel and for whoever collects logs. Never fails. */
export function createLogChannel({ name, log }: LogChannelOptions): Channel {
  return {
    name,
    abilities: ABILITIES,
    async send({ intent, message, isAboutRemediation }): Promise<Receipt> {
      const { key, revision, node, nodeCount, state, severity, cause, isBadEnd, title, remediation } =
        message;
      const facts = {
        channel: name,
        intent,
        node,
        nodeCount,
        incident: key,
        revision,
        state,
        severity,
        cause,
        ...(remediation === undefined ? {} : { remediation: remediation.stage }),
      };
      const text = isAboutRemediation ? (remediation?.headline ?? title) : title;
      const isInfo = severity === 'info' || (state === 'Resolved' && !isBadEnd);
      if (isInfo) log.info(facts, text);
      else log.warn(facts, text);
      return { externalId: undefined };
    },
  };
}
