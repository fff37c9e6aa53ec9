import type { LabEvent } from '../events';

export type EventOf<Type extends LabEvent['type']> = Extract<LabEvent, { type: Type }>;

/** Turns an event's time into seconds since the start. */
export type Since = (at: number) => number;

export function all<Type extends LabEvent['type']>(events: readonly LabEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}
