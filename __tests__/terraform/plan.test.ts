import { readPlan } from '../../lab/terraform/plan';

const change = (address: string, ...actions: string[]) => ({ address, change: { actions } });

describe('a plan', () => {
  test('is empty when nothing but no-ops are in it', () => {
    const json = JSON.stringify({
      resource_changes: [change('aws_lb.web', 'no-op')],
      output_changes: { url: { actions: ['no-op'] } },
    });
    expect(readPlan(json)).toEqual({ changes: [], outputsChanged: false, empty: true });
  });

  test('lists what would change, a replacement with both its actions', () => {
    const json = JSON.stringify({
      resource_changes: [
        change('aws_lb.web', 'no-op'),
        change('aws_lb_target_group.web', 'create', 'delete'),
      ],
    });
    expect(readPlan(json)).toEqual({
      changes: [{ address: 'aws_lb_target_group.web', actions: ['create', 'delete'] }],
      outputsChanged: false,
      empty: false,
    });
  });

  test('is not empty when only an output changes', () => {
    expect(readPlan(JSON.stringify({ output_changes: { url: { actions: ['update'] } } }))).toMatchObject({
      outputsChanged: true,
      empty: false,
    });
  });
});
