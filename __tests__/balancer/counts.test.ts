import { nothingCounted } from '../../lab/balancer/balancer';
import { Counts } from '../../lab/balancer/counts';

const count = (requests: number, http5xx = 0) => ({ ...nothingCounted, requests, http5xx });

test('a target is not charged with what its slot had counted before it came', () => {
  const counts = new Counts();
  counts.begin('i-1', count(100, 7));
  expect(counts.counters(new Map([['i-1', count(103, 8)]])).perTarget).toEqual({ 'i-1': count(3, 1) });
});

test('what it had counted is kept when it is gone, and goes on when it comes back into another slot', () => {
  const counts = new Counts();
  counts.begin('i-1', count(100));
  counts.end('i-1', count(103));
  expect(counts.counters(new Map()).perTarget).toEqual({ 'i-1': count(3) });
  counts.begin('i-1', count(20));
  expect(counts.counters(new Map([['i-1', count(25)]])).perTarget).toEqual({ 'i-1': count(8) });
  counts.end('i-1', count(26));
  expect(counts.counters(new Map()).perTarget).toEqual({ 'i-1': count(9) });
});
