#!/bin/sh
# A good verdict in the wrong place: of another tree, of another suite definition, edited, of a commit signature's namespace, of another type.
# builds: one
# shellcheck source-path=SCRIPTDIR source=../support/lib.sh
. "${0%/*}/../support/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../support/lib-verdicts.sh
. "$support/lib-verdicts.sh"

new_signer alice
new_signer bob
new_repo_with_verdicts
sign_as alice
git switch -q -c feature
commit file changed "A change"
expect_exit 0 gate push -q origin feature
noted
cp "$T/noted"/* "$T/good"
"$support/envelope" payload "$T/good" >"$T/statement"
old=$(oid 'HEAD^{tree}')
commit verdict "bad" "Now it fails"
smuggle origin feature
new=$(oid 'HEAD^{tree}')
id=$(id_of_key "$T/keys/alice.pub")

cp "$T/good" "$T/other-tree"
sed "s/$old/$new/" "$T/statement" >"$T/edited-statement"
python3 - "$T/good" "$T/edited-statement" >"$T/edited" <<'PYTHON'
import base64, json, sys
envelope = json.load(open(sys.argv[1]))
envelope["payload"] = base64.b64encode(open(sys.argv[2], "rb").read()).decode()
print(json.dumps(envelope, separators=(",", ":")))
PYTHON
sed 's#application/vnd.in-toto+json#application/vnd.in-toto+xml#' "$T/good" >"$T/type"
"$support/envelope" seal-ssh "$T/keys/alice" "$T/edited-statement" git >"$T/namespace"
# Signed by who may, but not what a run of this suite on this tree would say: the key in it is of the old tree.
"$support/envelope" seal-ssh "$T/keys/alice" "$T/edited-statement" >"$T/old-key"
sed 's/"result":"PASSED"/"result":"FAILED"/' "$T/edited-statement" >"$T/failed-statement"
"$support/envelope" seal-ssh "$T/keys/alice" "$T/failed-statement" >"$T/failed"
sed 's/"subject":\[{/"subject":[{"digest":{"gitTree":"'"$old"'"}},{/' "$T/edited-statement" >"$T/two-statement"
"$support/envelope" seal-ssh "$T/keys/alice" "$T/two-statement" >"$T/two-subjects"
sed 's/"result":"PASSED"/"result":"FAILED","result":"PASSED"/' "$T/edited-statement" >"$T/double-statement"
"$support/envelope" seal-ssh "$T/keys/alice" "$T/double-statement" >"$T/double-key"
clone_of bob
git switch -q -c mine origin/feature
for attack in other-tree edited type namespace old-key failed two-subjects double-key; do
    plant_note "$id" "$new" "$T/$attack"
    expect_exit 0 gate verdict fetch
    runs=$(runs_of)
    expect_exit 1 gate verify
    expect_text "does not hold"
    expect_exit 1 gate push origin mine
    expect_text "suite tests failed"
    expect_runs $((runs + 1))
done
# And the reader is not led astray: the same note with the right envelope among junk is found.
git switch -q -c again HEAD~
{
    cat "$T/other-tree" "$T/edited" "$T/type"
    echo '{"payloadType":'
    echo
    cat "$T/good"
} >"$T/mixed"
plant_note "$id" "$old" "$T/mixed"
expect_exit 0 gate verdict fetch
no_engine
expect_exit 0 gate push origin again
expect_text "alice@example.com (dev)"
