/** The numbers of a rehearsal that nobody set. The command line, its help and the report all read them here. */
export const rehearsalDefaults = {
  /** Requests in one run of ab. */
  requests: 100_000,
  /** Connections that ab keeps busy at once. */
  concurrency: 100,
  /** How many times faster than on AWS alarms and warm-up run. Requests, boots and drains are real. */
  speed: 10,
  /** Runs of ab, at most, until a new instance has served its share. */
  maximumRuns: 5,
  /** The part of a run's requests that an instance added under load has to serve. */
  newInstanceShare: 0.1,
} as const;
