# Short words for the transcripts in this folder: curl stands for the platform
# and for the person's browser, oathtool for the phone. For bash, in the
# project's folder, with a stack that "make run" started.
. local/.state/env

# call TOKEN METHOD PATH [BODY [curl's options]]: one call and its answer.
call() { curl -sS -X "$2" "$SALLYPORT_URL$3" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' ${4:+-d "$4"} "${@:5}"; echo; }

# platform METHOD PATH [BODY]: a call with the API key.
platform() { call "$SALLYPORT_API_KEY" "$@"; }

# as ACTOR METHOD PATH BODY [curl's options]: the same in the name of somebody
# who has just entered the password.
as() { platform "${@:2}" -H "Sallyport-Actor: $1" -H "Sallyport-Actor-Authenticated-At: $(now)"; }

# member NAME: the text that stands under this name in an answer.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# now: the stack's time. later 30s: moves it on.
now() { curl -sS "$SALLYPORT_URL/local/clock" | member now; }
later() { curl -fsS "$SALLYPORT_URL/local/clock" -H 'Content-Type: application/json' -d "{\"advance\":\"$1\"}" > /dev/null; }

# code KEY: what the phone shows. Each code counts once, so time moves first.
code() { later 30s && oathtool --totp -b "$1" --now "$(now)"; }

# person TENANT ID ROLE: a user who signs in with a password.
person() { platform PUT "$1/users/$2" "{\"email\":\"$2@$(basename "$1").example\",\"role\":\"$3\",\"sign_in\":\"password\"}"; }

# preset NAME: the policy of a product. policy ACTOR TENANT POLICY: saves one.
preset() { platform GET /v1/presets | grep -o "\"name\":\"$1\",\"policy\":{[^}]*}}" | sed 's/[^{]*//'; }
policy() { as "$1" PUT "$2/policy" "$3" -H "If-Match: \"$(platform GET "$2/policy" | sed 's/.*"version":\([0-9]*\).*/\1/')\""; }

# sign_in TENANT USER: a login after the right password.
sign_in() { platform POST "$1/logins" "{\"user\":{\"id\":\"$2\"},\"first_factor\":{\"method\":\"password\"}}"; }

# profile TENANT USER: the token for a user's own account page.
profile() { platform POST "$1/users/$2/self-service" | member token; }

# set_up TOKEN: the whole set-up. The key is in $key then, the first backup
# code in $backup, and the answer of the last step is printed.
set_up() {
  key=$(call "$1" POST /v1/enrollment | member secret)
  backup=$(call "$1" POST /v1/enrollment/confirm "{\"code\":\"$(code "$key")\"}" | sed -n 's/.*\["\([^"]*\)".*/\1/p')
  call "$1" POST /v1/enrollment/complete '{"backup_codes_saved":true}'
}

# enter TENANT USER KEY: password, code, and the assertion redeemed; it is kept
# in $assertion.
enter() {
  local login
  login=$(sign_in "$1" "$2" | member login)
  assertion=$(call "$login" POST /v1/verify "{\"code\":\"$(code "$3")\"}" | member assertion)
  platform POST "$1/assertions/redeem" "{\"assertion\":\"$assertion\"}"
}

# prove TOKEN TENANT USER: the code from the user's mailbox, where it is asked
# for before the set-up.
prove() {
  call "$1" POST /v1/enrollment
  call "$1" POST /v1/enrollment/email
  call "$1" POST /v1/enrollment/email "{\"code\":\"$(mailed_code "$3@$(basename "$2").example")\"}"
}

# mailed_code ADDRESS: the code in the newest mail to this address; a mail may
# take some seconds.
mailed_code() {
  local found
  for _ in {1..100}; do
    found=$(curl -sS "$INBOX_URL/store" | sed "s/{\"messageId\"/\n&/g" | grep -F "\"to\":[\"$1\"]" | grep -o 'Code: [0-9]\{6\}' | tail -n 1)
    [ -z "$found" ] || break
    sleep 0.1
  done
  echo "${found#Code: }"
}
