"""AWS' side of the servers that tests publish to: ECR and ECR Public, STS, instance metadata, container credentials, and the identity
tokens of a CI system, all behind one port. Drawn in by fake-server, which tells what files it reads and writes.

Every signature is compared with the one that botocore, AWS' own library, makes of the same request.
"""
import base64
import calendar
import json
import os
import re
import time
import urllib.parse
from xml.sax.saxutils import escape

TEXTS = {
    "AccessDeniedException": "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
    "ExpiredTokenException": "The security token included in the request is expired",
    "InvalidSignatureException": "The request signature we calculated does not match the signature you provided.",
    "ThrottlingException": "Rate exceeded",
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "MissingAuthenticationTokenException": "Missing Authentication Token",
    "RepositoryNotFoundException": "The repository with name 'app' does not exist in the registry with id '123456789012'",
    "InvalidIdentityToken": "Couldn't retrieve verification key from your identity provider",
    "AccessDenied": "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole",
}
JSON = "application/x-amz-json-1.1"
TARGETS = {"AmazonEC2ContainerRegistry_V20150921": "ecr", "SpencerFrontendService": "ecr-public"}
SCOPE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)


class Keys:
    """Those that AWS knows: of the environment, of the file .keys (ACCESS SECRET SESSION ACCOUNT, "-" for no session), and what it has issued."""

    def __init__(self, files, account):
        self.files, self.account, self.issued = files, account, {}

    def find(self, access):
        """(secret, session token, account), or nothing."""
        if access == os.environ.get("AWS_ACCESS_KEY_ID"):
            return os.environ.get("AWS_SECRET_ACCESS_KEY", ""), os.environ.get("AWS_SESSION_TOKEN", ""), self.account
        try:
            with open(self.files + ".keys") as file:
                for line in file:
                    key, secret, session, account = line.split()
                    if key == access:
                        return secret, "" if session == "-" else session, account
        except FileNotFoundError:
            pass
        return self.issued.get(access)

    def issue(self, who, account=None):
        """New ones; .issued gets a line: WHO ACCESS SECRET SESSION."""
        number = len(self.issued) + 1
        access, secret = f"ASIAEXAMPLE{number}", f"canary/issued+{who}/{number}-{os.getpid()}"
        session = f"canary/session+{who}=={number}-{os.getpid()}"
        self.issued[access] = (secret, session, account or self.account)
        with open(self.files + ".issued", "a") as file:
            file.write(f"{who} {access} {secret} {session}\n")
        return access, secret, session, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))


