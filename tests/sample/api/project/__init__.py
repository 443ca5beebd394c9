from flask import Flask, jsonify


def create_app():
    app = Flask(__name__)

    @app.get("/ping")
    def ping():
        return jsonify(status="success", message="pong!")

    return app
