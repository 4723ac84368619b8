"""Makes the bucket "checkpoints"; a bucket that exists is left as it is.

LocalStack in Docker runs it when it is ready (docker-compose.yml mounts it into
/etc/localstack/init/ready.d), localstack/start runs it without Docker.
"""

import os
import urllib.request

endpoint = os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
request = urllib.request.Request(f"{endpoint}/checkpoints", method="PUT")
# No proxy: the server is on this machine.
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()
