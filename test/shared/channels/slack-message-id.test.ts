import { describe, expect, it } from 'vitest';
import { parseSlackMessageId, slackMessageId } from '../../../shared/channels/slack-message-id.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';

const MESSAGE = { state: 'Open', severity: 'warning' } as Message;

describe('the id of a message in Slack', () => {
  it('is read as it was written', () => {
    const id = slackMessageId({ channel: 'C012AB3CD', ts: '1787393520.000200' }, MESSAGE);
    expect(id).toBe('C012AB3CD/1787393520.000200/Open/warning');
    expect(parseSlackMessageId(id)).toEqual({
      channel: 'C012AB3CD',
      ts: '1787393520.000200',
      state: 'Open',
      severity: 'warning',
    });
  });

  it('may know of no state', () => {
    expect(parseSlackMessageId('C012/1.2')).toEqual({
      channel: 'C012',
      ts: '1.2',
      state: undefined,
      severity: undefined,
    });
  });

  it.each([undefined, '', 'C012', 'C012/', '/1.2', '#general/1.2', 'C012/x.y', 'C012/1.2/Open'])(
    'is not %s',
    (text) => {
      expect(parseSlackMessageId(text)).toBeUndefined();
    },
  );
});
