import { ApplyPool } from '../support/apply-pool';
import { configurations } from '../support/configurations';

const applicable = configurations.filter(({ notInMoto }) => notInMoto === undefined);
const pool = new ApplyPool(applicable);

describe('Terraform applies to the embedded AWS, changes nothing with a second plan, and destroys without remains, a service', () => {
  beforeAll(() => pool.start());
  afterAll(() => pool.ended(), 300_000);

  // Results come in the pool's own time: the first test waits for the first of them, and the last for all.
  test.each(applicable)(
    '$title',
    async (configuration) => {
      const { applied, changedAgain, secondPlanIsEmpty, before, after } = await pool.resultOf(configuration);
      expect(applied.added).toBeGreaterThan(10);
      expect(changedAgain).toEqual([]);
      expect(secondPlanIsEmpty).toBe(true);
      expect(after).toEqual(before);
    },
    1_200_000,
  );
});
