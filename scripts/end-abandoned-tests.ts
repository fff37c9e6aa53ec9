/** Before system tests: ends what a run that was killed has left. Called by jest. */
import { testFolders } from './test-folders';

export default async function endAbandonedTests(): Promise<void> {
  const ended = await testFolders.endAbandoned();
  if (ended.length > 0) console.error(`Tests that were killed had left: ${ended.join(', ')}. Ended.`);
}
