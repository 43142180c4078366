#!/bin/sh
# A chat over HTTP with "ascend4j serve --model smollm2", streamed: sh chat.sh [URL]
exec curl --silent --show-error --fail-with-body --no-buffer "${1:-http://127.0.0.1:8000}/v1/chat/completions" \
    -H 'Content-Type: application/json' \
    -d '{"messages": [{"role": "user", "content": "What is the capital of France?"}],
         "temperature": 0, "max_tokens": 48, "stream": true}'
