#!/bin/sh
# The tutorials' script, made again with all its faults, as the thing that gate is measured against and must do better than.
# Nobody should use it, and nobody should mend it: each fault below is wanted by a test.
#
#   * `docker exec -it` needs a terminal: in CI, and in a hook (git gives it a pipe), good code is refused.
#   * [[ ]] is bash's, but the line above says sh: in dash it is an error and the script goes on, to SUCCEEDED.
#   * No step's failure stops it: when the build breaks, the old containers are tested, and pass.
#   * It builds the directory it stands in, so what is tested is the work tree, not the commit that is pushed.
#   * compose names the project after the directory: two clones with the same name run each other's code.
#   * nginx's port 80 is published: two clones with different names are in each other's way.
#   * Nothing is cleaned up when it is killed: the containers run on, and `restart: always` brings nginx back.
#
# It works in the current directory, as the tutorials' did.
fails=""

inspect() {
  if [ $1 -ne 0 ]; then
    fails="${fails} $2"
  fi
}

docker-compose build
docker-compose up -d
docker exec -it "$(docker-compose ps -q api)" python manage.py test
inspect $? api
docker-compose down

if [[ -n "${fails}" ]]; then
  echo "TESTS FAILED:${fails}"
  exit 1
else
  echo "TESTS SUCCEEDED"
  exit 0
fi
