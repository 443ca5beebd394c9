# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that are for the tests, and of lib-registry.sh
# A world of the test's own, and AWS in it; drawn in by lib-registry.sh.
: "${support:?lib.sh has not been sourced}" "${this_script_:?}" "${servers:?}"

# -------------------------------------------------------------------------------------------------- a world of one's own

# The test runs in a network and with a /etc/hosts and certificates of its own, where the names of AWS, of Docker Hub and of
# registry.test lead to its own servers, by https on the true port, for gate and for an Engine that own_engine starts there.
# They stand outside of 127.0.0.0/8, where an Engine checks no certificates. Nothing else
# can be reached, and nothing of the machine changes. To be called right after the helpers are sourced.
own_world() {
    if [ -z "${OWN_WORLD:-}" ]; then
        unshare --net --mount true 2>/dev/null || skip "this takes root, and namespaces"
        world_status_=0
        GATE=$GATE TEST_DIR=$T OWN_WORLD=yes unshare --net --mount sh -eu "$this_script_" || world_status_=$?
        exit "$world_status_"
    fi
    ip link set lo up
    for world_ in 2 3 4 5 6; do ip address add "10.99.0.$world_/32" dev lo; done
    mkdir -p "$T/world/certs"
    printf '%s\n' '127.0.0.1 localhost' "10.99.0.2 api.ecr.$ecr_region.amazonaws.com sts.$ecr_region.amazonaws.com" \
        '10.99.0.2 api.ecr-public.us-east-1.amazonaws.com' "10.99.0.3 $ecr_host" '10.99.0.4 hub.docker.com' \
        '10.99.0.5 public.ecr.aws' '10.99.0.6 registry.test' >"$T/world/hosts"
    certificate_ ca -subj '/CN=Authority of a test'
    certificate_ server -subj '/CN=Server of a test' -CA "$T/world/ca.pem" -CAkey "$T/world/ca.key" \
        -addext basicConstraints=critical,CA:FALSE \
        -addext "subjectAltName=DNS:api.ecr.$ecr_region.amazonaws.com,DNS:sts.$ecr_region.amazonaws.com,DNS:$ecr_host,DNS:hub.docker.com,\
DNS:api.ecr-public.us-east-1.amazonaws.com,DNS:public.ecr.aws,DNS:registry.test"
    cp "$T/world/ca.pem" "$T/world/certs/ca-certificates.crt"
    mount --bind "$T/world/hosts" /etc/hosts
    mount --bind "$T/world/certs" /etc/ssl/certs
}

# Only mounts of the test's own. To be called right after the helpers are sourced.
own_mounts() {
    if [ -z "${OWN_MOUNTS:-}" ]; then
        unshare --mount true 2>/dev/null || skip "this takes root, and namespaces"
        world_status_=0
        GATE=$GATE TEST_DIR=$T OWN_MOUNTS=yes unshare --mount sh -eu "$this_script_" || world_status_=$?
        exit "$world_status_"
    fi
}

certificate_() { # name options...
    certificate_=$T/world/$1
    shift
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -keyout "$certificate_.key" -out "$certificate_.pem" \
        "$@" 2>"$certificate_.log" || fail "no certificate: $(cat "$certificate_.log")"
}

ecr_account=123456789012
ecr_region=eu-west-1
ecr_host=$ecr_account.dkr.ecr.$ecr_region.amazonaws.com

