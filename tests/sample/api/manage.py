import sys

import pytest
from flask.cli import FlaskGroup

from project import create_app

app = create_app()
cli = FlaskGroup(create_app=lambda: app)


@cli.command()
def test():
    """Runs the tests."""
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "project/tests"]))


if __name__ == "__main__":
    cli()
