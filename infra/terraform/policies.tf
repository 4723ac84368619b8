locals {
  objects = "${aws_s3_bucket.checkpoints.arn}/*"
  kms     = var.kms_key_arn == null ? [] : [var.kms_key_arn]
}

data "aws_iam_policy_document" "reader" {
  # Without ListBucket S3 answers a GET of an absent checkpoint with 403 instead of 404, as if it
  # were denied.
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning", "s3:GetLifecycleConfiguration"]
    resources = [aws_s3_bucket.checkpoints.arn]
  }
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [local.objects]
  }
  dynamic "statement" {
    for_each = local.kms
    content {
      sid       = "Decrypt"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "writer" {
  statement {
    sid       = "Write"
    actions   = ["s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"]
    resources = [local.objects]
  }
  dynamic "statement" {
    for_each = local.kms
    content {
      sid       = "Encrypt"
      actions   = ["kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "reader" {
  name_prefix = "${var.bucket}-reader-"
  description = "Sees checkpoints in ${var.bucket}: has, get, list, verify."
  policy      = data.aws_iam_policy_document.reader.json
  tags        = var.tags
}

resource "aws_iam_policy" "writer" {
  name_prefix = "${var.bucket}-writer-"
  description = "Saves and clears checkpoints in ${var.bucket}, in addition to the reader policy; deletes no version permanently."
  policy      = data.aws_iam_policy_document.writer.json
  tags        = var.tags
}
