#!/bin/sh
# Of the image that .ci/run builds where localstack/localstack cannot be pulled.
export GATEWAY_LISTEN="${GATEWAY_LISTEN:-0.0.0.0:4566}" DNS_ADDRESS=0 SKIP_SSL_CERT_DOWNLOAD=1 PYTHONUNBUFFERED=1
exec /opt/localstack/bin/python -m localstack.runtime.main
