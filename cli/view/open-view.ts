import type { WriteStream } from 'node:tty';
import type { EventStream } from '../../lab/events';
import type { View } from './follower';
import { LineView } from './line-view';
import { LiveView } from './live-view';
import { canRedraw, isColoured } from './terminal';

/** The view that the stream can show: redrawn in place on a terminal, line by line elsewhere. */
export function openView(
  events: EventStream,
  stream: WriteStream,
  settings: { readonly requests?: number } = {},
): View {
  const coloured = isColoured(process.env, stream.isTTY === true);
  return canRedraw(process.env, stream.isTTY === true)
    ? new LiveView(events, stream, coloured, settings)
    : new LineView(events, stream, coloured);
}
