variable "bucket" {
  description = "Name of the bucket to create."
  type        = string
}

variable "kms_key_arn" {
  description = "A KMS key for the objects; null uses keys that S3 manages (SSE-S3)."
  type        = string
  default     = null
}

variable "claim_history_days" {
  description = "Days that replaced versions of claims are kept. Heartbeats write many; none is needed."
  type        = number
  default     = 1
}

variable "tags" {
  description = "Tags of the bucket and the policies."
  type        = map(string)
  default     = {}
}
