output "location" {
  description = "What to give the command: checkpoint --store <location>/<pipeline>."
  value       = "s3://${aws_s3_bucket.checkpoints.bucket}"
}

output "reader_policy_arn" {
  value = aws_iam_policy.reader.arn
}

output "writer_policy_arn" {
  description = "To be attached together with the reader policy."
  value       = aws_iam_policy.writer.arn
}
