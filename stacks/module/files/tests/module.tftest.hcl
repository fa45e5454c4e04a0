# terraform test: offline, with a provider that only pretends.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_data "aws_vpc" {
    defaults = { id = "vpc-11111111" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:111122223333:function:mock" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:mock-AbCdEf" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:111122223333:mock" }
  }
}

variables {
  prefix                    = "shop/prod"
  name                      = "app"
  database_name             = "shop"
  database_writer           = { host = "shop.example.internal" }
  admin_secret_arn          = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin-AbCdEf"
  vpc_id                    = "vpc-11111111"
  subnet_ids                = ["subnet-11111111", "subnet-22222222"]
  client_security_group_ids = ["sg-11111111"]
  consumers                 = [{ cluster = "shop", service = "web" }]
  reader_role_arns          = ["arn:aws:iam::111122223333:role/web"]
}

run "one_credential" {
  assert {
    condition     = output.active_secret_arn == aws_secretsmanager_secret.credential_active.arn
    error_message = "The output does not name the active secret."
  }
  assert {
    condition     = aws_secretsmanager_secret.credential_blue.name == "shop/prod/app/blue"
    error_message = "The secrets do not lie under prefix and name."
  }
  assert {
    condition = jsondecode(aws_ssm_parameter.credential_config.insecure_value).slots == {
      blue  = { user = "app_blue", secretArn = aws_secretsmanager_secret.credential_blue.arn }
      green = { user = "app_green", secretArn = aws_secretsmanager_secret.credential_green.arn }
    }
    error_message = "The roles are not named after the credential."
  }
  assert {
    condition     = length(aws_kms_key.secrets-key_key) == 1 && length(aws_sns_topic.alarm-topic_topic) == 1
    error_message = "Key and topic are not made."
  }
  assert {
    condition = length([
      for one in data.aws_iam_policy_document.rotator_function_policy.statement : one if one.sid == "AdminKey"
    ]) == 0
    error_message = "A key is allowed that was not given."
  }
}

run "everything_given" {
  variables {
    name               = "Big-One"
    users              = { blue = "shop", green = "shop \"two\" \\ ü" }
    owner_role         = "shop_owner"
    own_database       = true
    url_options        = "sslmode=verify-full&application_name=\"x\""
    password           = { length = 64, exclude = "\"\\%$${}" }
    admin_key_arn      = "arn:aws:kms:eu-central-1:111122223333:key/admin"
    ca_bundle          = "-----BEGIN CERTIFICATE-----"
    database_readers   = [{ host = "one.example.internal" }, { host = "two.example.internal", port = 6432 }]
    create_kms_key     = false
    kms_key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/given"
    create_alarm_topic = false
    alarm_topic_arn    = "arn:aws:sns:eu-central-1:111122223333:given"
    dashboard          = false
    operator_role_arns = ["arn:aws:iam::111122223333:role/oncall"]
    tags               = { team = "shop" }
    schedule = {
      blue  = { cron = "cron(0 3 ? * MON *)" }
      green = { cron = "cron(0 3 ? * THU *)", window_hours = 4 }
    }
    consumers = [for number in range(50) : { cluster = "shop", service = "service-${number}" }]
  }

  assert {
    condition = jsondecode(aws_ssm_parameter.credential_config.insecure_value) == {
      schema          = 1
      credential      = "Big-One"
      strategy        = "dual-user"
      delivery        = "secret"
      database        = "shop"
      ownDatabase     = true
      ownerRole       = "shop_owner"
      activeSecretArn = aws_secretsmanager_secret.credential_active.arn
      slots = {
        blue  = { user = "shop", secretArn = aws_secretsmanager_secret.credential_blue.arn }
        green = { user = "shop \"two\" \\ ü", secretArn = aws_secretsmanager_secret.credential_green.arn }
      }
      urlOptions            = "sslmode=verify-full&application_name=\"x\""
      password              = { length = 64, exclude = "\"\\%$${}" }
      consumers             = [for number in range(50) : { cluster = "shop", service = "service-${number}" }]
      groupWith             = []
      rollout               = { deadlineSeconds = 3600, drainAlarmSeconds = 86400, skewSeconds = 5, visibilitySeconds = 30 }
      rotatorTimeoutSeconds = 60
    }
    error_message = "The configuration document does not say what the variables say."
  }
  assert {
    condition     = length(aws_kms_key.secrets-key_key) == 0 && output.secrets_key_arn == var.kms_key_arn
    error_message = "The key that was given is not used."
  }
  assert {
    condition     = length(aws_sns_topic.alarm-topic_topic) == 0 && output.alarm_topic_arn == var.alarm_topic_arn
    error_message = "The topic that was given is not used."
  }
  assert {
    condition     = length(aws_cloudwatch_dashboard.dashboard_dashboard) == 0
    error_message = "There is a dashboard that nobody wanted."
  }
  assert {
    condition = length(setsubtract(
      [for one in var.consumers : "arn:aws:ecs:eu-central-1:111122223333:service/${one.cluster}/${one.service}"],
      flatten([for rule in aws_cloudwatch_event_rule.credential-wake-ups_changes : jsondecode(rule.event_pattern).resources])
    )) == 0
    error_message = "Not every consumer wakes the orchestrator."
  }
  assert {
    condition     = length(distinct(aws_cloudwatch_event_rule.credential-wake-ups_changes[*].name)) == 25
    error_message = "Two rules have one name."
  }
  assert {
    condition     = aws_secretsmanager_secret.credential_active.tags == tomap({ team = "shop", "tandem:installation" = "shop/prod" })
    error_message = "The tags are not those that were given."
  }
  assert {
    condition     = jsondecode(aws_lambda_function.rotator_function_function.environment[0].variables["TANDEM_DATABASE"]).readers[1].port == 6432
    error_message = "The readers are not in the environment."
  }
  assert {
    condition     = aws_lambda_function.rotator_function_function.environment[0].variables["TANDEM_CA_BUNDLE"] == "-----BEGIN CERTIFICATE-----"
    error_message = "The authorities are not in the environment."
  }
}

run "longest_names" {
  variables {
    prefix = "tandem/a-prefix-of-32-characters"
    name   = format("n%039d", 0)
    consumers = [for number in range(4) : {
      cluster = format("%0255d", number)
      service = format("%0255d", number)
    }]
  }

  assert {
    condition = alltrue([
      for rule in concat(aws_cloudwatch_event_rule.credential-wake-ups_changes, aws_cloudwatch_event_rule.credential-wake-ups_tasks) :
      length(rule.event_pattern) <= 2048 - 3 * 100 && length(rule.name) <= 64
    ])
    error_message = "A pattern or a name is too long; the secrets here are 100 characters shorter than they can be."
  }
  assert {
    condition     = length(aws_iam_role.rotator_function_role.name) <= 64 && length(aws_sqs_queue.orchestrator_wake-ups_dead.name) <= 80
    error_message = "A name is too long."
  }
  assert {
    condition     = aws_ssm_parameter.credential_config.tier == "Advanced"
    error_message = "The document does not fit the parameter."
  }
}
