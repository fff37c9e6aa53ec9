/** What `/metrics` tells, in Prometheus's text format: Node's own figures, and the app's requests. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export class Metrics {
  readonly registry = new Registry();
  readonly #shed: Counter;
  readonly #inFlight: Gauge;
  /** By class of status, `2xx`; looked up once, since a lookup by label costs more than the observation. */
  readonly #durations: readonly Histogram.Internal<'status'>[];
  #requestsInFlight = 0;

  constructor(worker: string | undefined) {
    const { registry } = this;
    const registers = [registry];
    if (worker !== undefined) registry.setDefaultLabels({ worker });
    collectDefaultMetrics({ register: registry });
    const duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: "Time from the request's head to the answer's, by class of status; health checks are not counted.",
      labelNames: ['status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#durations = ['1xx', '2xx', '3xx', '4xx', '5xx'].map((status) => duration.labels(status));
    this.#shed = new Counter({
      name: 'http_requests_shed_total',
      help: 'Requests answered 503 because the event loop was late.',
      registers,
    });
    this.#inFlight = new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being answered.',
      registers,
      collect: () => this.#inFlight.set(this.#requestsInFlight),
    });
  }

  requestStarted(): void {
    this.#requestsInFlight += 1;
  }

  requestEnded(status: number, seconds: number): void {
    this.#requestsInFlight -= 1;
    this.#durations[Math.floor(status / 100) - 1]?.observe(seconds);
  }

  requestShed(): void {
    this.#shed.inc();
  }
}
