/** What the views show, folded from the events one by one. */
import type { LabEvent, Phase } from '../../lab/events';
import type { EventOf } from '../../lab/report/select';

export interface ViewState {
  readonly startedAt?: number;
  readonly phase?: { readonly name: Phase; readonly startedAt: number };
  readonly terraform?: {
    readonly done: number;
    readonly total: number;
    /** The resources under way, longest first. */
    readonly running: readonly { readonly address: string; readonly startedAt: number }[];
  };
  readonly capacity?: { readonly desired: number; readonly inService: number };
  readonly instances: ReadonlyMap<string, InstanceState>;
  /** The latest datapoint of each alarm, by policy and direction. */
  readonly alarms: ReadonlyMap<string, EventOf<'datapoint'>>;
  readonly alarmStates: ReadonlyMap<string, string>;
  readonly requestsPerSecond?: number;
  /** Answers of 5xx and resets since the start. */
  readonly lost: number;
  readonly load?: { readonly run: number; readonly startedAt: number; readonly answered: number };
  readonly url?: string;
}

export interface InstanceState {
  readonly zone: string;
  readonly lifecycle: string;
  readonly health?: string;
  readonly cpu?: number;
}

export const initialState: ViewState = {
  instances: new Map(),
  alarms: new Map(),
  alarmStates: new Map(),
  lost: 0,
};

export function advance(before: ViewState, event: LabEvent): ViewState {
  const state = before.startedAt === undefined ? { ...before, startedAt: event.at } : before;
  switch (event.type) {
    case 'phase':
      return withPhase(state, event);
    case 'terraform':
      return withTerraform(state, event);
    case 'capacity':
      return { ...state, capacity: { desired: event.desired, inService: event.inService } };
    case 'instance':
      return event.state === 'Terminated'
        ? without(state, event.instanceId)
        : withInstance(state, event.instanceId, { zone: event.zone, lifecycle: event.state });
    case 'target':
      return withInstance(state, event.instanceId, { health: event.state });
    case 'cpu':
      return withInstance(state, event.instanceId, { cpu: event.percent });
    case 'datapoint':
      return {
        ...state,
        alarms: new Map(state.alarms).set(`${event.policy} ${event.direction}`, event),
      };
    case 'alarm':
      return { ...state, alarmStates: new Map(state.alarmStates).set(event.alarm, event.state) };
    case 'requests':
      return {
        ...state,
        requestsPerSecond: event.total,
        lost: state.lost + event.target5xx + event.balancer5xx + event.resets,
        load: state.load && { ...state.load, answered: state.load.answered + event.total },
      };
    case 'load':
      return {
        ...state,
        load: event.state === 'started' ? { run: event.run, startedAt: event.at, answered: 0 } : undefined,
      };
    case 'url':
      return { ...state, url: event.url };
    default:
      return state;
  }
}

function withPhase(state: ViewState, { phase, state: step, at }: EventOf<'phase'>): ViewState {
  if (step === 'started') return { ...state, phase: { name: phase, startedAt: at }, terraform: undefined };
  return state.phase?.name === phase ? { ...state, phase: undefined, terraform: undefined } : state;
}

function withTerraform(state: ViewState, event: EventOf<'terraform'>): ViewState {
  const others = (state.terraform?.running ?? []).filter(({ address }) => address !== event.address);
  const isRunning = event.state === 'started' || event.state === 'progress';
  const startedAt = event.at - event.elapsedSeconds * 1000;
  const running = isRunning ? [...others, { address: event.address, startedAt }] : others;
  return {
    ...state,
    terraform: {
      done: event.done,
      total: event.total,
      running: running.sort((one, other) => one.startedAt - other.startedAt),
    },
  };
}

function withInstance(state: ViewState, instanceId: string, change: Partial<InstanceState>): ViewState {
  const known = state.instances.get(instanceId);
  // Health and CPU may still be told of an instance that is gone; only its lifecycle brings one in.
  if (known === undefined && change.lifecycle === undefined) return state;
  const instance = { zone: '', lifecycle: '', ...known, ...change };
  return { ...state, instances: new Map(state.instances).set(instanceId, instance) };
}

function without(state: ViewState, instanceId: string): ViewState {
  const instances = new Map(state.instances);
  instances.delete(instanceId);
  return { ...state, instances };
}
