variable "credentials" {
  description = "Credentials by name, each with a database of its own and the service that uses it."
  type = map(object({
    database    = string
    image       = string
    command     = optional(list(string))
    environment = optional(map(string), {})
  }))
}

variable "database_writer" {
  description = "Where the PostgreSQL server answers."
  type = object({
    host = string
    port = optional(number, 5432)
  })
}

variable "ca_bundle" {
  description = "PEM of the authorities that signed the server's certificate, where it is not RDS."
  type        = string
  default     = null
}

variable "admin_secret_arn" {
  description = "Secret with the admin's username and password."
  type        = string
}

variable "client_security_group_ids" {
  description = "Security groups whose members may connect to the database."
  type        = list(string)
}

variable "operator_role_arns" {
  description = "Roles of people who may rotate."
  type        = list(string)
  default     = []
}