def wanted_signature(method, url, headers, signed, body, access, secret, region, service, when):
    """What botocore says."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest(method=method, url=url, data=body, headers={name: headers.get(name) for name in signed})
    request.context["timestamp"] = when
    auth = SigV4Auth(Credentials(access, secret), service, region)
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


def who_signed(method, url, headers, body, region, service, keys):
    """(error, access key, account): why AWS would refuse this request, or who has signed it."""
    found = SCOPE.fullmatch(headers.get("Authorization") or "")
    if not found:
        return "MissingAuthenticationTokenException", None, None
    access, day, scope_region, scope_service, signed, signature = found.groups()
    known = keys.find(access)
    if not known or (headers.get("X-Amz-Security-Token") or "") != known[1]:
        return "UnrecognizedClientException", None, None
    signed = signed.split(";")
    given = {name.lower() for name in headers.keys()}
    must = {"host"} | {name for name in given if name.startswith("x-amz-") and name != "x-amz-content-sha256"}
    when = headers.get("X-Amz-Date") or ""
    wrong = (scope_region, scope_service) != (region, service) or signed != sorted(signed) or not must <= set(signed) <= given or when[:8] != day
    wrong = wrong or any(len(headers.get_all(name)) != 1 for name in signed)
    wrong = wrong or abs(time.time() - calendar.timegm(time.strptime(when, "%Y%m%dT%H%M%SZ"))) > 900
    if wrong or wanted_signature(method, url, headers, signed, body, access, known[0], region, service, when) != signature:
        return "InvalidSignatureException", None, None
    return "", access, known[2]


class Aws:
    """What AWS answers. `handler` is the request's: fake-server's words for answering."""

    def __init__(self, options):
        self.options = options
        self.keys = Keys(options.files, options.account)
        self.identity_tokens = set(filter(None, [os.environ.get("STAND_WEB_TOKEN")]))
        self.metadata_token = f"canary-metadata-{os.getpid()}"

    # ------------------------------------------------------------------------------------------------ what is asked

    def name_of(self, handler):
        if target := handler.headers.get("X-Amz-Target"):
            return target.rpartition(".")[2]
        return handler.path

    def fields_of(self, body):
        return dict(urllib.parse.parse_qsl(body.decode(errors="replace"), keep_blank_values=True))

    def carry_out(self, handler, body, half):
        path = handler.path.partition("?")[0]
        if handler.headers.get("X-Amz-Target"):
            return self.ecr(handler, body, half)
        if path.startswith("/latest/"):
            return self.metadata(handler, path)
        if path.startswith("/container"):
            return self.container(handler)
        if path.startswith("/oidc"):
            return self.oidc(handler)
        if handler.command == "POST" and path == "/":
            return self.sts(handler, self.fields_of(body), body)
        return handler.fail("404")

    def signer(self, handler, body, service):
        """The account of who has signed it, or nothing: then the refusal has been answered."""
        region = "us-east-1" if service == "ecr-public" else self.options.region
        scheme = "https" if self.options.tls else "http"
        url = f"{scheme}://{handler.headers.get('Host')}{handler.path}"
        problem, access, account = who_signed(handler.command, url, handler.headers, body, region, service, self.keys)
        if problem:
            self.refuse(handler, problem, service)
            return None
        handler.note(".signers", f"{access} {service} {handler.shown}")
        return account

    def refuse(self, handler, error, service, text=None):
        text = text or TEXTS.get(error, f"{error} is what the test asked for.")
        if service == "sts":
            status = 403 if error.startswith("AccessDenied") else 400
            said = f"<ErrorResponse><Error><Type>Sender</Type><Code>{error}</Code><Message>{escape(text)}</Message></Error></ErrorResponse>"
            return handler.answer(status, {"Content-Type": "text/xml"}, said.encode())
        # AWS' own habit: this one error has a capital M.
        key = "Message" if error == "AccessDeniedException" else "message"
        return handler.answer_json(400, {"__type": error, key: text}, JSON, **{"x-amzn-RequestId": "00000000-0000"})

    def service_of(self, handler):
        return "ecr" if handler.headers.get("X-Amz-Target") else "sts"

    # --------------------------------------------------------------------------------------------- ECR, ECR Public

    def repositories(self):
        """name -> (mutability, the filters of its exclusions), by the file .repositories: NAME [MUTABILITY [FILTER,…]]."""
        try:
            with open(self.options.files + ".repositories") as file:
                lines = [line.split() for line in file if line.strip()]
        except FileNotFoundError:
            lines = []
        return {name: (rest[0] if rest else "MUTABLE", rest[1].split(",") if len(rest) > 1 else []) for name, *rest in lines}

    def described(self, name, terms, service):
        host = f"{self.options.account}.dkr.ecr.{self.options.region}.amazonaws.com"
        if service == "ecr-public":
            return {"repositoryName": name.rpartition("/")[2], "registryId": self.options.account, "repositoryUri": f"public.ecr.aws/{name}"}
        said = {
            "repositoryName": name, "registryId": self.options.account, "repositoryUri": f"{host}/{name}", "imageTagMutability": terms[0],
            "repositoryArn": f"arn:aws:ecr:{self.options.region}:{self.options.account}:repository/{name}", "createdAt": 1700000000.0,
        }
        if terms[1]:
            said["imageTagMutabilityExclusionFilters"] = [{"filterType": "WILDCARD", "filter": text} for text in terms[1]]
        return said

    def ecr(self, handler, body, half):
        family, _, operation = handler.headers["X-Amz-Target"].rpartition(".")
        service = TARGETS.get(family, "ecr")
        account = self.signer(handler, body, service)
        if not account:
            return None
        if handler.command != "POST" or not (handler.headers.get("Content-Type") or "").startswith(JSON) or family not in TARGETS:
            return self.refuse(handler, "UnknownOperationException", service)
        asked = json.loads(body)
        operations = {"GetAuthorizationToken": self.token, "DescribeRepositories": self.describe, "CreateRepository": self.create,
                      "DescribeImages": self.images}
        if operation not in operations:
            return self.refuse(handler, "UnknownOperationException", service)
        said = operations[operation](handler, asked, service, account)
        if said is not None:
            handler.answer(200, {"Content-Type": JSON}, json.dumps(said).encode(), half=half)
        return None

    def password(self):
        try:
            with open(self.options.files + ".password") as file:
                return file.read().strip()
        except FileNotFoundError:
            return os.environ["ECR_PASSWORD"]

    def token(self, handler, asked, service, account):
        # A token of another account opens nothing here: no policy of the repository's lets it in.
        password = self.password() if account == self.options.account else "of-another-account"
        data = {"authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(), "expiresAt": time.time() + 43200.5}
        if service == "ecr-public":
            return {"authorizationData": data}
        data["proxyEndpoint"] = f"https://{account}.dkr.ecr.{self.options.region}.amazonaws.com"
        return {"authorizationData": [data]}

    def not_there(self, handler, names, asked, service):
        registry = asked.get("registryId", self.options.account)
        text = f"The repository with name '{names[0]}' does not exist in the registry with id '{registry}'"
        self.refuse(handler, "RepositoryNotFoundException", service, text)

    def describe(self, handler, asked, service, account):
        there = self.repositories()
        wanted = asked.get("repositoryNames", list(there))
        if service == "ecr-public":  # which knows no alias: a repository has its bare name there
            there = {name.rpartition("/")[2]: terms for name, terms in there.items()}
        missing = [name for name in wanted if name not in there]
        if missing or asked.get("registryId", self.options.account) != self.options.account:
            return self.not_there(handler, missing or wanted, asked, service)
        if account != self.options.account:  # no policy of the repository's lets others in
            return self.refuse(handler, "AccessDeniedException", service)
        return {"repositories": [self.described(name, there[name], service) for name in wanted]}

    def create(self, handler, asked, service, account):
        handler.note(".created", json.dumps(asked, sort_keys=True))
        name = asked["repositoryName"]
        if name in self.repositories():
            return self.refuse(handler, "RepositoryAlreadyExistsException", service)
        filters = [item["filter"] for item in asked.get("imageTagMutabilityExclusionFilters", [])]
        terms = (asked.get("imageTagMutability", "MUTABLE"), filters)
        handler.note(".repositories", " ".join([name, terms[0], ",".join(filters)]))
        return {"repository": self.described(name, terms, service)}

    def images(self, handler, asked, service, account):
        """By the file .images: REPOSITORY TAG DIGEST."""
        name = asked["repositoryName"]
        if name not in self.repositories():
            return self.not_there(handler, [name], asked, service)
        try:
            with open(self.options.files + ".images") as file:
                there = [line.split() for line in file if line.split()[0] == name]
        except FileNotFoundError:
            there = []
        found = []
        for wanted in asked.get("imageIds", [{"imageTag": tag} for _, tag, _ in there]):
            digests = {digest for _, tag, digest in there if wanted.get("imageTag") == tag or wanted.get("imageDigest") == digest}
            if not digests:
                return self.refuse(handler, "ImageNotFoundException", service)
            for digest in digests:
                tags = [tag for _, tag, other in there if other == digest]
                found.append({"registryId": self.options.account, "repositoryName": name, "imageDigest": digest, "imageTags": tags})
        return {"imageDetails": found}

    # ---------------------------------------------------------------------------------------------------------- STS

    def sts(self, handler, fields, body):
        action = fields.get("Action", "")
        handler.shown = action or "/"
        handler.note(".sts", "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "WebIdentityToken"))
        if action == "GetCallerIdentity":
            account = self.signer(handler, body, "sts")
            if account:
                said = f"<GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/ci</Arn><UserId>A</UserId><Account>{account}</Account></GetCallerIdentityResult>"
                self.answer_xml(handler, action, said)
            return
        role = re.fullmatch(r"arn:aws:iam::(\d{12}):role/([\w+=,.@/-]+)", fields.get("RoleArn", ""))
        if fields.get("Version") != "2011-06-15" or not role or not re.fullmatch(r"[\w+=,.@-]{2,64}", fields.get("RoleSessionName", "")):
            return self.refuse(handler, "ValidationError", "sts")
        if action == "AssumeRole":
            if not self.signer(handler, body, "sts"):
                return
        elif action == "AssumeRoleWithWebIdentity":
            if handler.headers.get("Authorization"):
                return self.refuse(handler, "SignatureNotWanted", "sts")
            if fields.get("WebIdentityToken") not in self.identity_tokens:
                return self.refuse(handler, "InvalidIdentityToken", "sts")
        else:
            return self.refuse(handler, "InvalidAction", "sts")
        access, secret, session, until = self.keys.issue(action, role[1])
        said = (
            f"<{action}Result><AssumedRoleUser><Arn>arn:aws:sts::{role[1]}:assumed-role/{role[2]}/{fields['RoleSessionName']}</Arn>"
            f"<AssumedRoleId>AROA:{fields['RoleSessionName']}</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>{access}</AccessKeyId>"
            f"<SecretAccessKey>{escape(secret)}</SecretAccessKey><SessionToken>{escape(session)}</SessionToken><Expiration>{until}</Expiration>"
            f"</Credentials></{action}Result>"
        )
        self.answer_xml(handler, action, said)

    def answer_xml(self, handler, action, said):
        text = f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  {said}\n</{action}Response>\n'
        handler.answer(200, {"Content-Type": "text/xml"}, text.encode())

    # ----------------------------------------------------------------------------- the machine's, the container's, CI's

    def hand_out(self, handler, who, **more):
        access, secret, session, until = self.keys.issue(who)
        handler.answer_json(200, {"AccessKeyId": access, "SecretAccessKey": secret, "Token": session, "Expiration": until, **more})

    def metadata(self, handler, path):
        if path == "/latest/api/token":
            if handler.command != "PUT" or not (handler.headers.get("X-aws-ec2-metadata-token-ttl-seconds") or "").isdigit():
                return handler.fail("400")
            return handler.answer(200, {"Content-Type": "text/plain"}, self.metadata_token.encode())
        if handler.headers.get("X-aws-ec2-metadata-token") != self.metadata_token:
            return handler.fail("401")
        top = "/latest/meta-data/iam/security-credentials"
        if path.rstrip("/") == top:
            return handler.answer(200, {"Content-Type": "text/plain"}, b"role-of-the-machine\n")
        if path == top + "/role-of-the-machine":
            return self.hand_out(handler, "metadata", Code="Success", Type="AWS-HMAC", LastUpdated="2024-01-01T00:00:00Z")
        return handler.fail("404")

    def container(self, handler):
        if handler.headers.get("Authorization") != os.environ.get("STAND_CONTAINER_TOKEN"):
            return handler.answer_json(401, {"code": "Unauthorized", "message": "Invalid authorization token"})
        self.hand_out(handler, "container", RoleArn="arn:aws:iam::123456789012:role/of-the-container")

    def oidc(self, handler):
        asked = dict(urllib.parse.parse_qsl(handler.path.partition("?")[2]))
        scheme, _, token = (handler.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or token != os.environ.get("STAND_OIDC_TOKEN"):
            return handler.fail("401")
        if asked.get("audience") != "sts.amazonaws.com":
            return handler.fail("400")
        value = f"canary-header.canary-identity-{len(self.identity_tokens)}-{os.getpid()}.canary-signature"
        self.identity_tokens.add(value)
        with open(self.options.files + ".issued", "a") as file:
            file.write(f"oidc {value} {value} {value}\n")
        handler.answer_json(200, {"count": len(value), "value": value})
