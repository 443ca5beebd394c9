import os

from flask import Flask, jsonify
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

app = Flask(__name__)

# Redis may still be starting when the first question comes: it gets ten seconds.
hits = Redis(
    host=os.environ.get("REDIS_HOST", "redis"),
    retry=Retry(ConstantBackoff(0.1), 100),
    retry_on_error=[ConnectionError],
)


@app.get("/")
def hit():
    return jsonify(hits=hits.incr("hits"))


@app.get("/hits")
def count():
    return jsonify(hits=int(hits.get("hits") or 0))
