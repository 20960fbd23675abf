package httpapi

import (
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestAZ01_WithoutExactlyOneBearerNobodyIsAsked(t *testing.T) {
	for about, headers := range map[string]map[string]string{
		"none":              {},
		"empty":             {"authorization": ""},
		"no token":          {"authorization": "Bearer"},
		"no token, a space": {"authorization": "Bearer "},
		"another scheme":    {"authorization": "Basic YTpi"},
		"only a token":      {"authorization": apiKey},
		"two, joined":       {"authorization": "Bearer " + apiKey + ",Bearer " + apiKey},
		"two, joined well":  {"authorization": "Bearer " + apiKey + ", Bearer " + apiKey},
		"two, no space":     {"authorization": "Bearer " + apiKey + "," + apiKey},
		"two spellings":     {"authorization": "Bearer " + apiKey, "Authorization": "Bearer " + apiKey},
		"two tokens":        {"authorization": "Bearer " + apiKey + " " + apiKey},
		"a control":         {"authorization": "Bearer " + apiKey + "\x00"},
		"other letters":     {"authorization": "Bearer ключ"},
		"in another header": {"x-authorization": "Bearer " + apiKey, "x-api-key": apiKey},
		"in a cookie":       {"cookie": "authorization=" + apiKey},
	} {
		b := newBench(t, Directory)
		r := b.send(call{line: "GET /v1/tenants/acme/users/ann", headers: headers})
		r.expect(t, about, 401, twofactor.CodeUnauthenticated)
		if r.Headers["WWW-Authenticate"] != "Bearer" {
			t.Errorf("%s: WWW-Authenticate is %q", about, r.Headers["WWW-Authenticate"])
		}
		if len(b.credentials) > 0 {
			t.Errorf("%s: %q was looked up", about, b.credentials)
		}
	}
}

func TestAZ01_AnExpiredOrUnknownTokenIsRefusedBeforeTheBodyIsLookedAt(t *testing.T) {
	for token, code := range map[string]twofactor.Code{
		"login-token-old": twofactor.CodeTokenExpired,
		"garbage":         twofactor.CodeUnauthenticated,
		apiKey:            twofactor.CodeUnauthenticated,
	} {
		b, asked := approving(t)
		r := b.send(call{line: "POST /v1/verify", body: "not JSON", headers: with(token, nil)})
		r.expect(t, token, 401, code)
		if len(*asked) > 0 || r.Headers["WWW-Authenticate"] != "Bearer" {
			t.Errorf("%s: asked %d times, headers %v", token, len(*asked), r.Headers)
		}
	}
}

func TestTheSchemeAndHeaderNamesAreReadInAnyCase(t *testing.T) {
	for _, name := range []string{"authorization", "Authorization", "AUTHORIZATION"} {
		for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
			b, _ := approving(t)
			b.send(call{line: "POST /v1/verify", body: `{"code":"123456"}`, headers: map[string]string{name: scheme + " " + personToken, "Content-Type": "application/json"}}).
				expect(t, name+" "+scheme, 200, "")
		}
	}
}

func TestAZ03_AZ04_NoBodyNamesWhoActsOrWhatOnlySallyportKnows(t *testing.T) {
	for _, member := range []string{"user_id", "user", "role", "status", "fails", "lockedUntil", "approvedBy", "tenantId", "tenant", "v", "id", "state"} {
		b, asked := approving(t)
		r := b.person("POST /v1/verify", `{"code":"123456","`+member+`":"x"}`)
		r.expect(t, member, 400, twofactor.CodeMalformed)
		if len(*asked) > 0 {
			t.Errorf("%s: the code was judged", member)
		}
		if member == "role" {
			continue
		}
		d := newBench(t, Directory)
		d.platform("PUT /v1/tenants/acme/users/ann", `{"email":null,"role":"user","sign_in":"password","`+member+`":"x"}`).
			expect(t, "PUT user "+member, 400, twofactor.CodeMalformed)
	}
}

func TestAZ05_AForgedContextInHeadersMeansNothing(t *testing.T) {
	b := newBench(t, Directory)
	r := b.send(call{line: "GET /v1/tenants/acme/users/ann", headers: map[string]string{
		"x-amzn-request-context": `{"authorizer":{"lambda":{"key":"key1"}}}`, "requestcontext.authorizer.key": "key1", "sallyport-key": "key1",
		"sallyport-actor": "root",
	}})
	r.expect(t, "forged", 401, twofactor.CodeUnauthenticated)
}

