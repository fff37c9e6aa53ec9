/** The lab's own services as the gateway serves them: which actions are theirs, and in which region. */
import { actions } from '../autoscaling/actions';
import { Input } from '../autoscaling/input';
import type { Region } from '../autoscaling/model';
import { targetHealthActions } from '../autoscaling/target-health-actions';
import { AwsError } from '../aws-error';
import type { ControlLoop } from '../control-loop';
import type { MachineFleet } from '../machines/fleet';
import type { QueryService } from './gateway';

export function autoScalingService(loop: ControlLoop, region: Region): QueryService {
  return {
    namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    async answer(action, input, askedRegion) {
      checkRegion(askedRegion, region);
      if (!actions.has(action)) {
        throw new AwsError('InvalidAction', `The lab's Auto Scaling has no action ${action} yet`);
      }
      return loop.answer(action, input);
    },
  };
}

/** The rest of Elastic Load Balancing is moto's. */
export function targetHealthService(loop: ControlLoop, region: Region, fleet: MachineFleet): QueryService {
  return {
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    answer(action, members, askedRegion) {
      const perform = targetHealthActions.get(action);
      if (perform === undefined) return undefined;
      return (async () => {
        checkRegion(askedRegion, region);
        const output = perform(new Input(members), {
          now: Date.now(),
          targetGroups: region.targetGroups,
          facts: (await loop.currentLoadBalancing()).targetGroups,
          isRunning: (id) => fleet.states.get(id) === 'running',
        });
        loop.wake();
        return output;
      })();
    },
  };
}

function checkRegion(asked: string, region: Region): void {
  if (asked === region.name) return;
  throw new AwsError(
    'InvalidClientTokenId',
    `This lab is region ${region.name}; the request was signed for ${asked}. Set AWS_REGION=${region.name}.`,
    403,
  );
}
