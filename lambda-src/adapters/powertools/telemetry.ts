import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Fields, Measure, Telemetry } from '../../ports/world';

/** Structured JSON logs, and metrics in CloudWatch's embedded metric format. */
export class PowertoolsTelemetry implements Telemetry {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  info(message: string, fields: Fields = {}): void {
    this.logger.info(message, { ...fields });
  }

  warn(message: string, fields: Fields = {}): void {
    this.logger.warn(message, { ...fields });
  }

  error(message: string, error: unknown, fields: Fields = {}): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    this.logger.error(message, { ...fields, error: cause });
  }

  /** One line per occurrence, with the credential as a dimension of its own. */
  count(metric: string, credential: string): void {
    const single = this.metrics.singleMetric();
    single.addDimension('credential', credential);
    single.addMetric(metric, MetricUnit.Count, 1);
  }

  /** One line for all of them. */
  measure(measures: readonly Measure[], credential: string): void {
    this.metrics.addDimension('credential', credential);
    for (const { metric, value, unit } of measures) this.metrics.addMetric(metric, unit, value);
    this.metrics.publishStoredMetrics();
  }
}
