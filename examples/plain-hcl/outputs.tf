output "secrets" {
  description = "The secret to read, by credential."
  value       = { for name, one in module.credential : name => one.active_secret_arn }
}
