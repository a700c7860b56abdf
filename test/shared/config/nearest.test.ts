import { describe, expect, it } from 'vitest';
import { nearest } from '../../../shared/config/nearest.ts';

const WORDS = ['routes', 'channels', 'critical', 'to'];

describe('the word that was meant', () => {
  it.each([
    ['route', 'routes'],
    ['Routes', 'routes'],
    ['chanels', 'channels'],
    ['channesl', 'channels'],
    ['critcal', 'critical'],
    ['critikall', 'critical'],
    ['criktikall', undefined],
    ['ot', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('by %j is %j', (written, meant) => {
    expect(nearest(written, WORDS)).toBe(meant);
  });

  it('is the nearest of several', () => {
    expect(nearest('slak', ['slack-webhook', 'black', 'slack'])).toBe('slack');
  });
});
