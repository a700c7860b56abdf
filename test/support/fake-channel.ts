import type { Channel, ChannelAbilities, Notice, Receipt } from '../../shared/runtime/channel.ts';

/** A channel that keeps what it is told; `answer` may fail, or take its time. */
export class FakeChannel implements Channel {
  readonly name: string;
  readonly abilities: ChannelAbilities;
  /** `intent node revision`, of a storm with the number of nodes. */
  readonly told: string[] = [];
  readonly notices: Notice[] = [];
  readonly previous: (string | undefined)[] = [];
  answer: (notice: Notice) => Promise<Receipt> = () => Promise.resolve({ externalId: undefined });

  constructor(name: string, abilities: Partial<ChannelAbilities> = {}) {
    this.name = name;
    this.abilities = {
      updates: 'no',
      threads: false,
      resolves: false,
      deduplicates: false,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
      ...abilities,
    };
  }

  async send(notice: Notice, previous: string | undefined): Promise<Receipt> {
    const receipt = await this.answer(notice);
    const { node, revision, nodeCount } = notice.message;
    this.told.push(`${notice.intent} ${node} ${nodeCount > 1 ? `and ${nodeCount - 1} more` : revision}`);
    this.notices.push(notice);
    this.previous.push(previous);
    return receipt;
  }
}
