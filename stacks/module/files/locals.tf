locals {
  role_stem = replace(lower(var.name), "-", "_")
  users = {
    blue  = try(var.users.blue, "${local.role_stem}_blue")
    green = try(var.users.green, "${local.role_stem}_green")
  }
  owner_role = coalesce(var.owner_role, "${local.role_stem}_owner")

  # A rule's pattern has at most 2,048 characters, and beside three secrets two services of the longest names fit.
  consumer_chunks = chunklist(var.consumers, 2)

  # A standard parameter holds 4 KB, and all but the consumers needs at most half of it.
  parameter_tier = length(jsonencode(var.consumers)) > 2000 ? "Advanced" : "Standard"
}

# When the windows open, in numbers: day and hour in a month, whose shortest has 28 days, or in a week.
locals {
  hour    = "(?P<hour>[0-9]|1[0-9]|2[0-3])"
  monthly = "^cron\\(0 ${local.hour} (?P<day>[1-9]|1[0-9]|2[0-8]) \\* \\? \\*\\)$"
  weekly  = "^cron\\(0 ${local.hour} \\? \\* (?P<day>MON|TUE|WED|THU|FRI|SAT|SUN) \\*\\)$"
  hour_of = "^cron\\(0 ([0-9]+) "
  days    = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]

  openings = { for slot, schedule in var.schedule : slot => try(
    one([for found in [regex(local.monthly, schedule.cron)] : {
      period = 28 * 24, hour = tonumber(found.hour), day = tonumber(found.day)
    }]),
    one([for found in [regex(local.weekly, schedule.cron)] : {
      period = 7 * 24, hour = tonumber(found.hour), day = index(local.days, found.day)
    }]),
    null,
  ) }

  # From the opening of each slot's window until the next one of the other slot.
  hours_until_other = try({ for slot, other in { blue = "green", green = "blue" } : slot => (
    (
      (local.openings[other].day - local.openings[slot].day) * 24
      + local.openings[other].hour - local.openings[slot].hour
      + local.openings[slot].period
    ) % local.openings[slot].period
  ) }, {})
}
