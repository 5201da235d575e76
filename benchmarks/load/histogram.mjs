// Latencies in milliseconds, in bins of one per cent, so that millions cost no memory.

const BASE = Math.log(1.01);
const SMALLEST = 0.01;

export class Histogram {
  constructor() {
    /** @type {Map<number, number>} */
    this.bins = new Map();
    this.count = 0;
  }

  /** @param {number} milliseconds */
  add(milliseconds) {
    const bin = Math.round(Math.log(Math.max(milliseconds, SMALLEST)) / BASE);
    this.bins.set(bin, (this.bins.get(bin) ?? 0) + 1);
    this.count += 1;
  }

  /**
   * The value that this share (0 to 1) of all lies at or below; null where there is none.
   * @param {number} share
   */
  quantile(share) {
    let left = Math.max(1, Math.ceil(share * this.count));
    for (const bin of [...this.bins.keys()].sort((one, other) => one - other)) {
      left -= this.bins.get(bin) ?? 0;
      if (left <= 0) return Math.exp(bin * BASE);
    }
    return null;
  }

  summary() {
    return { p50: this.quantile(0.5), p95: this.quantile(0.95), p99: this.quantile(0.99), count: this.count };
  }
}
