# Several credentials of one database server, each with its service, in plain HCL.

terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

module "credential" {
  source   = "../../dist/module"
  for_each = var.credentials

  prefix = "tandem/${each.key}"
  name   = each.key

  database_name             = each.value.database
  own_database              = true
  database_writer           = var.database_writer
  ca_bundle                 = var.ca_bundle
  admin_secret_arn          = var.admin_secret_arn
  vpc_id                    = data.aws_vpc.default.id
  subnet_ids                = data.aws_subnets.default.ids
  client_security_group_ids = var.client_security_group_ids

  consumers          = [{ cluster = "example", service = each.key }]
  reader_role_arns   = [aws_iam_role.execution[each.key].arn]
  operator_role_arns = var.operator_role_arns

  # A real installation leaves this out: then deleted secrets can be restored for 30 days.
  secret_recovery_days = 0
}

resource "aws_ecs_cluster" "example" {
  name = "example"
}

resource "aws_ecs_service" "service" {
  for_each = var.credentials

  name                          = each.key
  cluster                       = aws_ecs_cluster.example.id
  task_definition               = aws_ecs_task_definition.service[each.key].arn
  desired_count                 = 2
  launch_type                   = "FARGATE"
  availability_zone_rebalancing = "DISABLED"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = data.aws_subnets.default.ids
    security_groups  = var.client_security_group_ids
    assign_public_ip = true
  }

  depends_on = [aws_iam_role_policy.execution]
}

# Names the active secret, and never changes when a password does.
resource "aws_ecs_task_definition" "service" {
  for_each = var.credentials

  family                   = each.key
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution[each.key].arn

  container_definitions = jsonencode([{
    name        = "application"
    image       = each.value.image
    command     = each.value.command
    essential   = true
    environment = [for name, value in each.value.environment : { name = name, value = value }]
    secrets = [{
      name      = "DATABASE_URL"
      valueFrom = "${module.credential[each.key].active_secret_arn}:url::"
    }]
  }])
}

resource "aws_iam_role" "execution" {
  for_each = var.credentials

  name = "example-${each.key}-execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "execution" {
  for_each = var.credentials

  name = "read-credential"
  role = aws_iam_role.execution[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = module.credential[each.key].active_secret_arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = module.credential[each.key].secrets_key_arn
      },
    ]
  })
}
