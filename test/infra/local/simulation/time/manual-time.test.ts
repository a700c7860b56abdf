import { expect, it } from 'vitest';
import { ManualTime } from '../../../../../infra/local/simulation/time/manual-time.ts';
import { every } from '../../../../../infra/local/simulation/time/simulation-time.ts';
import { durationMs, epochMs } from '../../../../../shared/domain/units.ts';

const at = (milliseconds: number) => durationMs(milliseconds);

it('lets everything that is due happen, in order, at its time', () => {
  const time = new ManualTime(epochMs(1_000));
  const happened: string[] = [];
  const note = (what: string) => () => happened.push(`${what} at ${time.now()}`);
  time.after(at(20), note('second'));
  time.after(at(10), () => {
    note('first')();
    time.after(at(5), note('planned meanwhile'));
  });
  time.after(at(20), note('third'));
  time.after(at(31), note('later'));
  time.advance(30);
  expect(happened).toEqual(['first at 1010', 'planned meanwhile at 1015', 'second at 1020', 'third at 1020']);
  expect(time.now()).toBe(1_030);
});

it('takes back what was planned', () => {
  const time = new ManualTime(epochMs(0));
  const cancel = time.after(at(10), () => expect.unreachable());
  cancel();
  cancel();
  time.advance(20);
  expect(time.now()).toBe(20);
});

it('repeats until it is told to stop', () => {
  const time = new ManualTime(epochMs(0));
  const times: number[] = [];
  const stop = every(
    time,
    () => at(10),
    () => times.push(time.now()),
  );
  time.advance(35);
  stop();
  time.advance(100);
  expect(times).toEqual([10, 20, 30]);
});

it('does not go back', () => {
  expect(() => new ManualTime(epochMs(0)).advance(-1)).toThrow(RangeError);
});
