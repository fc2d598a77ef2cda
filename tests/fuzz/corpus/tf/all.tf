terraform {
  backend "s3" { # x
    profile = "a-${b("}")}"
  }
}
provider "aws" {
  profile = "prod"
  x = <<-EOT
  }
  EOT
  access_key = var.k /* } */
}
