/**
 * For clients of services whose quotas are small and an account's: credentials that flip at once wait for each other. ECS
 * lets five UpdateService a second through ("Request throttling", Amazon ECS API Reference), Parameter Store three
 * PutParameter (not documented; AWS Support, github-aws-runners/terraform-aws-github-runner, issue 2944). Eight attempts wait
 * about half a minute in all, where a look would otherwise end and the next one might come with the sweep.
 */
export const QUOTA_PATIENCE = { maxAttempts: 8 } as const;
