/** A row of numbers as a row of blocks, for terminals and Markdown alike. */
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Each column shows the highest of the values that fall into it; `top` is drawn as a full block. */
export function sparkline(values: readonly number[], top: number, width: number): string {
  const columns = Math.min(width, values.length);
  let line = '';
  for (let column = 0; column < columns; column += 1) {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    line += block(Math.max(...values.slice(from, to)) / top);
  }
  return line;
}

function block(share: number): string {
  const level = Math.round(Math.max(0, Math.min(1, share || 0)) * (blocks.length - 1));
  return blocks[level] ?? '';
}
