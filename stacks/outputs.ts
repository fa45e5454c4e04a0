/** What each stack gives out: names and ARNs, never a value. */
export const OUTPUTS = {
  database: {
    client_security_group_id: 'Security group whose members may connect to the database.',
  },
  rotation: {
    active_secret_arns:
      'What a task definition names, by credential: ARN of the secret to read, or of the parameter; of the delivery entrypoint pointer, blue and green.',
    alarm_topic_arn: 'SNS topic that the alarms tell.',
    orchestrator_function_name: 'Function that moves services onto rotated credentials.',
    rotator_function_name: 'Function that Secrets Manager calls; preflight and verify are asked of it.',
    secrets_key_arn: 'Key of the secrets: whoever reads one needs kms:Decrypt on it.',
  },
  service: {
    cluster_arn: 'ECS cluster of the services.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Outputs<Stack extends keyof typeof OUTPUTS> = Readonly<
  Record<keyof (typeof OUTPUTS)[Stack], unknown>
>;
