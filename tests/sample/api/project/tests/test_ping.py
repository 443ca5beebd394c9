import pytest

from project import create_app


@pytest.fixture
def client():
    return create_app().test_client()


def test_ping_answers_pong(client):
    response = client.get("/ping")
    assert response.status_code == 200
    assert response.get_json() == {"status": "success", "message": "pong!"}


def test_an_unknown_page_is_not_found(client):
    assert client.get("/pong").status_code == 404
