import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret';
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { addStacks, defineConfiguration, secretName } from 'tandem-rotation';

const PREFIX = 'shop/prod';
const REGION = 'eu-central-1';

/** The application's own stack, as it was, but for where its task definition reads the credential. */
class Shop extends TerraformStack {
  constructor(scope: Construct, id: string, executionRoleArn: string) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: REGION });
    const active = new DataAwsSecretsmanagerSecret(this, 'active', {
      name: secretName(PREFIX, 'app', 'active'),
    });
    new EcsTaskDefinition(this, 'web', {
      family: 'shop-web',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn,
      containerDefinitions: JSON.stringify([
        {
          name: 'web',
          image: 'example/shop:1',
          // One variable is one read: a rotation cannot come between name and password.
          secrets: [{ name: 'DATABASE_URL', valueFrom: `${active.arn}:url::` }],
        },
      ]),
    });
  }
}

const app = new App();
const executionRoleArn = 'arn:aws:iam::111122223333:role/shop-execution';

const { rotation } = addStacks(
  app,
  defineConfiguration({
    prefix: PREFIX,
    region: REGION,
    database: {
      name: 'shop',
      existing: {
        instanceIdentifier: 'shop-db',
        adminSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-admin-AbCdEf',
        clientSecurityGroupIds: ['sg-0123456789abcdef0'],
      },
    },
    credentials: {
      app: {
        consumers: [{ cluster: 'shop', service: 'web' }],
        readerRoleArns: [executionRoleArn],
      },
    },
  }),
);

new Shop(app, 'shop', executionRoleArn).addDependency(rotation);
app.synth();