# ECR: a fake called `ecr` that hands out passwords, and keys for it in the environment. In a world of its own (see own_world) also
# the registry that takes that password, with a fake called `proxy` in front: $REGISTRY is its true name then. --direct: without
# that fake, where it is time that counts.
# shellcheck disable=SC2034 # $aws_stand, without a world, is where all of AWS' side is
start_ecr() { # [--direct] repositories...
    direct_=no
    [ "${1:-}" != --direct ] || { direct_=yes && shift; }
    ecr_password=canary-ecr-password-$mark
    # Nothing of the user's, and nobody is asked who is not the test's own.
    for name_ in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|ACTIONS_[A-Z_]*\|CIRCLE_OIDC_[A-Z0-9_]*\|GITLAB_OIDC_TOKEN\)=.*/\1/p'); do
        unset "$name_"
    done
    AWS_EC2_METADATA_DISABLED=true
    export AWS_EC2_METADATA_DISABLED
    AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=canary/aws+secret-$mark AWS_DEFAULT_REGION=$ecr_region
    AWS_SESSION_TOKEN=${ecr_session_token:-}
    if [ -n "$AWS_SESSION_TOKEN" ]; then export AWS_SESSION_TOKEN; else unset AWS_SESSION_TOKEN; fi
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION
    ecr_repositories "$@"
    if [ -z "${OWN_WORLD:-}" ]; then
        start_fake_ecr_
        aws_stand=$address
        AWS_ENDPOINT_URL_ECR=http://$address AWS_ENDPOINT_URL_STS=http://$address
        export AWS_ENDPOINT_URL_ECR AWS_ENDPOINT_URL_STS
        return
    fi
    start_fake_ecr_ --listen 10.99.0.2:443 --tls "$T/world/server.pem" "$T/world/server.key"
    if [ "$direct_" = yes ]; then
        registry=10.99.0.3:443
        registry_tls_=", tls: {certificate: '$T/world/server.pem', key: '$T/world/server.key'}"
    fi
    start_registry --auth "AWS:$ecr_password"
    [ "$direct_" = yes ] || start_front_ proxy 10.99.0.3:443
    REGISTRY=$ecr_host
    echo "$REGISTRY" >"$servers/proxy.host"
}

# The password, and what the rest of AWS' side wants to be shown, must not get into gate's environment by themselves.
# shellcheck disable=SC2034 # some are for the tests
start_fake_ecr_() { # options...
    ecr_key=$AWS_ACCESS_KEY_ID ecr_secret=$AWS_SECRET_ACCESS_KEY
    container_token=canary/container+token-$mark oidc_token=canary-oidc-$mark web_token=canary-head.canary-web-$mark.canary-tail
    ECR_PASSWORD=$ecr_password STAND_CONTAINER_TOKEN=$container_token STAND_OIDC_TOKEN=$oidc_token STAND_WEB_TOKEN=$web_token
    export ECR_PASSWORD STAND_CONTAINER_TOKEN STAND_OIDC_TOKEN STAND_WEB_TOKEN
    start_fake ecr ecr --account "$ecr_account" --region "$ecr_region" "$@"
    unset ECR_PASSWORD STAND_CONTAINER_TOKEN STAND_OIDC_TOKEN STAND_WEB_TOKEN
}

# In a world of its own: a fake in front of the registry, by https at an address that has a name there.
start_front_() { # name address
    ECR_PASSWORD=${ecr_password:-}
    export ECR_PASSWORD
    start_fake "$1" registry --upstream "$registry" --renews "$servers/ecr" --listen "$2" --tls "$T/world/server.pem" "$T/world/server.key"
    unset ECR_PASSWORD
}

# The keys that start_ecr has put into the environment are not there any more; $ecr_key and $ecr_secret hold them.
no_keys() {
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}

# For a test that is about credentials and needs no push: `app` is not among the repositories, and that this is said means that
# ECR has taken the keys. How their origin is called may be given.
expect_keys_taken() { # of whom: a line of .signers begins so
    expect_held_up "AWS ECR has no repository app"
    grep -q "^$1[^ ]* ecr GetAuthorizationToken$" "$servers/ecr.signers" || fail "not signed by $1: $(cat "$servers/ecr.signers")"
    rm -f "$servers/ecr.signers"
}

aws_file() { # config|credentials lines...
    mkdir -p "$HOME/.aws"
    aws_file_=$HOME/.aws/$1
    shift
    printf '%s\n' "$@" >"$aws_file_"
    chmod 600 "$aws_file_"
}

ecr_repositories() { # those that there are from now on: "NAME [MUTABILITY [FILTER,...]]"
    : >"$servers/ecr.repositories"
    [ $# -eq 0 ] || printf '%s\n' "$@" >"$servers/ecr.repositories"
}
