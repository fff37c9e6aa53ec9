/**
 * How fast the lab's slow clocks run. Alarms, metric periods and warm-up run `speed` times faster than on
 * AWS, so that a scale-in of 15 minutes can be watched; everything else takes the time it takes.
 */
export class Pace {
  constructor(readonly speed: number) {}

  /** Real milliseconds that stand for so many seconds on AWS. */
  milliseconds(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }
}
