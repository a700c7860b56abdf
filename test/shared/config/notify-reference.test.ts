import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES } from '../../../shared/config/channel-schema.ts';
import { notifyReference } from '../../../shared/config/notify-reference.ts';

describe('the reference of the notification file', () => {
  const keys = notifyReference();
  const rowOf = (name: string) => keys.find(({ key }) => key === name);

  it('has every key once, with all that is to say of it', () => {
    expect(keys.length).toBeGreaterThan(50);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    for (const { unit, allowed, what } of keys) expect([unit, allowed, what]).not.toContain('');
  });

  it('says what is needed, and what holds otherwise', () => {
    expect(rowOf('channels[].name')?.default).toBe('needed');
    expect(rowOf('channels[].timeoutSeconds')).toEqual({
      key: 'channels[].timeoutSeconds',
      unit: 'seconds',
      default: '5',
      allowed: 'whole number, 1 to 30',
      what: 'how long the other side may take for one call',
    });
    expect(rowOf('routes[].channels[]')?.default).toBe('needed');
    expect(rowOf('routes[].match.causes[]')?.default).toBe('');
    expect(rowOf('muteWindows[].to')?.default).toBe('24:00');
  });

  it('tells what types of channels have of their own apart', () => {
    expect(rowOf('channels[mail].url')?.allowed).toContain('smtp');
    expect(rowOf('channels[webhook].url')?.allowed).toContain('https');
    expect(rowOf('channels[].url')).toBeUndefined();
    const types = new Set(keys.map(({ key }) => /^channels\[(.+?)]/.exec(key)?.[1]));
    types.delete(undefined);
    // These two have nothing of their own.
    expect([...types, 'kubernetes-events', 'log'].sort()).toEqual([...CHANNEL_TYPES].sort());
  });
});