func TestTheActorIsReadFromItsHeaders(t *testing.T) {
	for _, c := range []struct {
		actor, at string
		want      twofactor.Ref
		time      time.Time
	}{
		{"boss", "", twofactor.Ref{Tenant: "acme", User: "boss"}, time.Time{}},
		{"holding/boss", "2026-03-04T11:59:00Z", twofactor.Ref{Tenant: "holding", User: "boss"}, noon.Add(-time.Minute)},
		{"boss@example.com", "2026-03-04T13:59:00+02:00", twofactor.Ref{Tenant: "acme", User: "boss@example.com"}, noon.Add(-time.Minute)},
	} {
		got := callerWith(t, c.actor, c.at)
		if got.Actor == nil || got.Actor.Ref != c.want || !got.Actor.AuthenticatedAt.Equal(c.time) || got.Actor.Assertion.Reveal() != "shown" {
			t.Errorf("%s at %s became %+v", c.actor, c.at, got.Actor)
		}
	}
}

// callerWith returns the caller that a use case gets.
func callerWith(t *testing.T, actor, at string) twofactor.Caller {
	t.Helper()
	b := newBench(t, Reset)
	var got twofactor.Caller
	b.deps.Resets = fakeResets{reset: func(c twofactor.Caller, _ twofactor.Ref, _ twofactor.ResetInput) (twofactor.UserView, error) {
		got = c
		return twofactor.UserView{}, nil
	}}
	more := []string{"sallyport-actor", actor, "sallyport-actor-assertion", "shown"}
	if at != "" {
		more = append(more, "sallyport-actor-authenticated-at", at)
	}
	b.platform("POST /v1/tenants/acme/users/ann/reset", `{"reason":"lost"}`, more...).expect(t, actor, 200, "")
	return got
}

func TestAnActorHeaderInTheWrongFormIsMalformed(t *testing.T) {
	for _, c := range []struct{ header, value string }{
		{"Sallyport-Actor", ""}, {"Sallyport-Actor", "/boss"}, {"Sallyport-Actor", "a/b/c"}, {"Sallyport-Actor", "boss/"},
		{"Sallyport-Actor", "boss,other"}, {"Sallyport-Actor", "bo ss"}, {"Sallyport-Actor", strings.Repeat("a", 129)},
		{"Sallyport-Actor-Authenticated-At", "yesterday"}, {"Sallyport-Actor-Authenticated-At", "1772625600"},
		{"Sallyport-Actor-Authenticated-At", "2026-03-04T12:00:00"}, {"Sallyport-Actor-Authenticated-At", ""},
		{"Sallyport-Actor-Authenticated-At", "2026-03-04T11:59:00Z,2026-03-04T11:59:00Z"},
	} {
		b := newBench(t, Reset)
		h := with(apiKey, []string{"sallyport-actor", "boss"})
		h[strings.ToLower(c.header)] = c.value
		r := b.send(call{line: "POST /v1/tenants/acme/users/ann/reset", body: `{"reason":"lost"}`, headers: h})
		r.expect(t, c.header+" "+c.value, 400, twofactor.CodeMalformed)
		if r.pointer() != "/header/"+c.header {
			t.Errorf("%s %q: points at %v", c.header, c.value, r.pointer())
		}
	}
}

func TestIN11_AQueryParameterCountsOnceAndOnlyWhereItIsKnown(t *testing.T) {
	for query, code := range map[string]twofactor.Code{
		"limit=1&limit=2":      twofactor.CodeMalformed,
		"cursor=a&cursor=a":    twofactor.CodeMalformed,
		"user=a&user=b":        twofactor.CodeMalformed,
		"user=a":               twofactor.CodeMalformed,
		"Limit=1":              twofactor.CodeMalformed,
		"limit=%zz":            twofactor.CodeMalformed,
		"limit=1;cursor=a":     twofactor.CodeMalformed,
		"limit=0":              twofactor.CodeInvalid,
		"limit=201":            twofactor.CodeInvalid,
		"limit=-1":             twofactor.CodeInvalid,
		"limit=%2B1":           twofactor.CodeInvalid,
		"limit=1.0":            twofactor.CodeInvalid,
		"limit=":               twofactor.CodeInvalid,
		"limit=1,2":            twofactor.CodeInvalid,
		"limit=99999999999999": twofactor.CodeInvalid,
		"limit=%D9%A1":         twofactor.CodeInvalid,
	} {
		r := newBench(t, Directory).platform("GET /v1/keys?"+query, "")
		status := 400
		if code == twofactor.CodeInvalid {
			status = 422
		}
		r.expect(t, query, status, code)
	}
	newBench(t, Pages).send(call{line: "GET /healthz?limit=1"}).expect(t, "healthz", 400, twofactor.CodeMalformed)
}
